import Autodiff
import Schema

/// The module tree of a message with the standard-deviation network: where every parameter lies
/// and what a piece of a batch computes.
struct RecordModel: Sendable {
  let description: ModelDescription
  let layout: ParameterLayout
  let components: LossComponents
  let root: any Module
  /// The StringLiteral; nil where every field has a string model of its own.
  let strings: StringModel?
  let deviation: PosteriorDeviation
  /// Number of inputs of each ScalarTuple, in the order of their `whitening` index, and the tensor
  /// name prefix of each.
  let scalarTuples: [(module: ScalarTuple, prefix: String)]
  /// Embeddings kept per piece, and feedback decisions per row.
  let encodingCount: Int
  let feedbackCount: Int
  let options: MethodOptions
  /// Sum of the skew losses' weights, those of nested messages included.
  let skewWeight: Double
  /// Leaves modelled by the StringLiteral.
  let stringLeaves: [Int]

  init(_ description: ModelDescription, options: MethodOptions = MethodOptions()) {
    self.description = description
    self.options = options
    var builder = Builder(description: description, options: options)
    root =
      switch description.recordText {
      case .some(let format): builder.text(format)
      case .none:
        builder.module(description.schema.root, path: "", prefix: Builder.rootPrefix)
      }
    deviation = PosteriorDeviation(
      options, features: builder.featureCount, widths: description.widths,
      layout: &builder.layout)
    strings = builder.strings
    layout = builder.layout
    components = builder.components
    scalarTuples = builder.scalarTuples
    skewWeight = builder.skewWeight
    stringLeaves =
      description.options.tree == .text
      ? [EncodedTable.textColumn(description.schema)]
      : description.schema.leaves.indices.filter {
        description.schema.leaves[$0].kind.isString
          && !builder.constantLeaves.contains($0)
      }
    encodingCount = builder.encodingCount
    feedbackCount = builder.feedbackCount
  }

  /// The denominator of the weighted average of reconstruction losses: the sum of the fields' and
  /// heads' weights; the skew losses' weights are left out unless asked for. It sets what a beta
  /// means: the latent loss of one nat per dimension weighs as much as `denominator / beta` of a
  /// field's loss. With losses in nats there is no average: it is 1.
  var denominator: Double {
    guard options.weights.unit == .mean else { return 1 }
    return root.weight + (options.weights.skewInDenominator ? skewWeight : 0)
  }

  /// What the KL divergence in nats is divided by: the latent dimensions, or 1 with losses in nats.
  var divergenceDenominator: Double {
    options.weights.unit == .mean ? Double(description.widths.embedding) : 1
  }

  /// The mean vectors of the piece's rows, `[rows, latent]`.
  func encode<S: Scalar>(_ piece: Piece<S>) -> Tensor<S> {
    strings?.encodeDistinct(piece, leaves: stringLeaves)
    return root.encode(piece)
  }

  /// Computes the losses of a piece that is the whole batch and leaves them in it, ready for
  /// `piece.tape.backward()`.
  func forward<S: Scalar>(
    _ piece: Piece<S>, _ regularizer: any LatentRegularizer = DivergenceRegularizer()
  ) {
    sampleLatents(piece)
    addLosses(
      piece, regularizer,
      statistics: regularizer.statistics(of: [piece], width: description.widths.embedding))
  }

  /// Encodes the piece's rows and samples their latent vectors.
  func sampleLatents<S: Scalar>(_ piece: Piece<S>) {
    piece.begin()
    let tape = piece.tape
    let mean = encode(piece)
    piece.mean = mean
    piece.deviation = deviation.deviation(piece, mean: mean)
    guard let deviation = piece.deviation else {
      piece.latents = mean
      return
    }
    piece.latents = piece.noise.withUnsafeBufferPointer { noise in
      // The tape outlives the array's borrow, so the noise is copied.
      let copy = tape.scratch(S.self, count: noise.count)
      copy.update(from: noise.baseAddress!, count: noise.count)
      return tape.reparameterize(mean: mean, deviation: deviation, noise: copy)
    }
    piece.measureDivergence(mean: mean, deviation: deviation)
  }

