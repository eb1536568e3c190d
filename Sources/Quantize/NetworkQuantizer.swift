import Autodiff
import FakeGen
import FloatModel
import Foundation
import Schema

/// Chooses the formats by calibrating and quantizes layer by layer.
struct NetworkQuantizer {
  /// Rows that calibrating makes.
  static let calibrationRows = 256
  private static let calibrationSeed: UInt64 = 0x6361_6C69_6272_6174

  /// The model in double precision, which fixed point is compared with.
  let float: FloatGenerator<Double>
  var layers = LayerQuantizer()
  /// What calibrating saw.
  private let ranges = ActivationRanges()
  /// Nil if a Tuple's elements feed back their own embeddings.
  private(set) var feedback: FeedbackFormat?

  /// Of the record, or of the list's elements whose modules are being quantized.
  private(set) var description: ModelDescription
  /// Greatest magnitudes by the layers' names.
  var greatest: [String: Double] { ranges.greatest }

  init(_ float: FloatGenerator<Double>) {
    self.float = float
    description = float.model.description
    // A few rows at a time, whose activations are in memory together.
    for first in stride(from: 0, to: UInt64(Self.calibrationRows), by: 16) {
      _ = float.records(first..<first + 16, seed: Self.calibrationSeed, ranges: ranges)
    }
  }

  mutating func quantize() throws(QuantizationError) -> Network {
    let latent = float.model.hasLatents ? try quantizeLatent() : nil
    feedback = commonFeedback()
    var strings: StringDecoder?
    if let model = float.model.strings, description.schema.usesStrings {
      strings = try model.quantized(by: &self, input: commonStringFormat())
    }
    let root = try root.decoder(
      by: &self, input: latent?.factor.outputFractionBits ?? Format.activation)
    return Network(
      tables: .ofRealFunctions(), gaussian: .ofRealFunction(), latent: latent,
      feedback: feedback, strings: strings, root: root)
  }

  private var root: Tuple {
    guard let root = float.model.root as? Tuple else {
      preconditionFailure("the root of a checked description is a Tuple")
    }
    return root
  }

  /// Puts into the report what the finished model takes.
  ///
  /// - Parameter fileSize: in bytes.
  mutating func finish(_ network: Network, fileSize: Int) {
    let multiplyAdds = MultiplyAdds(network)
    let work = multiplyAdds.string * ranges.stringCount + multiplyAdds.code * ranges.codeCount
    layers.finish(
      rows: Self.calibrationRows, strings: (ranges.stringCount, ranges.codeCount),
      parameterCount: network.parameterCount, fileSize: fileSize,
      multiplyAdds: multiplyAdds.row + work / Self.calibrationRows)
  }

  /// Returns the finest format with a quarter to spare over what calibrating saw. A GRU's state
  /// starts in this range or lies below its candidates' cap of 6, which every format holds.
  func format(of layer: DenseSlots) -> Int {
    format(holding: greatest[layer.name] ?? 0)
  }

  /// Returns the finest format with a quarter to spare over what calibrating saw under any of these
  /// names.
  func format(of names: [String]) -> Int {
    format(holding: names.reduce(0) { max($0, greatest[$1] ?? 0) })
  }

  /// Returns the finest format with a quarter to spare over `greatest`.
  func format(holding greatest: Double) -> Int {
    let needed = 1.25 * greatest
    return Format.activations.last { needed < exp2(Double(15 - $0)) }
      ?? Format.activations.lowerBound
  }

  /// Vectors that strings are decoded from share one format, since the StringLiteral's layer is
  /// shared: the coarsest that any of them needs.
  func commonStringFormat() -> Int {
    root.stringLayers.map { format(of: $0) }.min() ?? Format.activation
  }

  /// Returns the format that feedback vectors of all modules share, since a child's may come from
  /// any of several layers and tables: the coarsest that any of them needs.
  private mutating func commonFeedback() -> FeedbackFormat? {
    let kind: FeedbackFormat.Kind
    switch description.options.feedback {
    case .own: return nil
    case .reencoded: kind = .reencoded
    case .state: kind = .state
    }
    let seen = greatest[ActivationRanges.feedback] ?? 0
    let vectors = root.feedbackTables.reduce(max(seen, 1)) { greatest, table in
      values(table).reduce(greatest) { max($0, abs($1)) }
    }
    let format = format(holding: vectors)
    layers.account(
      .init(
        layer: ActivationRanges.feedback, greatest: vectors, fractionBits: format,
        limit: exp2(Double(15 - format))))
    return FeedbackFormat(
      kind: kind, width: description.widths.embedding, fractionBits: format)
  }

  /// Quantizes the module of a list's elements.
  ///
  /// - Parameters:
  ///   - type: of the list.
  ///   - quantize: quantizes it.
  mutating func withElements<Result>(
    of type: ListType, _ quantize: (inout NetworkQuantizer) throws(QuantizationError) -> Result
  ) throws(QuantizationError) -> Result {
    let outer = description
    description = description.ofElements(type)
    defer { description = outer }
    return try quantize(&self)
  }

