import FakeGen
import Foundation
import Schema

/// Chooses the formats by calibrating and quantizes layer by layer.
struct NetworkQuantizer {
  /// Rows that calibrating makes.
  static let calibrationRows = 256
  private static let calibrationSeed: UInt64 = 0x6361_6C69_6272_6174

  let float: FloatNetwork
  var layers = LayerQuantizer()
  let greatest: [String: Double]
  /// Strings that calibrating decoded, and their codes without their ends.
  private let strings: (count: Int, codes: Int)
  /// Nil if a Tuple's elements feed back their own embeddings.
  private(set) var feedback: FeedbackFormat?

  init(_ float: FloatNetwork) {
    self.float = float
    var generator = FloatGenerator(network: float, seed: Self.calibrationSeed)
    for index in 0..<Self.calibrationRows { _ = generator.row(UInt64(index)) }
    greatest = generator.ranges.greatest
    strings = (generator.stringCount, generator.codeCount)
  }

  mutating func quantize() throws(QuantizationError) -> Network {
    let latent = try quantizeLatent()
    let latentFormat = latent.factor.outputFractionBits
    let elementFormat = commonStringFormat()
    feedback = commonFeedback()
    var strings: StringDecoder?
    if let decoder = float.strings { strings = try quantizeStrings(decoder, elementFormat) }
    let root = try quantize(float.root, input: latentFormat)
    return Network(
      tables: .ofRealFunctions(), gaussian: .ofRealFunction(), latent: latent,
      feedback: feedback, strings: strings, root: root)
  }

  /// Puts into the report what the finished model takes.
  ///
  /// - Parameter fileSize: in bytes.
  mutating func finish(_ network: Network, fileSize: Int) {
    let multiplyAdds = MultiplyAdds(network)
    let work = multiplyAdds.string * strings.count + multiplyAdds.code * strings.codes
    layers.finish(
      rows: Self.calibrationRows, strings: strings,
      parameterCount: network.parameterCount, fileSize: fileSize,
      multiplyAdds: multiplyAdds.row + work / Self.calibrationRows)
  }

  /// The finest format with a quarter to spare over what calibrating saw. A GRU's state starts in
  /// this range or lies below its candidates' cap of 6, which every format holds.
  func format(of layer: String) -> Int {
    format(holding: greatest[layer] ?? 0)
  }

  /// The finest format with a quarter to spare over `greatest`.
  func format(holding greatest: Double) -> Int {
    let needed = 1.25 * greatest
    return Format.activations.last { needed < exp2(Double(15 - $0)) }
      ?? Format.activations.lowerBound
  }

  /// Vectors that strings are decoded from share one format, since the StringLiteral's layer is
  /// shared: the coarsest that any of them needs.
  func commonStringFormat() -> Int {
    float.root.stringEmbeddings.map { format(of: $0) }.min() ?? Format.activation
  }

  /// The format that feedback vectors of all modules share, since a child's may come from any of
  /// several layers and tables: the coarsest that any of them needs.
  private mutating func commonFeedback() -> FeedbackFormat? {
    let kind: FeedbackFormat.Kind
    switch float.description.options.feedback {
    case .own: return nil
    case .reencoded: kind = .reencoded
    case .state: kind = .state
    }
    let seen = greatest[ActivationRanges.feedback] ?? 0
    let vectors = float.root.feedbackTables.reduce(max(seen, 1)) { greatest, table in
      table.vectors.reduce(greatest) { max($0, abs($1)) }
    }
    let format = format(holding: vectors)
    layers.account(
      .init(
        layer: ActivationRanges.feedback, greatest: vectors, fractionBits: format,
        limit: exp2(Double(15 - format))))
    return FeedbackFormat(
      kind: kind, width: float.description.widths.embedding, fractionBits: format)
  }

  mutating func accountActivation(_ layer: String, fractionBits: Int) {
    layers.account(
      .init(
        layer: layer, greatest: greatest[layer] ?? 0, fractionBits: fractionBits,
        limit: exp2(Double(15 - fractionBits))))
  }

  /// A dense layer with CELU and the format of its outputs.
  mutating func celuLayer(
    _ layer: FloatDense, input: Int, output: Int
  ) throws(QuantizationError) -> Dense {
    accountActivation(layer.name, fractionBits: output)
    return try layers.dense(layer, inputFractionBits: input, outputFractionBits: output - 1)
  }

  mutating func logits(
    _ layer: FloatDense, input: Int
  ) throws(QuantizationError) -> Dense {
    accountActivation(layer.name, fractionBits: Format.logit)
    return try layers.dense(
      layer, inputFractionBits: input, outputFractionBits: Format.logit)
  }

  mutating func presence(
    _ layer: FloatDense, input: Int
  ) throws(QuantizationError) -> Dense {
    try layers.dense(layer, inputFractionBits: input, outputFractionBits: Format.preactivation)
  }

  private mutating func quantizeLatent() throws(QuantizationError) -> LatentSampler {
    let count = float.latentMean.count
    var weight = [Double](repeating: 0, count: count * count)
    var greatest = 0.0
    for row in 0..<count {
      for column in 0...row {
        weight[column * count + row] = float.latentFactor[row * count + column]
      }
      let deviation = max(float.latentCovariance[row * (count + 1)], 0).squareRoot()
      greatest = max(greatest, abs(float.latentMean[row]) + 6.5 * deviation)
    }
    // Far above what the coarsest format holds, far below what the layer's sums do not.
    guard float.latentMean.allSatisfy({ abs($0) < 0x1p40 }) else {
      throw .outOfRange(
        name: "latent/mean", reason: "its numbers are too great; train the model again")
    }
    let format =
      Format.latents.last { greatest < exp2(Double(15 - $0)) } ?? Format.latents.lowerBound
    layers.account(
      .init(
        layer: "latent", greatest: greatest, fractionBits: format,
        limit: exp2(Double(15 - format))))
    let layer = FloatDense(
      name: "latent/factor", inputs: count, outputs: count, weight: weight,
      bias: float.latentMean)
    return LatentSampler(
      factor: try layers.wideDense(
        layer, inputFractionBits: Format.activation, outputFractionBits: format))
  }
}

extension FloatTuple {
  fileprivate var feedbackTables: [FloatEmbedding] { elements.flatMap(\.child.feedbackTables) }

  /// Names of the layers whose outputs strings are decoded from, in this message and below.
  fileprivate var stringEmbeddings: [String] {
    elements.flatMap { element in
      (element.child.isString ? [element.embedding.name] : [])
        + (element.child.tuple?.stringEmbeddings ?? [])
    }
  }
}

extension FloatModule {
  /// Whether a string is decoded from the module's own input.
  var isString: Bool {
    switch self {
    case .string: true
    case .vocabulary: true
    case .optional(_, _, let child, _): child.isString
    case .scalars, .categorical, .tuple: false
    }
  }

  /// Tables of feedback vectors, here and below.
  fileprivate var feedbackTables: [FloatEmbedding] {
    switch self {
    case .string, .scalars: []
    case .vocabulary(let vocabulary): [vocabulary.embedding].compactMap { $0 }
    case .categorical(_, _, _, let embedding): [embedding].compactMap { $0 }
    case .optional(_, _, let child, let absent):
      [absent].compactMap { $0 } + child.feedbackTables
    case .tuple(let tuple): tuple.feedbackTables
    }
  }

  /// The message decoded from the module's own input.
  fileprivate var tuple: FloatTuple? {
    switch self {
    case .tuple(let tuple): tuple
    case .optional(_, _, let child, _): child.tuple
    case .string, .vocabulary, .scalars, .categorical: nil
    }
  }
}
