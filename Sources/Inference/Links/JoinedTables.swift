import FakeGen
import Schema

/// Linked tables as one, in whose rows the others' lie as lists.
public struct JoinedTables: Sendable {
  /// A table that is made anew.
  public struct Table: Hashable, Sendable {
    /// Its name.
    public var name: String
    /// The names of the lists that lead to its rows.
    public var path: [String]
    /// The link to the table that its rows lie in; nil for the first one.
    public var link: TableLink?
    /// The columns before that of the link.
    public var columnsBefore: [String]
    /// The column that tells its rows apart, so far as links or the database say so.
    public var key: String?
    /// Links to tables that stay as they are, and whether their keys are integers.
    public var references: [Reference]
  }

  /// A link to a table that stays as it is.
  public struct Reference: Hashable, Sendable {
    /// The link.
    public var link: TableLink
    /// Whether all of that table's keys are integers, and not declared as texts.
    public var isInteger: Bool
    /// Whether a database declares the keys as integers if they are, else as texts.
    public var isDeclared: Bool
  }

  /// The first table, with a column of lists for each table that is linked to it.
  public private(set) var table: RawTable
  /// The tables that are made anew, each after the one that its rows lie in.
  public private(set) var tables: [Table] = []
  /// Names of the tables that stay as they are.
  public let lookups: [String]
  /// What was taken and what was left out, a line each.
  public private(set) var notes: [String] = []

  /// Most rows of a table, all of which are held.
  public static let maximumRows = 50_000_000

  private let source: [NamedTable]
  private let tree: LinkTree

  /// Joins tables.
  ///
  /// - Parameters:
  ///   - source: the tables, with names of their own.
  ///   - links: what a person or a database says; a person's come first.
  ///   - unlinked: columns that are no links, as `TABLE.COLUMN`.
  ///   - lookups: tables that stay as they are.
  ///   - limit: most rows of the first table that are kept; of more a uniform sample.
  ///   - seed: of that sample.
  /// - Throws: `LinkError`.
  public init(
    _ source: [NamedTable], links: [TableLink], unlinked: Set<String> = [],
    lookups: Set<String> = [], limit: Int = 500_000, seed: UInt64 = 1
  ) throws(LinkError) {
    self.source = source
    for (index, table) in source.enumerated() {
      guard LinkedTables.isName(table.name) else { throw .badName(name: table.name) }
      let folded = LinkedTables.folded(table.name)
      guard !source[..<index].contains(where: { LinkedTables.folded($0.name) == folded }) else {
        throw .repeatedName(name: table.name)
      }
      guard table.table.rowCount <= Self.maximumRows else {
        throw .tooLong(table: table.name, rows: table.table.rowCount, limit: Self.maximumRows)
      }
    }
    let names = source.map(\.name)
    for name in lookups where !names.contains(name) {
      throw .unknownTable(option: "--lookup", name: name, known: names)
    }
    func isFree(_ table: String, _ column: String) -> Bool {
      !unlinked.contains("\(table).\(column)")
        && !links.contains { $0.child == table && $0.column == column }
    }
    let found = LinkFinder(tables: source).links(isFree: isFree)
    for link in found {
      notes.append(
        "link \(link.text): taken for one by its name and values; --no-link "
          + "\(link.child).\(link.column) if it is none")
    }
    let rowCounts = Dictionary(uniqueKeysWithValues: source.map { ($0.name, $0.table.rowCount) })
    // What a person says comes first; of others the parent of most rows, whose lists are shortest.
    let all =
      links.filter { $0.origin == .option }
      + (links.filter {
        $0.origin != .option && !unlinked.contains("\($0.child).\($0.column)")
      } + found).enumerated().sorted {
        (-(rowCounts[$0.element.parent] ?? 0), $0.offset)
          < (-(rowCounts[$1.element.parent] ?? 0), $1.offset)
      }.map(\.element)
    tree = try LinkTree(tables: source, links: all, lookups: lookups)
    let lookups = tree.lookups
    self.lookups = lookups
    table = RawTable(header: [], files: [])
    try Self.checkNesting(tree, names.filter { !lookups.contains($0) })
    var keys: [String: String] = [:]
    for link in tree.parents.values.sorted(by: { $0.text < $1.text }) + tree.references {
      if let key = keys[link.parent], key != link.key { throw .secondKey(link: link, key: key) }
      keys[link.parent] = link.key
    }
    var lines: [String] = []
    table = try join(tree.root, path: [], keys: keys, lines: &lines)
    notes += lines
    for reference in tree.references {
      notes.append(
        "table '\(reference.parent)' stays as it is: '\(reference.child).\(reference.column)' gets "
          + "keys that it has")
    }
    try checkSize()
    table.hash = Self.hash(source.map(\.table.hash))
    table = table.sampled(limit: limit, seed: seed)
  }

