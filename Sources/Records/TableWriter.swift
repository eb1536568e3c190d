import Files
import Schema

/// Writes a table of records, CSV or JSON Lines by its name (`TableFormat`); the file appears
/// whole or not at all.
///
/// - Parameters:
///   - records: in the file's order.
///   - schema: of the records.
///   - path: of the file.
/// - Throws: `FileError.cannotWrite`.
public func writeTable(
  _ records: some Sequence<Record>, schema: RecordSchema, path: String
) throws(FileError) {
  let formatter = RecordFormatter(schema: schema, format: TableFormat(path: path))
  let file = try AtomicFile(path: path)
  try file.write(formatter.header)
  var iterator = records.makeIterator()
  while let record = iterator.next() { try file.write(formatter.line(record)) }
  try file.finish()
}
