import Schema

/// Finds alternatives: keys beside one another of which no row has two.
struct AlternativeSearch {
  /// Keys of which a row has one at most.
  struct Group {
    /// Of the object that they are in, nothing for the row itself.
    var object: String
    var members: [Member]

    /// Which member a row has; the number of members for none.
    func choice(_ row: Int) -> Int { members.firstIndex { $0.isPresent[row] } ?? members.count }
  }

  /// A key, with all columns that come from its object if it is one.
  struct Member {
    var name: String
    var columns: [Int]
    /// Per row, whether it has the key.
    var isPresent: [Bool]
  }

  /// Rows that should have two keys by chance, if none has.
  private static let evidence = 12.0
  /// Most keys beside one another that are looked at.
  private static let maximumKeys = 64

  let columns: [TypedColumn]
  let rowCount: Int
  /// Rows that a key must have.
  let minimumCount: Int

  private func member(_ name: String, _ own: [Int]) -> Member {
    Member(
      name: name, columns: own,
      isPresent: (0..<rowCount).map { row in own.contains { !columns[$0].isNull(row) } })
  }

  /// The keys of each object, outer ones before those in them, and of the row first.
  private var siblings: [(object: [String], keys: [(path: [String], columns: [Int])])] {
    var order: [[String]] = []
    var keys: [[String]: [(path: [String], columns: [Int])]] = [:]
    for (index, column) in columns.enumerated() {
      let path = column.keys
      for depth in path.indices {
        let object = Array(path[..<depth])
        let key = Array(path[...depth])
        if keys[object] == nil { order.append(object) }
        if let place = keys[object]?.firstIndex(where: { $0.path == key }) {
          keys[object]?[place].columns.append(index)
        } else {
          keys[object, default: []].append((key, [index]))
        }
      }
    }
    return order.enumerated().sorted {
      ($0.element.count, $0.offset) < ($1.element.count, $1.offset)
    }
    .map { ($0.element, keys[$0.element] ?? []) }
  }

  /// Finds all groups.
  ///
  /// - Parameter kinds: of objects: oneof for one whose keys are alternatives, object for one whose
  ///   keys are none.
  /// - Throws: `InferenceError.unsuitableKind` if keys are no alternatives that should be.
  func run(kinds: [String: Kind], finds: Bool) throws(InferenceError) -> [Group] {
    var groups: [Group] = []
    var taken: Set<Int> = []
    for (path, keys) in siblings {
      let object = path.joined(separator: ".")
      if kinds[object] == .object, !path.isEmpty { continue }
      let isWanted = kinds[object] == .oneof && !path.isEmpty
      // A key that each row has is no alternative.
      let rare = keys.filter { $0.columns.allSatisfy { columns[$0].nullRows > 0 } }
      guard isWanted || finds && rare.count <= Self.maximumKeys else { continue }
      let candidates = rare.map { member($0.path.joined(separator: "."), $0.columns) }
        .filter { member in
          let rows = member.isPresent.count { $0 }
          return rows > 0 && rows < rowCount && !member.columns.contains(where: taken.contains)
            && (isWanted || rows >= minimumCount && member.columns.allSatisfy(mayBeChosen))
        }
      if isWanted {
        try check(candidates, of: object)
        groups.append(Group(object: object, members: candidates))
        taken.formUnion(candidates.flatMap(\.columns))
      } else {
        for group in cliques(candidates, rows: path.isEmpty ? rowCount : rows(keys)) {
          groups.append(Group(object: object, members: group))
          taken.formUnion(group.flatMap(\.columns))
        }
      }
    }
    return groups
  }

  /// Number of rows that have any of some keys.
  private func rows(_ keys: [(path: [String], columns: [Int])]) -> Int {
    let own = keys.flatMap(\.columns)
    return (0..<rowCount).count { row in own.contains { !columns[$0].isNull(row) } }
  }

  /// The group of these keys.
  ///
  /// - Parameters:
  ///   - names: of keys, columns or objects.
  ///   - groups: others, with none of its columns.
  /// - Throws: `InferenceError` if there are no such keys, they are no alternatives, or in another
  ///   group too.
  func group(_ names: [String], beside groups: [Group]) throws(InferenceError) -> Group {
    let all = siblings.flatMap(\.keys)
    var members: [Member] = []
    for name in names {
      guard let key = all.first(where: { $0.path.joined(separator: ".") == name }) else {
        throw .unknownColumn(
          option: "option oneof", column: name, known: columns.map(\.name))
      }
      members.append(member(name, key.columns))
    }
    let object = names.first.map { $0.split(separator: ".").dropLast().joined(separator: ".") }
    try check(members, of: names.joined(separator: ", "))
    let taken = Set(groups.flatMap(\.members).flatMap(\.columns))
    for member in members {
      guard let column = member.columns.first(where: taken.contains) else { continue }
      throw .unsuitableKind(
        column: member.name, kind: "oneof",
        reason: "'\(columns[column].name)' is in another group of alternatives too")
    }
    return Group(object: object ?? "", members: members)
  }

  private func check(_ members: [Member], of name: String) throws(InferenceError) {
    func unsuitable(_ reason: String) -> InferenceError {
      .unsuitableKind(column: name, kind: "oneof", reason: reason)
    }
    guard members.count > 1 else { throw unsuitable("it has fewer than two keys that rows have") }
    for row in 0..<rowCount {
      let present = members.filter { $0.isPresent[row] }
      guard present.count < 2 else {
        throw unsuitable("row \(row + 1) has both '\(present[0].name)' and '\(present[1].name)'")
      }
    }
    for column in members.flatMap(\.columns) where !mayBeChosen(column) {
      throw unsuitable("'\(columns[column].name)' is a key, which each row has")
    }
  }

  private func mayBeChosen(_ column: Int) -> Bool { !columns[column].isKey }

  /// Groups of two keys or more of which no row has two, in the order of the columns.
  ///
  /// - Parameter rows: how many might have two.
  private func cliques(_ candidates: [Member], rows: Int) -> [[Member]] {
    var rest = candidates
    var groups: [[Member]] = []
    while let first = rest.first {
      rest.removeFirst()
      var group = [first]
      var isPresent = first.isPresent
      rest.removeAll { other in
        guard exclude(isPresent, other.isPresent, of: rows) else { return false }
        group.append(other)
        for row in isPresent.indices where other.isPresent[row] { isPresent[row] = true }
        return true
      }
      if group.count > 1 { groups.append(group) }
    }
    return groups
  }

  private func exclude(_ one: [Bool], _ other: [Bool], of rows: Int) -> Bool {
    for row in 0..<rowCount where one[row] && other[row] { return false }
    let counts = [one, other].map { Double($0.count { $0 }) }
    return counts[0] * counts[1] >= Self.evidence * Double(rows)
  }
}
