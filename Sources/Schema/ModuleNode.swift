/// A node of the module tree that a message becomes (paper, App. B). Leaves are indices into
/// `RecordSchema.leaves`.
///
/// All walks over the tree are folds over `children`, `ownLeaves` and `kind`: a new kind of module
/// is one more case here, in these three and in `mappingChildren`.
public indirect enum ModuleNode: Codable, Hashable, Sendable {
  /// A string field; all of them share one StringLiteral's parameters (App. B.1).
  case stringLiteral(leaf: Int)
  /// A string field with few distinct values: one softmax over the known ones
  /// (`ModelDescription.knownValues`) with an escape to the StringLiteral.
  case vocabulary(leaf: Int)
  /// A string field whose known values are all that there are: one softmax over them, and nothing
  /// else is ever made.
  case closedVocabulary(leaf: Int)
  /// A string field that always has the same value (`ModelDescription.knownValues` holds it): no
  /// parameters, no part in the Tuple's RNNs.
  case constant(leaf: Int)
  /// All reals and scalar integers of one message, modelled jointly, placed last (App. B.2). A
  /// leaf with explicit presence has a Bernoulli head inside the same module.
  case scalarTuple(leaves: [Int])
  /// A real or integer: a softmax over the bins of its values, then one over the cells of the bin.
  /// A null of a leaf with explicit presence is one more bin.
  case number(leaf: Int, bins: NumberBins)
  /// An enum or bool: one softmax over `classes` classes.
  case categorical(leaf: Int, classes: Int)
  /// A list: an RNN over its elements, which end when it stops; all have the same weights. Their
  /// modules are those of the `ListType` of the leaf, whose leaves are not the record's.
  case repeated(leaf: Int)
  /// A Bernoulli head for explicit presence around a string, categorical or nested message.
  case optional(ModuleNode)
  /// Around what is there in rows in which an integer leaf, which a number before it models with a bin
  /// for each of its values, has one of them: an alternative of several.
  case chosen(leaf: Int, choice: Int64, ModuleNode)
  /// A message (App. B.3): elements in the order of decoding: declaration order, then the
  /// ScalarTuple, unless a preset orders them otherwise. `name` is the dotted path from the root,
  /// empty for the root itself.
  case tuple(name: String, elements: [ModuleNode])
}

extension ModuleNode {
  /// The nodes directly below, in the order of decoding.
  public var children: [ModuleNode] {
    switch self {
    case .stringLiteral, .vocabulary, .closedVocabulary, .constant, .scalarTuple, .number,
      .categorical, .repeated:
      []
    case .optional(let child), .chosen(_, _, let child): [child]
    case .tuple(_, let elements): elements
    }
  }

  /// The leaves that the node itself models.
  public var ownLeaves: [Int] {
    switch self {
    case .stringLiteral(let leaf), .vocabulary(let leaf), .closedVocabulary(let leaf),
      .constant(let leaf), .number(let leaf, _), .categorical(let leaf, _), .repeated(let leaf):
      [leaf]
    case .scalarTuple(let leaves): leaves
    case .optional, .chosen, .tuple: []
    }
  }

  /// What is particular to the node's kind.
  public var kind: ModuleKind {
    switch self {
    case .stringLiteral: .init("StringLiteral", models: "a text", spells: true) { $0.isString }
    case .vocabulary:
      .init("Vocabulary", models: "a text", spells: true, hasKnownValues: true) { $0 == .text }
    case .closedVocabulary:
      .init("ClosedVocabulary", models: "a text", hasKnownValues: true) { $0 == .text }
    case .constant:
      .init("Constant", models: "a text", weight: 0, hasKnownValues: true) { $0 == .text }
    case .scalarTuple: .init("ScalarTuple", models: "a scalar", isJoint: true) { $0.isScalar }
    case .number: .init("Number", models: "a scalar") { $0.isScalar }
    case .categorical(_, let classes):
      .init("Categorical", models: "an enumeration of \(classes)") { $0.classes == classes }
    case .repeated: .init("Repeated", models: "a list") { $0.isList }
    case .optional: .init("Presence", headWeight: 1)
    case .chosen: .init("Alternative")
    case .tuple: .init("Tuple")
    }
  }

  /// Returns the node with `transform` applied to each of its children.
  public func mappingChildren(_ transform: (ModuleNode) -> ModuleNode) -> ModuleNode {
    switch self {
    case .stringLiteral, .vocabulary, .closedVocabulary, .constant, .scalarTuple, .number,
      .categorical, .repeated:
      self
    case .optional(let child): .optional(transform(child))
    case .chosen(let leaf, let choice, let child):
      .chosen(leaf: leaf, choice: choice, transform(child))
    case .tuple(let name, let elements): .tuple(name: name, elements: elements.map(transform))
    }
  }
}

extension ModuleNode {
  /// The node and all below it, each before its children.
  public var nodes: [ModuleNode] { [self] + children.flatMap(\.nodes) }

  /// The leaves of the node and below it, in the order of decoding.
  public var leaves: [Int] { ownLeaves + children.flatMap(\.leaves) }

  /// The leaves of what is there in some rows alone because another leaf says so.
  public var chosenLeaves: Set<Int> {
    Set(
      nodes.flatMap { node -> [Int] in
        if case .chosen(_, _, let child) = node { child.leaves } else { [] }
      })
  }

  /// Whether the node is a field that always has the same value.
  public var isConstant: Bool {
    if case .constant = self { true } else { false }
  }

  /// Leaves of constants, here and below.
  public var constantLeaves: Set<Int> {
    Set(nodes.filter(\.isConstant).flatMap(\.ownLeaves))
  }

  /// Leaves whose module has known values, here and below.
  public var knownValueLeaves: Set<Int> {
    Set(nodes.filter(\.kind.hasKnownValues).flatMap(\.ownLeaves))
  }

  /// The bins of the leaves that are numbers in bins, here and below.
  public var binnedLeaves: [Int: NumberBins] {
    Dictionary(
      nodes.compactMap { node in
        if case .number(let leaf, let bins) = node { (leaf, bins) } else { nil }
      }, uniquingKeysWith: { first, _ in first })
  }

  /// Whether the StringLiteral is used here or below.
  public var usesStrings: Bool { nodes.contains { $0.kind.spells } }

  /// Returns the dotted path of the field or message that the node models; nil if it models several
  /// fields.
  public func fieldPath(in schema: RecordSchema) -> String? {
    switch self {
    case .tuple(let name, _): name
    case .optional(let child), .chosen(_, _, let child): child.fieldPath(in: schema)
    default: kind.isJoint ? nil : ownLeaves.first.map { schema.leaves[$0].path }
    }
  }

  /// Returns the node's weight in the reconstruction loss: 1 for each field and 1 for each presence
  /// head, here and below.
  public func weight(in schema: RecordSchema) -> Int {
    let kind = kind
    let own = ownLeaves.reduce(kind.headWeight) { $0 + kind.weight(of: schema.leaves[$1]) }
    return children.reduce(own) { $0 + $1.weight(in: schema) }
  }
}
