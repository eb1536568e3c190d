import FakeGen

extension RecordSchema {
  /// Returns the schema with each moment that the module tree has derived from hidden leaves in its
  /// place: the week, the weekday (0 for Monday) and the time of the day in the shortest steps that
  /// the layout shows, as far as it shows them. They form a message, so that all are there or none.
  ///
  /// A moment stands in the tree as a `.stringLiteral`, which cannot model it. One whose layout is
  /// malformed stays there.
  public func expandingMoments() -> RecordSchema {
    var schema = self
    schema.root = schema.expandingMoments(root)
    return schema
  }

  private mutating func expandingMoments(_ node: ModuleNode) -> ModuleNode {
    if case .stringLiteral(let leaf) = node, case .moment(let text) = leaves[leaf].kind,
      let layout = try? MomentLayout(text)
    {
      return .tuple(
        name: leaves[leaf].path,
        elements: [.scalarTuple(leaves: addParts(of: leaf, layout: layout))])
    }
    // `mappingChildren` takes a function that changes nothing but its result.
    var changed = self
    let result = node.mappingChildren { changed.expandingMoments($0) }
    self = changed
    return result
  }

  /// Adds the hidden leaves of a moment, and its sum.
  private mutating func addParts(of leaf: Int, layout: MomentLayout) -> [Int] {
    let parts = MomentPart.parts(of: layout)
    var terms: [Rule.Term] = []
    for part in parts {
      let path = "\(leaves[leaf].path).\(part.name)"
      leaves.append(Leaf(path: path, column: path, kind: .integer, isOptional: false))
      hidden.append(RuledLeaf(leaf: leaves.count - 1, rule: part.rule(of: leaf)))
      terms.append(Rule.Term(leaf: leaves.count - 1, factor: part.unit))
    }
    derived.append(
      RuledLeaf(leaf: leaf, rule: .sum(terms: terms, constant: parts.first?.offset ?? 0)))
    return terms.map(\.leaf)
  }
}

/// A part of a moment, which is the sum of its parts times their units and an offset.
public struct MomentPart: Hashable, Sendable {
  /// `week`, `weekday` or `time`.
  public var name: String
  /// The moment that the parts count from, in units.
  public var offset: Int64
  /// Units of a step of the part.
  public var unit: Int64
  /// Number of steps until it begins anew; nil for the first part.
  public var count: Int64?

  /// The rule that computes the part from the moment.
  ///
  /// - Parameter leaf: the moment.
  public func rule(of leaf: Int) -> Rule {
    .digit(leaf: leaf, offset: offset, unit: unit, count: count)
  }

  /// Returns the parts of the moments of a layout; nil if it is malformed.
  public static func parts(ofLayout text: String) -> [MomentPart]? {
    (try? MomentLayout(text)).map(parts)
  }

  /// Weeks since Monday, 1969-12-29, weekdays from Monday on, and the time.
  fileprivate static func parts(of layout: MomentLayout) -> [MomentPart] {
    let second = layout.unitsPerSecond
    let day = 86_400 * second
    let time = MomentPart(
      name: "time", offset: 0, unit: layout.resolution, count: day / layout.resolution)
    let zone =
      layout.showsZone
      ? [MomentPart(name: "zone", offset: 0, unit: 1, count: layout.zoneUnits)] : []
    guard layout.hasDate else { return [time] + zone }
    let offset = -3 * day
    let date = [
      MomentPart(name: "week", offset: offset, unit: 7 * day, count: nil),
      MomentPart(name: "weekday", offset: offset, unit: day, count: 7),
    ]
    guard layout.hasTime else { return date }
    return date + [
      MomentPart(
        name: "time", offset: offset, unit: layout.resolution, count: day / layout.resolution)
    ] + zone
  }
}
