/// A node of the module tree that a message becomes (paper, App. B). Leaves are indices into
/// `RecordSchema.leaves`.
public indirect enum ModuleNode: Codable, Hashable, Sendable {
  /// A string field; all of them share one StringLiteral's parameters (App. B.1).
  case stringLiteral(leaf: Int)
  /// A string field with few distinct values: one softmax over the known ones
  /// (`ModelDescription.vocabularies`) with an escape to the StringLiteral.
  case vocabulary(leaf: Int)
  /// A string field that always has the same value (`ModelDescription.vocabularies` holds it): no
  /// parameters, no part in the Tuple's RNNs.
  case constant(leaf: Int)
  /// All reals and scalar integers of one message, modelled jointly, placed last (App. B.2). A
  /// leaf with explicit presence has a Bernoulli head inside the same module.
  case scalarTuple(leaves: [Int])
  /// An enum or bool: one softmax over `classes` classes.
  case categorical(leaf: Int, classes: Int)
  /// A Bernoulli head for explicit presence around a string, categorical or nested message.
  case optional(ModuleNode)
  /// A message (App. B.3): elements in the order of decoding: declaration order, then the
  /// ScalarTuple, unless a preset orders them otherwise. `name` is the dotted path from the root,
  /// empty for the root itself.
  case tuple(name: String, elements: [ModuleNode])
}

extension ModuleNode {
  /// Whether the node is a field that always has the same value.
  public var isConstant: Bool {
    if case .constant = self { true } else { false }
  }
}
