/// A record type: the leaves of a protobuf message in declaration order, depth first, the columns
/// of the table they are read from and written to, and the module tree that models them.
public struct RecordSchema: Codable, Hashable, Sendable {
  /// Full name of the protobuf message.
  public var messageName: String
  /// Every scalar field, depth first in declaration order. Records store one value per leaf.
  public var leaves: [Leaf]
  /// The columns of a row outside, in the training table's order, as indices into `leaves`.
  public var columns: [Int]
  /// Root of the module tree; always a `.tuple`. It models every leaf but the derived ones.
  public var root: ModuleNode
  /// Leaves that no module models: they follow from others, or from the row's number, in this
  /// order.
  public var derived: [RuledLeaf]
  /// Leaves that a table does not have, in no column: modelled instead of the ones that follow from
  /// them, and computed when a table is read. They are integers.
  public var hidden: [RuledLeaf]

  /// Creates a record type.
  ///
  /// - Parameters:
  ///   - messageName: full name of the protobuf message.
  ///   - leaves: every scalar field, depth first in declaration order.
  ///   - columns: indices into `leaves` in the order of the training table's columns.
  ///   - root: the module tree; a `.tuple`.
  ///   - derived: leaves that no module models, each after those that it follows from.
  ///   - hidden: leaves that a table does not have.
  public init(
    messageName: String, leaves: [Leaf], columns: [Int], root: ModuleNode,
    derived: [RuledLeaf] = [], hidden: [RuledLeaf] = []
  ) {
    self.messageName = messageName
    self.leaves = leaves
    self.columns = columns
    self.root = root
    self.derived = derived
    self.hidden = hidden
  }

  /// Reads a record type; those that were written before there were rules have none.
  ///
  /// - Throws: `DecodingError` if it is malformed.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      messageName: try container.decode(String.self, forKey: .messageName),
      leaves: try container.decode([Leaf].self, forKey: .leaves),
      columns: try container.decode([Int].self, forKey: .columns),
      root: try container.decode(ModuleNode.self, forKey: .root),
      derived: try container.decodeIfPresent([RuledLeaf].self, forKey: .derived) ?? [],
      hidden: try container.decodeIfPresent([RuledLeaf].self, forKey: .hidden) ?? [])
  }
}

extension RecordSchema {
  /// The leaves below each message that may be absent, outer messages before the inner ones; those
  /// that follow from others come last.
  public var optionalMessages: [[Int]] {
    root.nodes.compactMap { node in
      guard case .optional(let child) = node, case .tuple(let name, _) = child else { return nil }
      return child.leaves + derived.map(\.leaf).filter { leaves[$0].path.hasPrefix(name + ".") }
    }
  }
}
