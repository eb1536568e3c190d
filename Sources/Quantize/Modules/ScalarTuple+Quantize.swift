import Autodiff
import FakeGen
import FloatModel
import Schema

extension ScalarTuple: QuantizableModule {
  func quantized(
    by quantizer: inout NetworkQuantizer, input: Int
  ) throws(QuantizationError) -> DecoderModule {
    let count = leaves.count
    let values = quantizer.weights(decoder)
    let head = try head(values, by: &quantizer, input: input)
    quantizer.layers.account(
      .init(
        layer: decoder.name, greatest: quantizer.greatest[decoder.name] ?? 0,
        fractionBits: Format.whitened, limit: 64))
    var heads: Dense?
    if let presence { heads = try quantizer.presence(presence, input: input) }
    let whitening = quantizer.float.whitenings[whitening]
    var outputs: [ScalarDecoder.Output] = []
    for (index, leaf) in leaves.enumerated() {
      let description = quantizer.description
      let decimals: Int
      var range = Int64.min...Int64.max
      if case .real(let digits) = description.schema.leaves[leaf].kind {
        decimals = digits
      } else {
        decimals = 0
        if let limits = description.integerRanges[leaf] { range = limits.minimum...limits.maximum }
      }
      outputs.append(
        try quantizer.layers.unwhitening(
          unwhiteningName, mean: whitening.mean[index],
          factors: (0..<count).map { whitening.unwhitening[$0 * count + index] },
          decimals: decimals, leaf: leaf, range: range,
          isOptional: description.schema.leaves[leaf].isOptional))
    }
    return .scalars(
      ScalarDecoder(
        stream: stream, head: head, presence: heads, outputs: outputs,
        encoder: isFedBack ? try encoder(whitening, by: &quantizer) : nil))
  }

  private func head(
    _ values: DenseWeights, by quantizer: inout NetworkQuantizer, input: Int
  ) throws(QuantizationError) -> ScalarDecoder.Head {
    guard let mixture else {
      return .linear(
        try quantizer.layers.wideDense(
          values, inputFractionBits: input, outputFractionBits: Format.whitened))
    }
    let columns = (0..<mixture.components).flatMap(mixture.columns)
    let logits = values.selecting(0..<mixture.components, name: logitName)
    return .mixture(
      MixtureDecoder(
        count: leaves.count, logits: try quantizer.logits(logits, input: input),
        components: try quantizer.layers.wideDense(
          values.selecting(columns, name: "\(decoder.name)#components"),
          inputFractionBits: input, outputFractionBits: Format.whitened)))
  }

  private func encoder(
    _ whitening: Whitening, by quantizer: inout NetworkQuantizer
  ) throws(QuantizationError) -> ScalarEncoder {
    // Distances have the deviations that whitened values have.
    let format = quantizer.format(of: decoder)
    let (layer, deviations) = distances(whitening)
    let distances =
      optional.isEmpty
      ? nil
      : try quantizer.layers.wideDense(
        layer, inputFractionBits: format, outputFractionBits: format)
    return ScalarEncoder(
      distances: distances,
      dense: try quantizer.layers.dense(
        combined(quantizer.weights(encoder), whitening, deviations: deviations),
        inputFractionBits: format, outputFractionBits: Format.preactivation),
      fractionBits: quantizer.feedback?.fractionBits ?? Format.activation)
  }

  /// Returns the distances d_i of optional leaf i's value from its mean, as a layer `[n, optional]`
  /// from the whitened values, each divided by its standard deviation under whitened values of
  /// variance 1.
  private func distances(_ whitening: Whitening) -> (layer: DenseWeights, deviations: [Double]) {
    let n = leaves.count
    let unwhitening = whitening.unwhitening
    let deviations = optional.map { i in
      (0..<n).reduce(0) { $0 + unwhitening[$1 * n + i] * unwhitening[$1 * n + i] }.squareRoot()
    }
    let weight = (0..<n).flatMap { k in
      zip(optional, deviations).map { unwhitening[k * n + $0] / $1 }
    }
    let layer = DenseWeights(
      name: unwhiteningName, inputs: n, outputs: optional.count, weight: weight,
      bias: deviations.map { _ in 0 })
    return (layer, deviations)
  }

  /// Returns the encoder as one layer `[n + 2 optional, embedding]` of the whitened values, the
  /// distances of missing ones, and the presence flags.
  private func combined(
    _ dense: DenseWeights, _ whitening: Whitening, deviations: [Double]
  ) -> DenseWeights {
    let (n, width) = (leaves.count, dense.outputs)
    let values = Array(dense.weight[..<(n * width)])
    var weight = values
    for (i, deviation) in zip(optional, deviations) {
      let row = whitening.whitening[i * n..<(i + 1) * n].map { -$0 * deviation }
      weight += multiplied(row, values, outputs: width)
    }
    weight += dense.weight[(n * width)...]
    return DenseWeights(
      name: dense.name, inputs: n + 2 * optional.count, outputs: width, weight: weight,
      bias: dense.bias)
  }
}
