import Foundation
import Inference

/// A table to be learned, with what it was joined of if it was several.
struct TableInput {
  let raw: RawTable
  /// Nil for a single table.
  let joined: JoinedTables?
  /// What a person should know of what was read, a line each.
  let notes: [String]

  init(raw: RawTable, joined: JoinedTables? = nil, notes: [String] = []) {
    (self.raw, self.joined, self.notes) = (raw, joined, notes)
  }
}

/// Linked tables as options name them.
struct LinkedSource {
  /// Files, or names of a database's tables; `NAME=FILE` gives a table another name than its file's.
  var tables: [String]
  /// Files, or names among the tables.
  var lookups: [String]
  var links: [String]
  /// `TABLE.COLUMN` each.
  var unlinked: [String]
  /// Columns that are left out, which are no links either.
  var excluded: [String]
  var reading: RawTable.Reading

  /// Reads and joins the tables.
  ///
  /// - Parameter database: what has them; nil for files.
  /// - Throws: `LinkError`, `InferenceError` or `DatabaseError`.
  func input(of database: DatabaseClient?) throws -> TableInput {
    var whole = reading
    whole.limit = JoinedTables.maximumRows + 1
    let read = try database.map { try tables(of: $0, whole) } ?? files(whole)
    if database != nil, read.tables.count == 1 {
      return TableInput(raw: try Self.sample(read.tables[0], reading), notes: read.notes)
    }
    let links = try links.map { try TableLink($0, tables: read.tables) }
    for name in unlinked where TableLink.column(name, read.tables) == nil {
      throw LinkError.unknownTable(
        option: "--no-link", name: name,
        known: read.tables.flatMap { table in table.table.header.map { "\(table.name).\($0)" } })
    }
    let joined = try JoinedTables(
      read.tables,
      links: links
        + read.links.filter { link in
          !links.contains { $0.child == link.child && $0.column == link.column }
        }, unlinked: Set(unlinked + excluded), lookups: read.lookups, limit: reading.limit,
      seed: reading.seed)
    return TableInput(raw: joined.table, joined: joined, notes: read.notes + joined.notes)
  }

  private typealias Read = (
    tables: [NamedTable], links: [TableLink], lookups: Set<String>, notes: [String]
  )

  private func files(_ reading: RawTable.Reading) throws -> Read {
    var (found, lookups) = ([NamedTable](), Set<String>())
    for text in tables {
      let (name, path) = Self.named(text)
      found.append(
        NamedTable(name: name, table: try RawTable(paths: [path], reading: reading)))
    }
    let names = found.map(\.name)
    for text in self.lookups where !names.contains(text) {
      let (name, path) = Self.named(text)
      found.append(
        NamedTable(name: name, table: try RawTable(paths: [path], reading: reading)))
      lookups.insert(name)
    }
    lookups.formUnion(self.lookups.filter(names.contains))
    return (found, [], lookups, [])
  }

  private func tables(of database: DatabaseClient, _ reading: RawTable.Reading) throws -> Read {
    let schema = try database.schema()
    let known = schema.tables.map(\.table)
    let wanted = Set(tables + lookups)
    if let name = (tables + lookups).first(where: { !known.contains($0) }) {
      throw DatabaseError.unknownTable(name: name, known: known)
    }
    let declared = schema.tables.filter { tables.isEmpty || wanted.contains($0.table) }
    guard !declared.isEmpty else { throw DatabaseError.noTables(name: database.name) }
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "fakegen-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
      at: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
    defer { try? FileManager.default.removeItem(at: folder) }
    var found: [NamedTable] = []
    var csv = reading
    csv.delimiter = UInt8(ascii: ",")
    for (number, table) in declared.enumerated() {
      let path = folder.appendingPathComponent("\(number).csv").path
      try database.export(table, to: path)
      do {
        found.append(
          NamedTable(
            name: table.table, table: try RawTable(paths: [path], reading: csv), key: table.key))
      } catch {
        throw DatabaseError.failed(
          client: "table '\(table.table)'",
          reason: error.description.replacing(path, with: table.table))
      }
    }
    let names = declared.map(\.table)
    return (
      found, schema.links.filter { names.contains($0.child) && names.contains($0.parent) },
      Set(lookups), schema.notes
    )
  }

  private static func sample(
    _ table: NamedTable, _ reading: RawTable.Reading
  ) throws -> RawTable { table.table.sampled(limit: reading.limit, seed: reading.seed) }

  /// A table's name and file: `NAME=FILE`, or a file that has its name.
  static func named(_ text: String) -> (name: String, path: String) {
    if let equals = text.firstIndex(of: "="), equals > text.startIndex,
      !text[..<equals].contains("/"), !FileManager.default.fileExists(atPath: text)
    {
      return (String(text[..<equals]), String(text[text.index(after: equals)...]))
    }
    return (LearnOutput(output: nil, files: [text]).prefix, text)
  }
}