  mutating func accountActivation(_ layer: String, fractionBits: Int) {
    layers.account(
      .init(
        layer: layer, greatest: greatest[layer] ?? 0, fractionBits: fractionBits,
        limit: exp2(Double(15 - fractionBits))))
  }

  /// Returns the numbers of a tensor, row major.
  func values(_ slot: ParameterSlot) -> [Double] {
    Array(
      UnsafeBufferPointer(start: float.parameters.values + slot.offset, count: slot.count))
  }

  func weights(_ layer: DenseSlots) -> DenseWeights {
    DenseWeights(
      name: layer.name, inputs: layer.weight.rows, outputs: layer.weight.columns,
      weight: values(layer.weight), bias: values(layer.bias))
  }

  func weights(_ cell: GRUSlots) -> GRUWeights {
    GRUWeights(
      name: cell.name, inputs: cell.inputWeight.rows, width: cell.stateWeight.rows,
      inputWeight: values(cell.inputWeight), stateWeight: values(cell.stateWeight),
      bias: values(cell.bias))
  }

  /// Quantizes a dense layer with CELU; gives it and the format of its outputs.
  mutating func celuLayer(
    _ layer: DenseSlots, input: Int, output: Int
  ) throws(QuantizationError) -> Dense {
    accountActivation(layer.name, fractionBits: output)
    return try layers.dense(
      weights(layer), inputFractionBits: input, outputFractionBits: output - 1)
  }

  mutating func logits(
    _ layer: DenseSlots, input: Int
  ) throws(QuantizationError) -> Dense {
    try logits(weights(layer), input: input)
  }

  mutating func logits(
    _ layer: DenseWeights, input: Int
  ) throws(QuantizationError) -> Dense {
    accountActivation(layer.name, fractionBits: Format.logit)
    return try layers.dense(
      layer, inputFractionBits: input, outputFractionBits: Format.logit)
  }

  mutating func presence(
    _ layer: DenseSlots, input: Int
  ) throws(QuantizationError) -> Dense {
    try layers.dense(
      weights(layer), inputFractionBits: input, outputFractionBits: Format.preactivation)
  }

  /// Quantizes a layer with CELU that gives feedback vectors.
  mutating func feedbackLayer(
    _ layer: DenseSlots, input: Int
  ) throws(QuantizationError) -> Dense {
    try layers.dense(
      weights(layer), inputFractionBits: input,
      outputFractionBits: (feedback?.fractionBits ?? Format.activation) - 1)
  }

  /// Quantizes a table of feedback vectors, rounded to their format; nil without feedback.
  func feedbackTable(_ table: ParameterSlot) -> EmbeddingTable? {
    feedback.map { self.table(table, fractionBits: $0.fractionBits) }
  }

  /// Quantizes a table of vectors, rounded to a format.
  func table(_ table: ParameterSlot, fractionBits: Int) -> EmbeddingTable {
    EmbeddingTable(
      width: table.columns, vectors: rounded(values(table), fractionBits: fractionBits))
  }

  /// Converts numbers to a format, saturated.
  func rounded(_ values: [Double], fractionBits: Int) -> Numbers<Int16> {
    let one = exp2(Double(fractionBits))
    return Numbers(values.map { Int16(min(max(($0 * one).rounded(), -32768), 32767)) })
  }

  private mutating func quantizeLatent() throws(QuantizationError) -> LatentSampler {
    let (latents, factor) = (float.latents, float.factor)
    let count = latents.width
    var weight = [Double](repeating: 0, count: count * count)
    var greatest = 0.0
    for row in 0..<count {
      for column in 0...row {
        weight[column * count + row] = factor[row * count + column]
      }
      let deviation = max(latents.covariance[row * (count + 1)], 0).squareRoot()
      greatest = max(greatest, abs(latents.mean[row]) + 6.5 * deviation)
    }
    // Far above what the coarsest format holds, far below what the layer's sums do not.
    guard latents.mean.allSatisfy({ abs($0) < 0x1p40 }) else {
      throw .outOfRange(
        name: RecordModel.latentMeanName, reason: "its numbers are too great; train the model again"
      )
    }
    let format =
      Format.latents.last { greatest < exp2(Double(15 - $0)) } ?? Format.latents.lowerBound
    layers.account(
      .init(
        layer: "latent", greatest: greatest, fractionBits: format,
        limit: exp2(Double(15 - format))))
    let layer = DenseWeights(
      name: "latent/factor", inputs: count, outputs: count, weight: weight,
      bias: latents.mean)
    return LatentSampler(
      factor: try layers.wideDense(
        layer, inputFractionBits: Format.activation, outputFractionBits: format))
  }
}
