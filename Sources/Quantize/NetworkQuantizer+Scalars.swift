import FakeGen
import Foundation
import Schema

extension NetworkQuantizer {
  mutating func quantize(
    _ scalars: FloatScalars, input: Int
  ) throws(QuantizationError) -> ScalarDecoder {
    let count = scalars.leaves.count
    let head: ScalarDecoder.Head =
      scalars.mixture == 0
      ? .linear(
        try layers.wideDense(
          scalars.values, inputFractionBits: input, outputFractionBits: Format.whitened))
      : .mixture(try mixture(scalars, input: input))
    layers.account(
      .init(
        layer: scalars.values.name, greatest: greatest[scalars.values.name] ?? 0,
        fractionBits: Format.whitened, limit: 64))
    var heads: Dense?
    if let head = scalars.presence { heads = try presence(head, input: input) }
    var outputs: [ScalarDecoder.Output] = []
    for (index, leaf) in scalars.leaves.enumerated() {
      let description = float.description
      let decimals: Int
      var range = Int64.min...Int64.max
      if case .real(let digits) = description.schema.leaves[leaf].kind {
        decimals = digits
      } else {
        decimals = 0
        if let limits = description.integerRanges[leaf] { range = limits.minimum...limits.maximum }
      }
      outputs.append(
        try layers.unwhitening(
          "\(scalars.name)/unwhitening", mean: scalars.mean[index],
          factors: (0..<count).map { scalars.unwhitening[$0 * count + index] },
          decimals: decimals, leaf: leaf, range: range,
          isOptional: description.schema.leaves[leaf].isOptional))
    }
    var encoder: ScalarEncoder?
    if let real = scalars.encoder { encoder = try quantize(real, of: scalars) }
    return ScalarDecoder(
      stream: scalars.stream, head: head, presence: heads, outputs: outputs, encoder: encoder)
  }

  private mutating func mixture(
    _ scalars: FloatScalars, input: Int
  ) throws(QuantizationError) -> MixtureDecoder {
    let columns = (0..<scalars.mixture).flatMap { scalars.columns(ofComponent: $0) }
    let logitLayer = scalars.values.selecting(0..<scalars.mixture, name: scalars.logitName)
    return MixtureDecoder(
      count: scalars.leaves.count, logits: try logits(logitLayer, input: input),
      components: try layers.wideDense(
        scalars.values.selecting(columns, name: "\(scalars.values.name)#components"),
        inputFractionBits: input, outputFractionBits: Format.whitened))
  }

  private mutating func quantize(
    _ encoder: FloatScalars.Encoder, of scalars: FloatScalars
  ) throws(QuantizationError) -> ScalarEncoder {
    // Distances have the deviations that whitened values have.
    let format = format(of: scalars.values.name)
    let (layer, deviations) = scalars.distances(encoder)
    let distances =
      encoder.optional.isEmpty
      ? nil
      : try layers.wideDense(layer, inputFractionBits: format, outputFractionBits: format)
    return ScalarEncoder(
      distances: distances,
      dense: try layers.dense(
        scalars.combined(encoder, deviations: deviations), inputFractionBits: format,
        outputFractionBits: Format.preactivation),
      fractionBits: feedback?.fractionBits ?? Format.activation)
  }
}

extension FloatDense {
  /// The layer of some of the outputs.
  fileprivate func selecting(_ columns: some Collection<Int>, name: String) -> FloatDense {
    FloatDense(
      name: name, inputs: inputs, outputs: columns.count,
      weight: (0..<inputs).flatMap { input in columns.map { weight[input * outputs + $0] } },
      bias: columns.map { bias[$0] })
  }
}
