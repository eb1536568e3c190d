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
    var (parents, references, others) = ([String: TableLink](), [TableLink](), [TableLink]())
    for link in links where !wantedLookups.contains(link.child) && link.child != link.parent {
      if wantedLookups.contains(link.parent) {
        references.append(link)
      } else if parents[link.child] == nil {
        parents[link.child] = link
      } else {
        others.append(link)
      }
    }
    let names = tables.map(\.name)
    var roots: [String: String] = [:]
    var circles: [(root: String, tables: [String])] = []
    for name in names where !wantedLookups.contains(name) {
      let (path, circle) = Self.path(from: name, parents)
      // Whichever of its tables a circle is come to from, the first one given stands for it.
      let root = names.first(where: circle.contains) ?? path[path.count - 1]
      roots[name] = root
      if !circle.isEmpty { circles.append((root, circle)) }
    }
    // A tree that another one refers to stays as it is.
    var referred: Set<String> = []
    var seconds: [TableLink] = []
    for link in others {
      if roots[link.child] == roots[link.parent] {
        seconds.append(link)
        continue
      }
      if let root = roots[link.parent] { referred.insert(root) }
      references.append(link)
    }
    let lookups = names.filter { name in
      wantedLookups.contains(name) || roots[name].map(referred.contains) == true
    }
    // What a table that stays as it is refers to matters no more.
    for link in links where link.child == link.parent && !lookups.contains(link.child) {
      throw .selfReference(link: link)
    }
    for circle in circles where !lookups.contains(circle.root) {
      throw .circle(tables: circle.tables)
    }
    for link in seconds where !lookups.contains(link.child) {
      throw .secondParent(link: link, parent: parents[link.child]?.parent ?? "")
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

  /// The tables that a table's links lead to, and those of them that are a circle.
  private static func path(
    from table: String, _ parents: [String: TableLink]
  ) -> (path: [String], circle: [String]) {
    var path = [table]
    while let link = parents[path[path.count - 1]] {
      if path.contains(link.parent) { return (path, Array(path.drop { $0 != link.parent })) }
      path.append(link.parent)
    }
    return (path, [])
  }

  /// The tables linked to one, in the order of all.
  func children(of table: String, _ tables: [NamedTable]) -> [TableLink] {
    tables.compactMap { parents[$0.name] }.filter { $0.parent == table }
  }
}