  /// Adds the losses of decoding the sampled latent vectors and those on the vectors themselves.
  ///
  /// - Parameter statistics: the regularizer's, of the whole batch.
  func addLosses<S: Scalar>(
    _ piece: Piece<S>, _ regularizer: any LatentRegularizer, statistics: LatentStatistics
  ) {
    let settings = piece.settings
    piece.coefficient =
      settings.scales[settings.level].reconstructionWeight
      / (denominator * Double(settings.batchSize))
    piece.latentDenominator = divergenceDenominator
    let mask = piece.tape.scratch(S.self, count: piece.rows.count)
    mask.update(repeating: 1, count: piece.rows.count)
    _ = root.addLosses(piece, embedding: piece.latents!, mask: mask)
    strings?.addRequestedLosses(piece)
    regularizer.addLoss(piece, statistics: statistics)
  }
}

extension Piece {
  /// Sets the piece's KL divergences.
  fileprivate func measureDivergence(mean: Tensor<S>, deviation: Tensor<S>) {
    if rowDivergences.count != mean.rows {
      rowDivergences = Array(repeating: 0, count: mean.rows)
    }
    if dimensionDivergences.count != mean.columns {
      dimensionDivergences = Array(repeating: 0, count: mean.columns)
    }
    for i in dimensionDivergences.indices { dimensionDivergences[i] = 0 }
    measureGaussianDivergence(
      mean: mean, deviation: deviation, rowSums: &rowDivergences,
      columnSums: &dimensionDivergences)
  }
}

private struct Builder {
  static let rootPrefix = "record"

  let description: ModelDescription
  let options: MethodOptions
  var layout = ParameterLayout()
  var components = LossComponents()
  var strings: StringModel?
  /// Width of what the root encoder's last layer reads.
  var featureCount = 0
  var scalarTuples: [(module: ScalarTuple, prefix: String)] = []
  var encodingCount = 0
  var feedbackCount = 0
  var skewWeight = 0.0
  var constantLeaves: Set<Int> = []

  var schema: RecordSchema { description.schema }
  var widths: Widths { description.widths }

  init(description: ModelDescription, options: MethodOptions) {
    self.description = description
    self.options = options
    if description.options.tree != .passThrough { strings = stringModel(prefix: "string") }
  }

  private mutating func stringModel(prefix: String) -> StringModel {
    StringModel(
      description, weighsNats: options.weights.unit == .nats,
      embeddingInitialization: options.characterEmbedding.initialization, prefix: prefix,
      in: &layout)
  }

  /// One string of the whole record.
  mutating func text(_ format: RecordText) -> any Module {
    TextLiteral(
      column: EncodedTable.textColumn(schema), format: format,
      constants: schema.root.constantLeaves.sorted().map(constant), model: strings!,
      components: &components)
  }

  private func constant(_ leaf: Int) -> Constant {
    Constant(leaf: leaf, value: description.vocabularies[leaf][0])
  }

  /// A message that passes its embedding on.
  private mutating func simpleTuple(_ children: [ModuleNode], path: String, prefix: String)
    -> any Module
  {
    var elements: [any Module] = []
    var constants: [Constant] = []
    for (i, child) in children.enumerated() {
      if case .constant(let leaf) = child {
        constants.append(constant(leaf))
        constantLeaves.insert(leaf)
      } else {
        elements.append(module(child, path: path, prefix: "\(prefix)/\(i)"))
      }
    }
    featureCount = elements.count * widths.embedding
    return SimpleTuple(
      elements: elements, constants: constants,
      encoderOutput: DenseSlots(
        "\(prefix)/encoder/output", inputs: featureCount, outputs: widths.embedding, in: &layout))
  }

