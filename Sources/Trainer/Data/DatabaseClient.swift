import Foundation
import Inference

/// A database that is read through its own command-line client.
enum DatabaseClient {
  /// A file of SQLite.
  case sqlite(path: String)
  /// A server of PostgreSQL, by its URL.
  case postgres(url: String)

  /// What a file of SQLite begins with.
  private static let signature = Array("SQLite format 3\0".utf8)

  /// The database that an argument names; nil if it names another file.
  init?(_ argument: String) {
    if argument.hasPrefix("postgresql://") || argument.hasPrefix("postgres://") {
      self = .postgres(url: argument)
      return
    }
    guard argument != "-", let file = FileHandle(forReadingAtPath: argument) else { return nil }
    defer { try? file.close() }
    guard let head = try? file.read(upToCount: Self.signature.count), Array(head) == Self.signature
    else { return nil }
    self = .sqlite(path: argument)
  }

  /// Without whatever else than the database's name stands in a URL: a password, say.
  var name: String {
    switch self {
    case .sqlite(let path): return path
    case .postgres(let url):
      let path = url.prefix { $0 != "?" && $0 != "#" }.split(separator: "/").dropFirst()
      return path.count > 1 ? path.last.map(String.init) ?? "database" : "database"
    }
  }

  /// A table as the database declares it.
  struct Declaration: Decodable, Hashable {
    var table: String
    var columns: [String]
    /// The only column of its primary key.
    var key: String?
  }

  /// What a database declares.
  struct Schema {
    var tables: [Declaration]
    var links: [TableLink]
    /// What is left out, a line each.
    var notes: [String] = []
  }

  /// - Throws: `DatabaseError`.
  func schema() throws -> Schema {
    struct Column: Decodable {
      var t: String
      var c: String
      var type: String
      var pk: Int
    }
    struct Reference: Decodable {
      var t: String
      var c: String
      var parent: String
      var k: String?
      var parts: Int
    }
    let columns = try rows(columnQuery, as: Column.self)
    var schema = Schema(tables: [], links: [])
    for column in columns {
      if schema.tables.last?.table != column.t {
        schema.tables.append(Declaration(table: column.t, columns: []))
      }
      let place = schema.tables.count - 1
      if ["BLOB", "BYTEA"].contains(where: column.type.uppercased().contains) {
        schema.notes.append("column '\(column.t).\(column.c)' is left out: it holds bytes")
        continue
      }
      schema.tables[place].columns.append(column.c)
      let parts = columns.count { $0.t == column.t && $0.pk > 0 }
      if column.pk > 0, parts == 1 { schema.tables[place].key = column.c }
    }
    schema.tables.removeAll(where: \.columns.isEmpty)
    for reference in try rows(referenceQuery, as: Reference.self) {
      guard reference.parts == 1 else {
        schema.notes.append(
          "the key of several columns in '\(reference.t)' that refers to '\(reference.parent)' is no "
            + "link")
        continue
      }
      // A key that names no column of the other table means its primary key.
      guard let parent = schema.tables.first(where: { $0.table == reference.parent }),
        let key = reference.k ?? parent.key
      else { continue }
      schema.links.append(
        TableLink(
          child: reference.t, column: reference.c, parent: reference.parent, key: key,
          origin: .schema))
    }
    return schema
  }