  /// The SHA-256 of all tables' hashes.
  private static func hash(_ hashes: [String]) -> String {
    var hash = SHA256()
    let bytes = Array(hashes.joined(separator: "\n").utf8)
    bytes.withUnsafeBytes { hash.update($0) }
    return hash.hexadecimalDigest()
  }

  // MARK: - Joining

  private func named(_ name: String) -> NamedTable { source.first { $0.name == name } ?? source[0] }

  /// Joins what is linked to a table to it.
  private mutating func join(
    _ name: String, path: [String], keys: [String: String], lines: inout [String]
  ) throws(LinkError) -> RawTable {
    let own = named(name)
    let link = tree.parents[name]
    let isOfOwn = own.key != nil && own.key != link?.column
    tables.append(
      Table(
        name: name, path: path, link: link,
        columnsBefore: link.map { link in Array(own.table.header.prefix { $0 != link.column }) }
          ?? [], key: keys[name] ?? (isOfOwn ? own.key : nil), references: []))
    let place = tables.count - 1
    var joined = own.table
    for reference in tree.references where reference.child == name {
      let key = named(reference.parent)
      let column = try keyColumn(reference)
      tables[place].references.append(
        Self.reference(reference, column, type: key.types[reference.key]))
      joined = leaveOut(joined, without: column, of: key.name, reference, lines: &lines)
      guard joined.rowCount > 0 else {
        throw .noRows(link: reference, rows: own.table.rowCount)
      }
    }
    if let link, let index = joined.header.firstIndex(of: link.column) {
      if link.column == keys[name] { throw .keyIsLink(link: link) }
      joined.header.remove(at: index)
      joined.columns.remove(at: index)
    }
    for link in tree.children(of: name, source) {
      guard !joined.header.contains(link.child) else {
        throw .taken(table: name, column: link.child)
      }
      let inner = try join(link.child, path: path + [link.child], keys: keys, lines: &lines)
      guard !inner.header.isEmpty else { throw .noColumns(table: link.child) }
      try add(inner, by: link, to: &joined, lines: &lines)
    }
    return joined
  }

  /// The column that a link goes to, each of whose rows has a value of its own.
  private func keyColumn(_ link: TableLink) throws(LinkError) -> RawColumn {
    let parent = named(link.parent).table
    guard let index = parent.header.firstIndex(of: link.key) else {
      throw .badLink(text: link.text, known: TableLink.known(source))
    }
    let column = parent.columns[index]
    var isSeen = [Bool](repeating: false, count: column.texts.count)
    for (row, code) in column.codes.enumerated() {
      guard code >= 0, !isSeen[Int(code)] else {
        throw .badKey(place: parent.place(row), column: link.key, value: column.text(row))
      }
      isSeen[Int(code)] = true
    }
    return column
  }

  private static func reference(_ link: TableLink, _ key: RawColumn, type: String?) -> Reference {
    let type = type?.uppercased() ?? ""
    let isText = ["TEXT", "VARCHAR", "CHARACTER VARYING"].contains(where: type.hasPrefix)
    let isInteger = !isText && areIntegers(key)
    return Reference(
      link: link, isInteger: isInteger, isDeclared: isInteger ? type.contains("INT") : isText)
  }

  private static func areIntegers(_ key: RawColumn) -> Bool {
    key.texts.count > 0
      && (0..<key.texts.count).allSatisfy { code in
        Int64(key.texts[code]).map { String($0) == key.texts[code] } ?? false
      }
  }

