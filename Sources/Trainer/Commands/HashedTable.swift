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
  ///   - skipBad: bad rows to leave out before giving up.
  /// - Throws: `TableError`.
  init(path: String, schema: RecordSchema, skipBad: Int) throws(TableError) {
    var hash = SHA256()
    table = try readTable(path: path, schema: schema, skipBad: skipBad) { hash.update($0) }
    self.hash = hash.hexadecimalDigest()
  }
}