  /// Writes a table as CSV, null as an empty cell and an empty text as a pair of quotes.
  ///
  /// - Throws: `DatabaseError`.
  func export(_ table: Declaration, to path: String) throws {
    func quoted(_ name: String) -> String { "\"\(name.replacing("\"", with: "\"\""))\"" }
    let columns = table.columns.map(quoted).joined(separator: ", ")
    let order = table.key.map { " ORDER BY \(quoted($0))" } ?? ""
    let query = "SELECT \(columns) FROM \(quoted(table.table))\(order)"
    guard FileManager.default.createFile(atPath: path, contents: nil),
      let file = FileHandle(forWritingAtPath: path)
    else { throw DatabaseError.cannotWrite(path: path) }
    defer { try? file.close() }
    switch self {
    case .sqlite: try run(["-csv", "-header"], query, to: file)
    case .postgres: try run([], "COPY (\(query)) TO STDOUT WITH (FORMAT csv, HEADER)", to: file)
    }
  }

  // MARK: - The client

  private var columnQuery: String {
    switch self {
    case .sqlite:
      """
      SELECT m.name AS t, p.name AS c, p.type AS type, p.pk AS pk
      FROM sqlite_master AS m, pragma_table_info(m.name) AS p
      WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite^_%' ESCAPE '^' ORDER BY m.rowid, p.cid
      """
    case .postgres:
      """
      SELECT coalesce(json_agg(x), '[]') FROM (
        SELECT r.relname AS t, a.attname AS c, format_type(a.atttypid, NULL) AS type,
          (CASE WHEN a.attnum = ANY(k.conkey) THEN 1 ELSE 0 END) AS pk
        FROM pg_class r JOIN pg_namespace n ON n.oid = r.relnamespace
        JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
        LEFT JOIN pg_constraint k ON k.conrelid = r.oid AND k.contype = 'p'
        WHERE r.relkind IN ('r', 'p') AND NOT r.relispartition
          AND n.nspname = ANY(current_schemas(false))
        ORDER BY r.oid, a.attnum) x
      """
    }
  }

  private var referenceQuery: String {
    switch self {
    case .sqlite:
      """
      SELECT m.name AS t, f."from" AS c, f."table" AS parent, f."to" AS k,
        (SELECT count(*) FROM pragma_foreign_key_list(m.name) AS g WHERE g.id = f.id) AS parts
      FROM sqlite_master AS m, pragma_foreign_key_list(m.name) AS f
      WHERE m.type = 'table' AND f.seq = 0 ORDER BY m.rowid, f.id DESC
      """
    case .postgres:
      """
      SELECT coalesce(json_agg(x), '[]') FROM (
        SELECT r.relname AS t, a.attname AS c, p.relname AS parent, b.attname AS k,
          cardinality(f.conkey) AS parts
        FROM pg_constraint f JOIN pg_class r ON r.oid = f.conrelid
        JOIN pg_namespace n ON n.oid = r.relnamespace JOIN pg_class p ON p.oid = f.confrelid
        JOIN pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = f.conkey[1]
        JOIN pg_attribute b ON b.attrelid = f.confrelid AND b.attnum = f.confkey[1]
        WHERE f.contype = 'f' AND NOT r.relispartition AND n.nspname = ANY(current_schemas(false))
        ORDER BY r.oid, f.oid) x
      """
    }
  }

  private func rows<Row: Decodable>(_ query: String, as type: Row.Type) throws -> [Row] {
    var options: [String] = []
    if case .sqlite = self { options = ["-json"] }
    let data = try run(options, query, to: nil)
    // SQLite prints nothing for no rows.
    if data.allSatisfy({ $0 == 0x0A || $0 == 0x20 || $0 == 0x0D }) { return [] }
    do {
      return try JSONDecoder().decode([Row].self, from: data)
    } catch {
      throw DatabaseError.failed(client: client, reason: "its answer is not JSON as expected")
    }
  }

  private var client: String {
    switch self {
    case .sqlite: "sqlite3"
    case .postgres: "psql"
    }
  }

  /// Runs the client with one statement.
  ///
  /// - Parameters:
  ///   - options: of the client, beside those that all statements have.
  ///   - statement: the statement.
  ///   - file: where its output goes; nil to have it returned.
  /// - Throws: `DatabaseError`.
  @discardableResult
  private func run(_ options: [String], _ statement: String, to file: FileHandle?) throws -> Data {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    switch self {
    case .sqlite(let path):
      let path = path.hasPrefix("-") ? "./" + path : path
      process.arguments =
        [client, "-batch", "-bail", "-init", "/dev/null", "-readonly"] + options
        + [path, statement]
    case .postgres(let url):
      process.arguments =
        [client, "-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-d", url] + options
        + ["-c", statement]
      process.environment = ProcessInfo.processInfo.environment.merging(
        ["PGCLIENTENCODING": "UTF8"]) { $1 }
    }
    let (output, errors) = (Pipe(), Pipe())
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = file ?? output
    process.standardError = errors
    do {
      try process.run()
    } catch {
      throw DatabaseError.noClient(client: client)
    }
    // What the clients say on standard error fits into a pipe.
    let data = file == nil ? output.fileHandleForReading.readDataToEndOfFile() : Data()
    let words = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus != 127 else { throw DatabaseError.noClient(client: client) }
    guard process.terminationStatus == 0 else {
      let lines = String(decoding: words, as: UTF8.self).split(separator: "\n")
      throw DatabaseError.failed(
        client: client, reason: lines.prefix(3).joined(separator: "; "))
    }
    return data
  }
}

/// Why a database cannot be read; each description is for a person.
enum DatabaseError: Error, Hashable, CustomStringConvertible {
  case noClient(client: String)
  case failed(client: String, reason: String)
  case cannotWrite(path: String)
  case noTables(name: String)
  case unknownTable(name: String, known: [String])

  var description: String {
    switch self {
    case .noClient(let client):
      "\(client): expected the database's command-line client, found none; install it (apt-get install "
        + "\(client == "psql" ? "postgresql-client" : client)), or write each table as CSV and give them "
        + "with --table"
    case .failed(let client, let reason): "\(client): \(reason)"
    case .cannotWrite(let path): "\(path): cannot be written"
    case .noTables(let name): "\(name): expected tables with columns, found none"
    case .unknownTable(let name, let known):
      "--table \(name): expected a table of the database, which has \(known.joined(separator: ", "))"
    }
  }
}
