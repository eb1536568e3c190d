import Autodiff
import Schema

/// The module tree of a message with the standard-deviation network: where every parameter lies
/// and what a piece of a batch computes.
struct RecordModel: Sendable {
  let description: ModelDescription
  let layout: ParameterLayout
  let components: LossComponents
  let root: Tuple
  let strings: StringModel
  let deviation: DeviationNetwork
  /// Number of inputs of each ScalarTuple, in the order of their `whitening` index, and the tensor
  /// name prefix of each.
  let scalarTuples: [(module: ScalarTuple, prefix: String)]
  /// Embeddings kept per piece, and feedback decisions per row.
  let encodingCount: Int
  let feedbackCount: Int
  /// Whether skew losses count in the denominator of the weighted average.
  let skewInDenominator: Bool
  /// Sum of the skew losses' weights, those of nested messages included.
  let skewWeight: Double
  /// Leaves modelled by the StringLiteral.
  let stringLeaves: [Int]

  init(_ description: ModelDescription, skewInDenominator: Bool = false) {
    self.description = description
    self.skewInDenominator = skewInDenominator
    var builder = Builder(description: description)
    root = builder.tuple(description.schema.root, path: "", prefix: "record")
    deviation = DeviationNetwork(index: 0, widths: description.widths, layout: &builder.layout)
    strings = builder.strings
    layout = builder.layout
    components = builder.components
    scalarTuples = builder.scalarTuples
    skewWeight = builder.skewWeight
    stringLeaves = description.schema.leaves.indices.filter {
      description.schema.leaves[$0].kind.isString
    }
    encodingCount = builder.encodingCount
    feedbackCount = builder.feedbackCount
  }

  /// The denominator of the weighted average of reconstruction losses: the sum of the fields' and
  /// heads' weights; the skew losses' weights are left out unless asked for. It sets what a beta
  /// means: the latent loss of one nat per dimension weighs as much as `denominator / beta` of a
  /// field's loss.
  var denominator: Double {
    root.weight + (skewInDenominator ? skewWeight : 0)
  }

  /// The mean vectors of the piece's rows, `[rows, latent]`.
  func encode<S: Scalar>(_ piece: Piece<S>) -> Tensor<S> {
    strings.encodeDistinct(piece, leaves: stringLeaves)
    return root.encode(piece)
  }

  /// Computes the piece's losses and leaves them in it, ready for `piece.tape.backward()`.
  ///
  /// - Returns: mean and deviation of the rows' latent vectors, both `[rows, latent]`.
  @discardableResult
  func forward<S: Scalar>(_ piece: Piece<S>) -> (mean: Tensor<S>, deviation: Tensor<S>) {
    piece.begin()
    let (tape, settings) = (piece.tape, piece.settings)
    piece.coefficient = 1 / (denominator * Double(settings.batchSize))
    let (mean, deviation) = posterior(piece)
    let latents = piece.noise.withUnsafeBufferPointer { noise in
      // The tape outlives the array's borrow, so the noise is copied.
      let copy = tape.scratch(S.self, count: noise.count)
      copy.update(from: noise.baseAddress!, count: noise.count)
      return tape.reparameterize(mean: mean, deviation: deviation, noise: copy)
    }
    piece.latents = latents
    let mask = tape.scratch(S.self, count: piece.rows.count)
    mask.update(repeating: 1, count: piece.rows.count)
    root.addLosses(piece, embedding: latents, mask: mask)
    strings.addLosses(piece)
    // Latent loss: KL divergence per latent dimension, times beta (2.3).
    let weight = settings.beta / Double(mean.columns * settings.batchSize)
    piece.divergence = tape.gaussianDivergence(
      mean: mean, deviation: deviation, weight: S(weight))
    return (mean, deviation)
  }

  /// Mean and deviation of the piece's rows' latent vectors, both `[rows, latent]`.
  func posterior<S: Scalar>(_ piece: Piece<S>) -> (mean: Tensor<S>, deviation: Tensor<S>) {
    let mean = encode(piece)
    return (mean, deviation.deviation(mean, piece.tape, piece.view))
  }
}

private struct Builder {
  let description: ModelDescription
  var layout = ParameterLayout()
  var components = LossComponents()
  var strings: StringModel
  var scalarTuples: [(module: ScalarTuple, prefix: String)] = []
  var encodingCount = 0
  var feedbackCount = 0
  var skewWeight = 0.0

  var schema: RecordSchema { description.schema }
  var widths: Widths { description.widths }

  init(description: ModelDescription) {
    self.description = description
    strings = StringModel(
      codeCount: description.codeCount, maximumLength: description.maximumStringLength,
      widths: description.widths, in: &layout)
  }

  mutating func module(_ node: ModuleNode, path: String, prefix: String) -> any Module {
    switch node {
    case .stringLiteral(let leaf):
      return StringLiteral(
        leaf: leaf, path: schema.leaves[leaf].path, model: strings, components: &components)
    case .scalarTuple(let leaves):
      let module = ScalarTuple(
        leaves: leaves, path: leaves.map { schema.leaves[$0].path }.joined(separator: "+"),
        prefix: prefix, schema: schema, widths: widths, whitening: scalarTuples.count,
        layout: &layout, components: &components)
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
    case .tuple(let name, _):
      return tuple(node, path: name, prefix: prefix)
    }
  }

  mutating func tuple(_ node: ModuleNode, path: String, prefix: String) -> Tuple {
    guard case .tuple(_, let children) = node else {
      preconditionFailure("a message's root is a tuple")
    }
    let initialState = layout.add(
      "\(prefix)/encoder/initial_state", rows: 1, columns: widths.tupleState, .constant(0))
    var elements: [Tuple.Element] = []
    for (i, child) in children.enumerated() {
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
      let isLast = i == children.count - 1
      let decoder =
        isLast
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
      skewWeight += module.weight
      feedbackCount += isLast ? 0 : 1
    }
    return Tuple(
      elements: elements, initialState: initialState,
      encoderOutput: DenseSlots(
        "\(prefix)/encoder/output", inputs: 2 * widths.tupleState, outputs: widths.embedding,
        in: &layout),
      decoderInput: DenseSlots(
        "\(prefix)/decoder/input", inputs: widths.embedding, outputs: widths.tupleState,
        in: &layout), stateWidth: widths.tupleState, embeddingWidth: widths.embedding)
  }
}

extension ModuleNode {
  /// All leaves below.
  var leaves: [Int] {
    switch self {
    case .stringLiteral(let leaf), .categorical(let leaf, _): [leaf]
    case .scalarTuple(let leaves): leaves
    case .optional(let child): child.leaves
    case .tuple(_, let elements): elements.flatMap(\.leaves)
    }
  }

  /// Dotted path of the field, or the joined paths of a ScalarTuple's.
  func path(_ schema: RecordSchema) -> String {
    switch self {
    case .stringLiteral(let leaf), .categorical(let leaf, _): schema.leaves[leaf].path
    case .scalarTuple(let leaves):
      leaves.map { schema.leaves[$0].path }.joined(separator: "+")
    case .optional(let child): child.path(schema)
    case .tuple(let name, _): name
    }
  }
}
