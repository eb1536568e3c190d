import Schema

/// The records of a file.
public struct Table: Sendable {
  /// The schema with its columns bound to the file's.
  public var schema: RecordSchema
  /// The records in the file's order.
  public var records: [Record]
  /// Rows that did not fit and were left out.
  public var skipped: [RowDiagnostic]
  /// Columns of the file that hold no field.
  public var ignoredColumns: [String]
  /// What a person should know of how it was read.
  public var warnings: [String] = []

  /// Creates a table.
  ///
  /// - Parameters:
  ///   - schema: with its columns bound to the file's.
  ///   - records: in the file's order.
  ///   - skipped: rows that did not fit and were left out.
  ///   - ignoredColumns: columns of the file that hold no field.
  public init(
    schema: RecordSchema, records: [Record], skipped: [RowDiagnostic] = [],
    ignoredColumns: [String] = []
  ) {
    self.schema = schema
    self.records = records
    self.skipped = skipped
    self.ignoredColumns = ignoredColumns
  }
}

/// Formats of a table's file.
public enum TableFormat: Hashable, Sendable {
  /// Comma-separated values (RFC 4180).
  case csv
  /// One JSON object a line.
  case jsonLines

  /// Chooses the format by a file's name: JSON Lines for names that end in `.jsonl` or `.ndjson`,
  /// or in one of them and `.gz`, else CSV.
  public init(path: String) {
    let path = path.lowercased()
    let name = path.hasSuffix(".gz") ? String(path.dropLast(3)) : path
    self = name.hasSuffix(".jsonl") || name.hasSuffix(".ndjson") ? .jsonLines : .csv
  }
}

/// Reads a table of records, CSV or JSON Lines by its name (`TableFormat`).
///
/// Up to `reading.skipBad` rows that do not fit are left out and listed in the table; of more the
/// first ones are told at the end. A fault that leaves the rest of the file in doubt, such as a quote
/// that is never closed, ends it at once.
///
/// - Parameters:
///   - path: of the file; `-` is standard input, CSV.
///   - schema: what its rows must fit.
///   - reading: how it is read.
///   - onBytes: called with the file's bytes in order as they are read; all of them when the table
///     is returned. So the bytes of a pipe, which can be read only once, can be hashed.
/// - Returns: the records.
/// - Throws: `TableError`.
public func readTable(
  path: String, schema: RecordSchema, reading: TableReading = TableReading(),
  onBytes: @escaping (UnsafeRawBufferPointer) -> Void = { _ in }
) throws(TableError) -> Table {
  if ProtobufReader.reads(path) { throw .needsMessage(path: path) }
  return switch TableFormat(path: path) {
  case .csv: try readCSV(path: path, schema: schema, reading: reading, onBytes: onBytes)
  case .jsonLines:
    try readJSONLines(path: path, schema: schema, reading: reading, onBytes: onBytes)
  }
}
