/// A record type: the leaves of a protobuf message in declaration order, depth first, the columns
/// of the table they are read from and written to, and the module tree that models them.
public struct RecordSchema: Codable, Hashable, Sendable {
  /// Full name of the protobuf message.
  public var messageName: String
  /// Every scalar field, depth first in declaration order. Records store one value per leaf.
  public var leaves: [Leaf]
  /// The columns of a row outside, in the training table's order, as indices into `leaves`.
  public var columns: [Int]
  /// Root of the module tree; always a `.tuple`.
  public var root: ModuleNode

  /// Creates a record type.
  ///
  /// - Parameters:
  ///   - messageName: full name of the protobuf message.
  ///   - leaves: every scalar field, depth first in declaration order.
  ///   - columns: indices into `leaves` in the order of the training table's columns.
  ///   - root: the module tree; a `.tuple`.
  public init(messageName: String, leaves: [Leaf], columns: [Int], root: ModuleNode) {
    self.messageName = messageName
    self.leaves = leaves
    self.columns = columns
    self.root = root
  }
}

extension RecordSchema {
  /// The leaves below each message that may be absent, outer messages before the inner ones.
  public var optionalMessages: [[Int]] {
    root.nodes.compactMap { node in
      guard case .optional(let child) = node, case .tuple = child else { return nil }
      return child.leaves
    }
  }
}
