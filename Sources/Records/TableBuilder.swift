import Schema

/// Makes a table of the texts of a file's rows.
struct TableBuilder {
  private let path: String
  private let converter: RecordConverter
  private var numbers: SpelledNumbers
  private var badRows: BadRows
  private var table: Table

  init(path: String, schema: RecordSchema, ignoredColumns: [String] = [], reading: TableReading) {
    self.path = path
    converter = RecordConverter(schema, nullWords: reading.nullWords)
    numbers = SpelledNumbers(converter, path: path)
    badRows = BadRows(limit: reading.skipBad)
    table = Table(schema: schema, records: [], ignoredColumns: ignoredColumns)
  }

  /// Adds a row of texts, one for each leaf, nil where there is nothing; or what is wrong with it.
  mutating func add(_ cells: [String?], line: Int) {
    let conversion = converter.convert(cells)
    guard conversion.problems.isEmpty else {
      return badRows.add(
        conversion.problems.map { problem in
          let leaf = problem.leaf.map { table.schema.leaves[$0] }
          return RowDiagnostic(
            path: path, line: line, field: leaf?.path, column: leaf?.column,
            problem: problem.problem)
        })
    }
    numbers.add(cells, conversion, record: table.records.count, line: line)
    var record = Record(values: conversion.values)
    record.compute(table.schema.hidden, schema: table.schema)
    table.records.append(record)
  }

  /// Adds a row that does not fit.
  mutating func add(_ fault: RowDiagnostic) { badRows.add([fault]) }

  /// Returns the table.
  ///
  /// - Parameter prefersComma: whether a comma that may be a decimal mark is one.
  /// - Throws: `TableError.tooManyBadRows`, or `.noRows`.
  consuming func finish(prefersComma: Bool = false) throws(TableError) -> Table {
    let bad = numbers.finish(&table, prefersComma: prefersComma)
    if !bad.isEmpty {
      for record in bad.keys.sorted() { badRows.add(bad[record] ?? []) }
      table.records = table.records.indices.filter { bad[$0] == nil }.map { table.records[$0] }
    }
    table.skipped = try badRows.finish()
    guard !table.records.isEmpty else { throw .noRows(path: path, skipped: badRows.rowCount) }
    return table
  }
}
