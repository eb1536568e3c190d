import FakeGen
import Records
import Schema

/// A table with the hash of the very bytes that it was parsed from.
struct HashedTable {
  let table: Table
  /// SHA-256 of the file, hexadecimal.
  let hash: String

  /// Reads a file once: it may be a pipe.
  ///
  /// - Parameters:
  ///   - path: CSV or JSON Lines by its name.
  ///   - reading: how it is read.
  /// - Throws: `TableError`.
  init(path: String, schema: RecordSchema, reading: TableReading) throws(TableError) {
    var hash = SHA256()
    table = try readTable(path: path, schema: schema, reading: reading) { hash.update($0) }
    self.hash = hash.hexadecimalDigest()
  }
}
