/// Finds links between tables by names and values: a column named after another table and its key, or
/// as that key, all of whose values that key has.
struct LinkFinder {
  let tables: [NamedTable]

  /// Names of keys that many tables have, so that the name alone says nothing.
  private static let commonNames: Set<String> = [
    "code", "id", "index", "key", "name", "no", "nr", "number", "uuid",
  ]

  /// Finds the links.
  ///
  /// - Parameter isFree: whether a table's column may be one.
  func links(isFree: (_ table: String, _ column: String) -> Bool) -> [TableLink] {
    var links: [TableLink] = []
    for (place, child) in tables.enumerated() {
      for (index, column) in child.table.header.enumerated() where isFree(child.name, column) {
        let candidates = tables.enumerated().filter { $0.offset != place }.compactMap {
          other, parent in
          link(child, place, index, to: parent, other)
        }
        // Of several the one with the fewest keys says most.
        let best = candidates.min { $0.rows < $1.rows }
        if let best { links.append(best.link) }
      }
    }
    return links
  }

  private func link(
    _ child: NamedTable, _ childPlace: Int, _ index: Int, to parent: NamedTable, _ parentPlace: Int
  ) -> (link: TableLink, rows: Int)? {
    let column = Self.folded(child.table.header[index])
    let names = Self.singulars(Self.folded(parent.name)).union([Self.folded(parent.name)])
    for (keyIndex, key) in parent.table.header.enumerated() {
      let folded = Self.folded(key)
      let isNamed =
        names.contains { $0 + folded == column }
        || column == folded && !Self.commonNames.contains(folded)
          && (NameWords.isKey(key) || parent.key == key)
      guard isNamed, Self.isKey(parent.table.columns[keyIndex]),
        let isAll = Self.contains(
          parent.table.columns[keyIndex], child.table.columns[index]), isAll
      else { continue }
      // Where both are keys of the same values, rows lie in those of the table given first.
      if childPlace < parentPlace, Self.isKey(child.table.columns[index]),
        Self.contains(child.table.columns[index], parent.table.columns[keyIndex]) == true
      {
        continue
      }
      let link = TableLink(
        child: child.name, column: child.table.header[index], parent: parent.name, key: key,
        origin: .found)
      return (link, parent.table.rowCount)
    }
    return nil
  }

  /// Whether each row has a value of its own.
  private static func isKey(_ column: RawColumn) -> Bool {
    !column.isList && column.codes.count > 1 && column.texts.count == column.codes.count
      && column.codes.allSatisfy { $0 >= 0 }
  }

  /// Whether a key has all values of a column; nil if that has none.
  private static func contains(_ key: RawColumn, _ column: RawColumn) -> Bool? {
    guard !column.isList else { return nil }
    let counts = column.counts()
    let codes = counts.indices.filter { counts[$0] > 0 }
    guard !codes.isEmpty else { return nil }
    return codes.allSatisfy { key.texts.find(column.texts[$0]) != nil }
  }

  /// Letters and digits in small letters.
  private static func folded(_ name: String) -> String {
    String(name.lowercased().filter { $0.isLetter || $0.isNumber })
  }

  private static func singulars(_ name: String) -> Set<String> {
    var names: Set<String> = []
    if name.hasSuffix("ies") { names.insert(name.dropLast(3) + "y") }
    if name.hasSuffix("es") { names.insert(String(name.dropLast(2))) }
    if name.hasSuffix("s") { names.insert(String(name.dropLast())) }
    return names
  }
}
