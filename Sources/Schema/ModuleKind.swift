/// What is particular to a kind of module, for everything that walks the tree without looking at
/// its cases.
public struct ModuleKind: Sendable {
  /// The module's name in the paper, or ours.
  public let name: String
  /// What a leaf that it models must be, in an error's words.
  public let models: String
  /// Whether the StringLiteral spells values of it.
  public let spells: Bool
  /// Whether the model's description holds values of its field.
  public let hasKnownValues: Bool
  /// Whether one module models several leaves together, with presence heads of its own.
  public let isJoint: Bool
  /// Weight of the module's own presence head in the reconstruction loss.
  public let headWeight: Int
  private let leafWeight: Int
  private let suitable: @Sendable (LeafKind) -> Bool

  init(
    _ name: String, models: String = "no leaf", weight: Int = 1, headWeight: Int = 0,
    spells: Bool = false, hasKnownValues: Bool = false, isJoint: Bool = false,
    suits: @escaping @Sendable (LeafKind) -> Bool = { _ in false }
  ) {
    self.name = name
    self.models = models
    self.spells = spells
    self.hasKnownValues = hasKnownValues
    self.isJoint = isJoint
    self.headWeight = headWeight
    leafWeight = weight
    suitable = suits
  }

  /// Tells whether the module can model leaves of a kind.
  public func suits(_ kind: LeafKind) -> Bool { suitable(kind) }

  /// Returns the weight of one of its leaves in the reconstruction loss, a presence head in the
  /// module included.
  public func weight(of leaf: Leaf) -> Int {
    leafWeight + (isJoint && leaf.isOptional ? 1 : 0)
  }
}