  mutating func module(_ node: ModuleNode, path: String, prefix: String) -> any Module {
    switch node {
    case .stringLiteral(let leaf):
      let model = strings ?? stringModel(prefix: "\(prefix)/string")
      let literal = StringLiteral(
        leaf: leaf, path: schema.leaves[leaf].path, model: model, components: &components)
      return strings == nil ? OwnString(literal: literal) : literal
    case .vocabulary(let leaf):
      return Vocabulary(
        leaf: leaf, values: description.vocabularies[leaf], path: schema.leaves[leaf].path,
        prefix: prefix, strings: strings!, widths: widths, layout: &layout,
        components: &components)
    case .constant:
      preconditionFailure("a constant is no module: the tuple takes it")
    case .scalarTuple(let leaves):
      let module = ScalarTuple(
        leaves: leaves, path: leaves.map { schema.leaves[$0].path }.joined(separator: "+"),
        prefix: prefix, schema: schema, widths: widths, whitening: scalarTuples.count,
        encoderActivation: options.scalarActivation.activation,
        mixtureComponents: description.options.scalarMixture, layout: &layout,
        components: &components)
      scalarTuples.append((module, prefix))
      return module
    case .categorical(let leaf, let classes):
      return Categorical(
        leaf: leaf, classes: classes, path: schema.leaves[leaf].path, prefix: prefix,
        widths: widths, layout: &layout, components: &components)
    case .optional(let child):
      let leaves = child.leaves
      return Presence(
        child: module(child, path: path, prefix: "\(prefix)/value"), leaves: leaves,
        path: child.path(schema), prefix: prefix, widths: widths, layout: &layout,
        components: &components)
    case .tuple(let name, let children):
      return description.options.tree == .passThrough
        ? simpleTuple(children, path: name, prefix: prefix)
        : tuple(children, path: name, prefix: prefix)
    }
  }

  private mutating func tuple(_ children: [ModuleNode], path: String, prefix: String) -> Tuple {
    let initialState = layout.add(
      "\(prefix)/encoder/initial_state", rows: 1, columns: widths.tupleState, .constant(0))
    var elements: [Tuple.Element] = []
    var constants: [Constant] = []
    // An outer Tuple is told this one's last state, after all elements.
    let isSummarized = description.options.feedback == .state && prefix != Self.rootPrefix
    let lastModule = children.lastIndex { !$0.isConstant }
    for (i, child) in children.enumerated() {
      if case .constant(let leaf) = child {
        constants.append(constant(leaf))
        constantLeaves.insert(leaf)
        continue
      }
      let module = module(child, path: path, prefix: "\(prefix)/\(i)")
      let forward = GRUSlots(
        "\(prefix)/encoder/forward/\(i)", inputs: widths.embedding, width: widths.tupleState,
        in: &layout)
      let backward = GRUSlots(
        "\(prefix)/encoder/backward/\(i)", inputs: widths.embedding, width: widths.tupleState,
        in: &layout)
      let embedding = DenseSlots(
        "\(prefix)/decoder/\(i)/embedding", inputs: widths.tupleState, outputs: widths.embedding,
        in: &layout)
      let isLast = i == lastModule
      let decoder =
        isLast && !isSummarized
        ? nil
        : GRUSlots(
          "\(prefix)/decoder/\(i)", inputs: widths.embedding, width: widths.tupleState,
          in: &layout)
      elements.append(
        Tuple.Element(
          child: module, forward: forward, backward: backward, embedding: embedding,
          decoder: decoder,
          skewComponent: components.add(
            "skew:\(child.path(schema))", weight: module.weight), encoding: encodingCount,
          feedback: feedbackCount))
      encodingCount += 1
      skewWeight += options.weights.skew * module.weight
      feedbackCount += isLast ? 0 : 1
    }
    featureCount = 2 * widths.tupleState
    return Tuple(
      elements: elements, constants: constants, initialState: initialState,
      encoderOutput: DenseSlots(
        "\(prefix)/encoder/output", inputs: 2 * widths.tupleState, outputs: widths.embedding,
        in: &layout),
      decoderInput: DenseSlots(
        "\(prefix)/decoder/input", inputs: widths.embedding, outputs: widths.tupleState,
        in: &layout),
      summary: isSummarized
        ? DenseSlots(
          "\(prefix)/summary", inputs: widths.tupleState, outputs: widths.embedding, in: &layout)
        : nil,
      stateWidth: widths.tupleState, embeddingWidth: widths.embedding,
      feedback: description.options.feedback, skewWeight: options.weights.skew)
  }
}

extension ModuleNode {
  /// Dotted path of the field, or the joined paths of a ScalarTuple's.
  func path(_ schema: RecordSchema) -> String {
    switch self {
    case .stringLiteral(let leaf), .vocabulary(let leaf), .constant(let leaf),
      .categorical(let leaf, _):
      schema.leaves[leaf].path
    case .scalarTuple(let leaves):
      leaves.map { schema.leaves[$0].path }.joined(separator: "+")
    case .optional(let child): child.path(schema)
    case .tuple(let name, _): name
    }
  }
}
