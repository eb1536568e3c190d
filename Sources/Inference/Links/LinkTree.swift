/// Which table's rows lie in which other's, and which tables stay as they are.
struct LinkTree {
  /// The first table.
  let root: String
  /// By table, the link to the table that its rows lie in.
  let parents: [String: TableLink]
  /// Links to tables that stay as they are.
  let references: [TableLink]
  /// The tables that stay as they are, in order.
  let lookups: [String]

  /// Orders tables.
  ///
  /// - Parameters:
  ///   - tables: the tables.
  ///   - links: of several of a table the first one is that to the table that its rows lie in.
  ///   - wantedLookups: tables that stay as they are.
  /// - Throws: `LinkError`.
  init(
    tables: [NamedTable], links: [TableLink], lookups wantedLookups: Set<String>
  ) throws(LinkError) {
    for link in links where link.child == link.parent && !wantedLookups.contains(link.child) {
      throw .selfReference(link: link)
    }
    var (parents, references, others) = ([String: TableLink](), [TableLink](), [TableLink]())
    for link in links where !wantedLookups.contains(link.child) {
      if wantedLookups.contains(link.parent) {
        references.append(link)
      } else if parents[link.child] == nil {
        parents[link.child] = link
      } else {
        others.append(link)
      }
    }
    var roots: [String: String] = [:]
    for table in tables where !wantedLookups.contains(table.name) {
      roots[table.name] = try Self.root(of: table.name, parents)
    }
    // A tree that another one refers to stays as it is.
    var referred: Set<String> = []
    for link in others {
      if roots[link.child] == roots[link.parent] {
        throw .secondParent(link: link, parent: parents[link.child]?.parent ?? "")
      }
      if let root = roots[link.parent] { referred.insert(root) }
      references.append(link)
    }
    let names = tables.map(\.name)
    let lookups = names.filter { name in
      wantedLookups.contains(name) || roots[name].map(referred.contains) == true
    }
    let left = names.filter { !lookups.contains($0) && parents[$0] == nil }
    guard let root = left.first else {
      throw .circle(tables: names.filter { roots[$0] == $0 })
    }
    guard left.count == 1 else { throw .notLinked(tables: left) }
    self.root = root
    self.lookups = lookups
    self.parents = parents.filter { !lookups.contains($0.key) }
    self.references = references.filter { !lookups.contains($0.child) }
  }

  /// The table at the end of a table's links.
  private static func root(
    of table: String, _ parents: [String: TableLink]
  ) throws(LinkError) -> String {
    var path = [table]
    while let link = parents[path[path.count - 1]] {
      if path.contains(link.parent) {
        throw .circle(tables: Array(path.drop { $0 != link.parent }))
      }
      path.append(link.parent)
    }
    return path[path.count - 1]
  }

  /// The tables linked to one, in the order of all.
  func children(of table: String, _ tables: [NamedTable]) -> [TableLink] {
    tables.compactMap { parents[$0.name] }.filter { $0.parent == table }
  }
}
