import Autodiff
import Schema

/// Where a module stands in the tree that is being built.
struct ModulePlace {
  /// What its tensors' names begin with.
  var prefix = "record"
  /// Dotted path of the message around it.
  var parent = ""
  /// Whether the Tuple around it asks for what was sampled.
  var isFedBack = false
}

/// Builds the module tree of a description and gathers what all modules share: tensors, losses and
/// streams of draws.
struct ModuleBuilder {
  /// Of the record, or of the list's elements whose modules are being built.
  private(set) var description: ModelDescription
  /// Path of the list around them, with a dot behind it.
  private var outerPath = ""
  var manifest: TensorManifest
  var components = LossComponents()
  var streams = StreamNumbers()
  /// The StringLiteral; nil where every field has a string model of its own.
  let strings: StringModel?
  /// Width of what the root encoder's last layer reads.
  var featureCount = 0
  var scalarTuples: [ScalarTuple] = []
  var encodingCount = 0
  var feedbackCount = 0
  var skewWeight = 0.0

  var schema: RecordSchema { description.schema }
  var widths: Widths { description.widths }

  init(_ description: ModelDescription, layingOut use: TensorManifest.Use?) {
    self.description = description
    manifest = TensorManifest(layingOut: use)
    strings =
      description.options.tree == .passThrough
      ? nil : StringModel(description, in: &manifest)
  }

  /// Gives the dotted path of a leaf.
  func path(_ leaf: Int) -> String { outerPath + schema.leaves[leaf].path }

  /// Names the stream of a message's ScalarTuple.
  func scalarsPath(_ message: String) -> String { "\(message)#scalars" }

  /// Names a node's losses: the path of its field, or the joined paths of several.
  func lossName(_ node: ModuleNode) -> String {
    fieldPath(node) ?? node.leaves.map(path).joined(separator: "+")
  }

  /// Returns the dotted path of the field or message that a node models; nil if it models several
  /// fields.
  func fieldPath(_ node: ModuleNode) -> String? {
    node.fieldPath(in: schema).map { outerPath + $0 }
  }

  /// Builds the module of a list's elements: that of the value if they have one, else a Tuple.
  ///
  /// - Parameters:
  ///   - type: of the list.
  ///   - leaf: the list.
  ///   - place: of the module.
  mutating func elementModule(_ type: ListType, leaf: Int, place: ModulePlace) -> any Module {
    let outer = (description, outerPath)
    outerPath = path(leaf) + "."
    description = description.ofElements(type)
    let elements = type.elements.root.children
    let node = elements.count == 1 && !elements[0].isConstant ? elements[0] : type.elements.root
    let module = module(node, place: place)
    (description, outerPath) = outer
    return module
  }

  func constant(_ leaf: Int) -> Constant {
    Constant(leaf: leaf, value: description.knownValues[leaf][0])
  }

  /// Builds one string of the whole record.
  mutating func text(_ format: RecordText) -> any Module {
    TextLiteral(
      column: EncodedTable.textColumn(schema), format: format,
      constants: schema.root.constantLeaves.sorted().map(constant), model: strings!,
      builder: &self)
  }

  /// Builds a node and all below it.
  mutating func module(_ node: ModuleNode, place: ModulePlace) -> any Module {
    switch node {
    case .stringLiteral(let leaf):
      guard let strings else { return OwnString(leaf: leaf, place: place, builder: &self) }
      return StringLiteral(
        leaf: leaf, path: path(leaf), model: strings, isFedBack: place.isFedBack,
        builder: &self)
    case .vocabulary(let leaf):
      return Vocabulary(
        leaf: leaf, strings: strings!, isClosed: false, place: place, builder: &self)
    case .closedVocabulary(let leaf):
      return Vocabulary(
        leaf: leaf, strings: strings!, isClosed: true, place: place, builder: &self)
    case .constant:
      preconditionFailure("a constant is no module: the tuple takes it")
    case .scalarTuple(let leaves):
      let module = ScalarTuple(
        leaves: leaves, whitening: scalarTuples.count, place: place, builder: &self)
      scalarTuples.append(module)
      return module
    case .number(let leaf, let bins):
      return BinnedNumber(leaf: leaf, bins: bins, place: place, builder: &self)
    case .categorical(let leaf, let classes):
      return Categorical(leaf: leaf, classes: classes, place: place, builder: &self)
    case .repeated(let leaf):
      return Repeated(leaf: leaf, place: place, builder: &self)
    case .optional(let child):
      return Presence(around: child, place: place, builder: &self)
    case .chosen(let leaf, let choice, let child):
      return Chosen(
        around: child, leaf: leaf, choice: choice, place: place, builder: &self)
    case .tuple(let name, let elements):
      var place = place
      place.parent = name
      return description.options.tree == .passThrough
        ? SimpleTuple(elements, place: place, builder: &self)
        : Tuple(elements, place: place, builder: &self)
    }
  }
}
