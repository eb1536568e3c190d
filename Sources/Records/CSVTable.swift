import Schema

/// Reads a CSV file whose first row names the columns.
///
/// - Parameter onBytes: called with all of the file's bytes in order, as they are read.
/// - Throws: `TableError`.
func readCSV(
  path: String, schema: RecordSchema, reading: TableReading,
  onBytes: @escaping (UnsafeRawBufferPointer) -> Void
) throws(TableError) -> Table {
  var reader = try CSVReader(
    path: path, dialect: .found(delimiter: reading.delimiter), onBytes: onBytes)
  let header = try readHeader(&reader)
  let binding: ColumnBinding
  do {
    binding = try schema.bound(toHeader: header, place: "\(path):\(reader.line)")
  } catch {
    throw .schema(error)
  }

  var builder = TableBuilder(
    path: path, schema: binding.schema, ignoredColumns: binding.ignoredColumns, reading: reading)
  var texts = [String?](repeating: nil, count: schema.leaves.count)
  while try reader.next() {
    if let fault = rowFault(reader, header: header, binding: binding) {
      builder.add(fault)
      continue
    }
    for (column, leaf) in binding.leaves.enumerated() {
      if let leaf { texts[leaf] = reader.isNull(column) ? nil : reader.cell(column) }
    }
    builder.add(texts, line: reader.line)
  }
  return try builder.finish(prefersComma: reader.dialect.delimiter == UInt8(ascii: ";"))
}

/// Reads the names of the columns; spaces around them do not count.
///
/// - Throws: `TableError.empty` or `.badHeader`, and what `CSVReader.next()` throws.
package func readHeader(_ reader: inout CSVReader) throws(TableError) -> [String] {
  guard try reader.next() else { throw .empty(path: reader.path) }
  var problem = reader.problem?.problem
  var names: [String] = []
  for index in 0..<reader.cellCount {
    if let name = reader.cell(index) {
      names.append(name.withoutOuterSpaces)
    } else {
      problem = problem ?? .notUTF8
    }
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
