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
    whole.limit = JoinedTables.maximumRows
    whole.mostRows = JoinedTables.maximumRows
    let read = try database.map { try tables(of: $0, whole) } ?? files(whole)
    let links = try links.map { try TableLink($0, tables: read.tables) }
    // What a table by itself refers to in itself is a column like others.
    let declared = read.links.filter { read.tables.count > 1 || $0.child != $0.parent }
    for name in unlinked where TableLink.column(name, read.tables) == nil {
      throw LinkError.unknownColumn(
        option: "--no-link", name: name,
        known: read.tables.flatMap { table in table.table.header.map { "\(table.name).\($0)" } })
    }
    let joined = try JoinedTables(
      read.tables,
      links: links
        + declared.filter { link in
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
    var (found, notes) = ([NamedTable](), schema.notes)
    for table in declared {
      let leftOut = columnsLeftOut(of: table, schema.links)
      let columns = table.columns.filter { !leftOut.contains($0) }
      guard let raw = try database.read(table, columns: columns, reading: reading) else {
        notes.append("table '\(table.table)' is left out: it has no rows")
        continue
      }
      found.append(
        NamedTable(
          name: table.table, table: raw, key: table.key, types: table.types, leftOut: leftOut))
    }
    guard !found.isEmpty else { throw DatabaseError.noRows(name: database.name) }
    let names = found.map(\.name)
    return (
      found, schema.links.filter { names.contains($0.child) && names.contains($0.parent) },
      Set(lookups).intersection(names), notes
    )
  }

  /// The columns of a database's table that need not be read: those that are excluded and that no
  /// link says anything of.
  private func columnsLeftOut(
    of table: DatabaseClient.Declaration, _ declared: [TableLink]
  ) -> Set<String> {
    let leftOut = table.columns.filter { column in
      let name = "\(table.table).\(column)"
      let isLinked =
        declared.contains { link in
          link.child == table.table && link.column == column
            || link.parent == table.table && link.key == column
        } || links.contains { $0.contains(name) }
      return column != table.key && excluded.contains(name) && !isLinked
    }
    return leftOut.count < table.columns.count ? Set(leftOut) : []
  }

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