  /// The rows whose reference is nothing or a key.
  private func leaveOut(
    _ table: RawTable, without key: RawColumn, of name: String, _ link: TableLink,
    lines: inout [String]
  ) -> RawTable {
    guard let index = table.header.firstIndex(of: link.column) else { return table }
    let column = table.columns[index]
    let isKnown = (0..<column.texts.count).map { key.texts.find(column.texts[$0]) != nil }
    let kept = column.codes.indices.filter { row in
      column.codes[row] < 0 || isKnown[Int(column.codes[row])]
    }
    guard kept.count < table.rowCount else { return table }
    let first = (0..<table.rowCount).first { row in
      column.codes[row] >= 0 && !isKnown[Int(column.codes[row])]
    }
    lines.append(
      "\(link.text): left out \(table.rowCount - kept.count) rows of '\(link.child)' whose value is no "
        + "key of '\(name)', the first at \(table.place(first ?? 0))")
    return table.rows(kept)
  }

  /// Adds a column of lists of the rows that a link leads to.
  private func add(
    _ inner: RawTable, by link: TableLink, to outer: inout RawTable, lines: inout [String]
  ) throws(LinkError) {
    let key = try keyColumn(link)
    // The rows around may be fewer than those of their table.
    guard let keyIndex = outer.header.firstIndex(of: link.key),
      let columnIndex = named(link.child).table.header.firstIndex(of: link.column)
    else { throw .badLink(text: link.text, known: TableLink.known(source)) }
    var rowOfCode = [Int32](repeating: -1, count: key.texts.count)
    for (row, code) in outer.columns[keyIndex].codes.enumerated() {
      rowOfCode[Int(code)] = Int32(row)
    }
    let links = named(link.child).table
    let column = links.columns[columnIndex]
    let parentOfCode = (0..<column.texts.count).map { code in
      key.texts.find(column.texts[code]).map { rowOfCode[Int($0)] }
    }
    // Rows of the inner table are those of its file, in order, or what references left of them.
    var parents = [Int32](repeating: -1, count: inner.rowCount)
    typealias Found = (count: Int, first: Int)
    var (missing, orphans, lost): (Found?, Found?, Found?)
    var place = 0
    for (row, code) in column.codes.enumerated() {
      guard place < inner.rowCount, inner.places[place] == links.places[row] else { continue }
      if code < 0 {
        missing = ((missing?.count ?? 0) + 1, missing?.first ?? row)
      } else if let parent = parentOfCode[Int(code)] {
        parents[place] = parent
        if parent < 0 { lost = ((lost?.count ?? 0) + 1, lost?.first ?? row) }
      } else {
        orphans = ((orphans?.count ?? 0) + 1, orphans?.first ?? row)
      }
      place += 1
    }
    for (found, words) in [
      (missing, "with nothing in '\(link.column)'"),
      (orphans, "whose '\(link.column)' is in no row of '\(link.parent).\(link.key)'"),
      (lost, "whose row of '\(link.parent)' is left out"),
    ] {
      guard let found else { continue }
      lines.append(
        "\(link.text): left out \(found.count) rows of '\(link.child)' \(words), the first at "
          + links.place(found.first))
    }
    var starts = [Int32](repeating: 0, count: outer.rowCount + 1)
    for parent in parents where parent >= 0 { starts[Int(parent) + 1] += 1 }
    if let (row, count) = starts.dropFirst().enumerated().max(by: { $0.element < $1.element }),
      count > ListType.maximumCount
    {
      throw .tooManyRows(
        link: link, key: outer.columns[keyIndex].text(row) ?? "", count: Int(count))
    }
    guard starts.contains(where: { $0 > 0 }) else {
      throw .noRows(link: link, rows: inner.rowCount)
    }
    var lists = RawColumn()
    for count in starts.dropFirst() { lists.append(String(count)) }
    for row in 0..<outer.rowCount { starts[row + 1] += starts[row] }
    var next = starts
    var rows = [Int32](repeating: 0, count: Int(starts[outer.rowCount]))
    for (row, parent) in parents.enumerated() where parent >= 0 {
      rows[Int(next[Int(parent)])] = Int32(row)
      next[Int(parent)] += 1
    }
    lists.isList = true
    lists.joined = JoinedRows(
      table: inner, starts: starts, rows: rows, parents: (0..<outer.rowCount).map { Int32($0) })
    outer.header.append(link.child)
    outer.columns.append(lists)
  }

