import FakeGen
import Files
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
    // What is read from a pipe is gone, and some systems share the place in what is opened again.
    var status = stat()
    guard argument != "-", stat(argument, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
      let file = FileHandle(forReadingAtPath: argument)
    else { return nil }
    defer { try? file.close() }
    var head = [UInt8](repeating: 0, count: Self.signature.count)
    guard pread(file.fileDescriptor, &head, head.count, 0) == head.count, head == Self.signature
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
  struct Declaration: Hashable {
    var table: String
    var columns: [String]
    /// The only column of its primary key.
    var key: String?
    /// What the columns hold, by their names.
    var types: [String: String] = [:]
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
    var keyParts: [String: Int] = [:]
    for column in columns where column.pk > 0 { keyParts[column.t, default: 0] += 1 }
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
      schema.tables[place].types[column.c] = column.type
      if column.pk > 0, keyParts[column.t] == 1 { schema.tables[place].key = column.c }
    }
    schema.tables.removeAll(where: \.columns.isEmpty)
    for reference in try rows(referenceQuery, as: Reference.self) {
      guard reference.parts == 1 else {
        schema.notes.append(
          "the key of several columns in '\(reference.t)' that refers to '\(reference.parent)' is no "
            + "link")
        continue
      }
      let name = declared(reference.parent, among: schema.tables.map(\.table))
      guard let child = schema.tables.first(where: { $0.table == reference.t }),
        let column = declared(reference.c, among: child.columns),
        let parent = schema.tables.first(where: { $0.table == name }),
        // A key that names no column of the other table means its primary key.
        let key = reference.k.map({ declared($0, among: parent.columns) }) ?? parent.key
      else {
        schema.notes.append(
          "'\(reference.t).\(reference.c)', which refers to '\(reference.parent)', is no link: one of "
            + "the two columns is not read")
        continue
      }
      schema.links.append(
        TableLink(
          child: child.table, column: column, parent: parent.table, key: key, origin: .schema))
    }
    return schema
  }

  /// The spelling that is declared of a name; nil if there is none. SQLite takes A for a.
  private func declared(_ name: String, among names: [String]) -> String? {
    if names.contains(name) { return name }
    guard case .sqlite = self else { return nil }
    let folded = LinkedTables.folded(name)
    return names.first { LinkedTables.folded($0) == folded }
  }

  /// Reads a table's rows, null as nothing and an empty text as one.
  ///
  /// - Parameters:
  ///   - table: the table.
  ///   - columns: those of its columns that are read, one or more.
  ///   - reading: how many rows are kept.
  /// - Returns: the rows; nil if there are none.
  /// - Throws: `DatabaseError`.
  func read(
    _ table: Declaration, columns names: [String], reading: RawTable.Reading
  ) throws -> RawTable? {
    func quoted(_ name: String) -> String { "\"\(name.replacing("\"", with: "\"\""))\"" }
    var columns = names.map(quoted)
    // A line with nothing on it would be no row.
    let isAlone = names.count == 1
    if isAlone { columns.append("1 AS " + quoted(names[0] + "_")) }
    let order = table.key.map { " ORDER BY \(quoted($0))" } ?? ""
    let query = "SELECT \(columns.joined(separator: ", ")) FROM \(quoted(table.table))\(order)"
    let running: RunningClient
    switch self {
    case .sqlite: running = try start(["-csv", "-header"], query)
    case .postgres: running = try start([], "COPY (\(query)) TO STDOUT WITH (FORMAT csv, HEADER)")
    }
    var csv = reading
    csv.delimiter = UInt8(ascii: ",")
    // Through a pipe: neither a full disk nor a signal leaves a part of the database anywhere.
    let path = "/dev/fd/\(running.output.fileDescriptor)"
    let result = Result { () throws(InferenceError) in try RawTable(paths: [path], reading: csv) }
    // What the client says of its end comes before what is wrong with the rows until then.
    if case .failure = result, running.hasMore { running.stop() } else { try running.finish() }
    switch result {
    case .success(var raw):
      raw.files = [table.table]
      if isAlone { raw.removeLastColumn() }
      return raw
    case .failure(.table(.empty)), .failure(.table(.noRows(_, skipped: 0))): return nil
    case .failure(let error):
      throw DatabaseError.failed(
        client: "table '\(table.table)'",
        reason: error.description.replacing(path, with: table.table))
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
          AND n.nspname = ANY(current_schemas(false)) AND pg_table_is_visible(r.oid)
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
        SELECT r.relname AS t, a.attname AS c, b.attname AS k,
          CASE WHEN pg_table_is_visible(p.oid) THEN p.relname ELSE p.oid::regclass::text END
            AS parent,
          cardinality(f.conkey) AS parts
        FROM pg_constraint f JOIN pg_class r ON r.oid = f.conrelid
        JOIN pg_namespace n ON n.oid = r.relnamespace JOIN pg_class p ON p.oid = f.confrelid
        JOIN pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = f.conkey[1]
        JOIN pg_attribute b ON b.attrelid = f.confrelid AND b.attnum = f.confkey[1]
        WHERE f.contype = 'f' AND NOT r.relispartition AND n.nspname = ANY(current_schemas(false))
          AND pg_table_is_visible(r.oid)
        ORDER BY r.oid, f.oid) x
      """
    }
  }

  private func rows<Row: Decodable>(_ query: String, as type: Row.Type) throws -> [Row] {
    var options: [String] = []
    if case .sqlite = self { options = ["-json"] }
    let running = try start(options, query)
    let data = running.output.readRest()
    try running.finish()
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

  /// Starts the client with one statement.
  ///
  /// - Parameters:
  ///   - options: of the client, beside those that all statements have.
  ///   - statement: the statement.
  /// - Throws: `DatabaseError`.
  private func start(_ options: [String], _ statement: String) throws -> RunningClient {
    switch self {
    case .sqlite(let path):
      let path = path.hasPrefix("-") ? "./" + path : path
      return try RunningClient(
        client,
        ["-batch", "-bail", "-init", "/dev/null", "-readonly"] + options + [path, statement])
    case .postgres(let url):
      // Nobody is there to be asked for a password.
      return try RunningClient(
        client,
        ["-X", "-A", "-t", "-q", "-w", "-v", "ON_ERROR_STOP=1", "-d", url] + options
          + ["-c", statement], environment: ["PGCLIENTENCODING": "UTF8", "PGDATESTYLE": "ISO"])
    }
  }
}

/// Why a database cannot be read; each description is for a person.
enum DatabaseError: Error, Hashable, CustomStringConvertible {
  case noClient(client: String)
  case failed(client: String, reason: String)
  case noRows(name: String)
  case noTables(name: String)
  case unknownTable(name: String, known: [String])

  var description: String {
    switch self {
    case .noClient(let client):
      "\(client): expected the database's command-line client, found none; install it (apt-get install "
        + "\(client == "psql" ? "postgresql-client" : client)), or write each table as CSV and give them "
        + "with --table"
    case .failed(let client, let reason): "\(client): \(reason)"
    case .noRows(let name): "\(name): expected tables with rows, found none"
    case .noTables(let name): "\(name): expected tables with columns, found none"
    case .unknownTable(let name, let known):
      "--table \(name): expected a table of the database, which has \(known.joined(separator: ", "))"
    }
  }
}
