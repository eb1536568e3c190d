extension RecordSchema {
  /// The leaves below each message that may be absent, outer messages before the inner ones.
  public var optionalMessages: [[Int]] { root.optionalMessages }
}

extension ModuleNode {
  /// The leaves of the node and below it, in the order of its elements.
  public var leaves: [Int] {
    switch self {
    case .stringLiteral(let leaf), .vocabulary(let leaf), .constant(let leaf),
      .categorical(let leaf, _):
      [leaf]
    case .scalarTuple(let leaves): leaves
    case .optional(let child): child.leaves
    case .tuple(_, let elements): elements.flatMap(\.leaves)
    }
  }

  fileprivate var optionalMessages: [[Int]] {
    switch self {
    case .stringLiteral, .vocabulary, .constant, .categorical, .scalarTuple: []
    case .optional(.tuple(let name, let elements)):
      [leaves] + ModuleNode.tuple(name: name, elements: elements).optionalMessages
    case .optional(let child): child.optionalMessages
    case .tuple(_, let elements): elements.flatMap(\.optionalMessages)
    }
  }
}