  // MARK: - Size

  /// Most lists in one another: each is two modules of a network, in which a value is three at most.
  static let maximumNesting = (ModelFormat.maximumDepth - 4) / 2

  /// Checks that a model can have as many tables, and lists so deep in one another.
  private static func checkNesting(_ tree: LinkTree, _ names: [String]) throws(LinkError) {
    guard names.count <= LinkedTables.maximumCount else {
      throw .tooManyTables(count: names.count, limit: LinkedTables.maximumCount)
    }
    for name in names {
      var path = [name]
      while let link = tree.parents[path[path.count - 1]] { path.append(link.parent) }
      guard path.count <= maximumNesting + 1 else {
        throw .tooDeep(tables: path.reversed(), limit: maximumNesting + 1)
      }
    }
  }

  /// Checks that a row of the first table has room for what is linked to it.
  private func checkSize() throws(LinkError) {
    // More than a table may have, and still a number when each is multiplied.
    let most = 1 << 40
    func measure(_ table: RawTable) -> (rows: Int, values: Int, parts: [String]) {
      var (rows, values, parts) = (1, table.header.count, [String]())
      for (name, column) in zip(table.header, table.columns) {
        guard let joined = column.joined else { continue }
        let count = zip(joined.starts, joined.starts.dropFirst()).map { Int($1 - $0) }.max() ?? 0
        let inner = measure(joined.table)
        rows = min(max(rows, count * inner.rows), most)
        values = min(values + count * inner.values, most)
        parts.append("up to \(count) of '\(name)' with \(joined.table.header.count) columns")
        parts += inner.parts
      }
      return (rows, values, parts)
    }
    let size = measure(table)
    guard size.rows <= ListType.maximumCount, size.values <= 65_536 else {
      throw .tooLarge(
        table: tree.root, rows: size.rows, values: size.values,
        parts: size.parts.joined(separator: ", "))
    }
  }
}

extension JoinedTables {
  /// Turns `TABLE.COLUMN` into the name that the joined table has for it.
  ///
  /// - Parameter name: as a person gives it.
  public func path(of name: String) -> String {
    for table in tables.sorted(by: { $0.name.utf8.count > $1.name.utf8.count })
    where name.hasPrefix(table.name + ".") {
      return (table.path + [String(name.dropFirst(table.name.count + 1))]).joined(separator: ".")
    }
    return name
  }

  /// Names of columns that hold keys of tables that stay as they are, as the joined table has them.
  public var references: [String] {
    tables.flatMap { table in
      table.references.map { (table.path + [$0.link.column]).joined(separator: ".") }
    }
  }

  /// Names of columns that links go to, as the joined table has them.
  public var keys: [String] {
    tables.compactMap { table in
      table.key.map { (table.path + [$0]).joined(separator: ".") }
    }
  }

  /// Adds what links say of columns to what a person says.
  ///
  /// - Parameter options: with names as a person gives them.
  /// - Returns: options for the joined table.
  public func options(_ options: InferenceOptions) -> InferenceOptions {
    var result = options
    let gone = source.flatMap { table in table.leftOut.map { "\(table.name).\($0)" } }
    result.exclude = options.exclude.filter { !gone.contains($0) }.map(path).filter { !isLink($0) }
    result.keys = options.keys.map(path)
    result.kinds = [:]
    for (name, kind) in options.kinds { result.kinds[path(of: name)] = kind }
    for key in keys where result.kinds[key] == nil && !result.exclude.contains(key) {
      result.kinds[key] = .key(nil)
    }
    for column in references where result.kinds[column] == nil { result.kinds[column] = .category }
    return result
  }

  /// Whether a name is of a column that a link replaced.
  private func isLink(_ path: String) -> Bool {
    tables.contains { table in
      table.link.map { (table.path + [$0.column]).joined(separator: ".") } == path
    }
  }
}
