import Schema

/// Reads a CSV file whose first row names the columns.
///
/// - Parameter onBytes: called with all of the file's bytes in order, as they are read.
/// - Throws: `TableError`.
func readCSV(
  path: String, schema: RecordSchema, skipBad: Int,
  onBytes: @escaping (UnsafeRawBufferPointer) -> Void
) throws(TableError) -> Table {
  var reader = try CSVReader(path: path, onBytes: onBytes)
  let header = try readHeader(&reader)
  let binding: ColumnBinding
  do {
    binding = try schema.bound(toHeader: header, place: "\(path):\(reader.line)")
  } catch {
    throw .schema(error)
  }

  let converter = RecordConverter(binding.schema)
  var table = Table(
    schema: binding.schema, records: [], ignoredColumns: binding.ignoredColumns)
  var badRows = BadRows(limit: skipBad)
  var texts = [String?](repeating: nil, count: schema.leaves.count)
  while try reader.next() {
    if let fault = rowFault(reader, header: header, binding: binding) {
      try badRows.add(fault)
      continue
    }
    for (column, leaf) in binding.leaves.enumerated() {
      if let leaf { texts[leaf] = reader.isEmpty(column) ? nil : reader.cell(column) }
    }
    do {
      table.records.append(try converter.record(texts))
    } catch {
      let leaf = error.leaf.map { binding.schema.leaves[$0] }
      try badRows.add(
        RowDiagnostic(
          path: path, line: reader.line, field: leaf?.path, column: leaf?.column,
          problem: error.problem))
    }
  }
  table.skipped = badRows.diagnostics
  guard !table.records.isEmpty else { throw .noRows(path: path, skipped: table.skipped.count) }
  return table
}

/// Reads the names of the columns.
///
/// - Throws: `TableError.empty` or `.badHeader`, and what `CSVReader.next()` throws.
package func readHeader(_ reader: inout CSVReader) throws(TableError) -> [String] {
  guard try reader.next() else { throw .empty(path: reader.path) }
  var problem = reader.problem?.problem
  var names: [String] = []
  for index in 0..<reader.cellCount {
    if let name = reader.cell(index) { names.append(name) } else { problem = problem ?? .notUTF8 }
  }
  if let problem {
    throw .badHeader(RowDiagnostic(path: reader.path, line: reader.line, problem: problem))
  }
  return names
}

/// Returns what is wrong with the format of the reader's current row: quotes, bytes, number of
/// cells.
package func rowFault(
  _ reader: CSVReader, header: [String], binding: ColumnBinding? = nil
) -> RowDiagnostic? {
  func diagnostic(_ problem: RowProblem, cell: Int?) -> RowDiagnostic {
    let leaf = cell.flatMap { cell in
      binding.flatMap { cell < $0.leaves.count ? $0.leaves[cell] : nil }
    }
    return RowDiagnostic(
      path: reader.path, line: reader.line, field: leaf.flatMap { binding?.schema.leaves[$0].path },
      column: cell.flatMap { $0 < header.count ? header[$0] : nil }, problem: problem)
  }
  if let (cell, problem) = reader.problem { return diagnostic(problem, cell: cell) }
  if let cell = reader.firstCellNotUTF8() { return diagnostic(.notUTF8, cell: cell) }
  guard reader.cellCount == header.count else {
    return diagnostic(.columnCount(expected: header.count, found: reader.cellCount), cell: nil)
  }
  return nil
}
