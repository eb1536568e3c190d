import FakeGen
import Foundation
import Schema

/// Chooses the formats by calibrating and quantizes layer by layer.
struct NetworkQuantizer {
  /// Rows that calibrating makes.
  static let calibrationRows = 256
  private static let calibrationSeed: UInt64 = 0x6361_6C69_6272_6174

  private let float: FloatNetwork
  var layers = LayerQuantizer()
  private let greatest: [String: Double]

  init(_ float: FloatNetwork) {
    self.float = float
    var generator = FloatGenerator(network: float, seed: Self.calibrationSeed)
    for index in 0..<Self.calibrationRows { _ = generator.row(UInt64(index)) }
    greatest = generator.ranges.greatest
  }

  mutating func quantize() throws(QuantizationError) -> Network {
    let latent = try quantizeLatent()
    let latentFormat = latent.factor.outputFractionBits
    let elementFormat = commonStringFormat()
    var strings: StringDecoder?
    if let decoder = float.strings { strings = try quantizeStrings(decoder, elementFormat) }
    let root = try quantize(float.root, input: latentFormat)
    return Network(
      tables: .ofRealFunctions(), gaussian: .ofRealFunction(), latent: latent, strings: strings,
      root: root)
  }

  /// The finest format with a quarter to spare over what calibrating saw. A GRU's state starts in
  /// this range or lies below its candidates' cap of 6, which every format holds.
  private func format(of layer: String) -> Int {
    let needed = 1.25 * (greatest[layer] ?? 0)
    return Format.activations.last { needed < exp2(Double(15 - $0)) }
      ?? Format.activations.lowerBound
  }

  /// Vectors that strings are decoded from share one format, since the StringLiteral's layer is
  /// shared: the coarsest that any of them needs.
  private func commonStringFormat() -> Int {
    float.root.stringEmbeddings.map { format(of: $0) }.min() ?? Format.activation
  }

  private mutating func accountActivation(_ layer: String, fractionBits: Int) {
    layers.account(
      .init(
        layer: layer, greatest: greatest[layer] ?? 0, fractionBits: fractionBits,
        limit: exp2(Double(15 - fractionBits))))
  }

  /// A dense layer with CELU and the format of its outputs.
  private mutating func celuLayer(
    _ layer: FloatDense, input: Int, output: Int
  ) throws(QuantizationError) -> Dense {
    accountActivation(layer.name, fractionBits: output)
    return try layers.dense(layer, inputFractionBits: input, outputFractionBits: output - 1)
  }

  private mutating func logits(
    _ layer: FloatDense, input: Int
  ) throws(QuantizationError) -> Dense {
    accountActivation(layer.name, fractionBits: Format.logit)
    return try layers.dense(
      layer, inputFractionBits: input, outputFractionBits: Format.logit)
  }

  private mutating func presence(
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

  private mutating func quantizeStrings(
    _ strings: FloatStringDecoder, _ elementFormat: Int
  ) throws(QuantizationError) -> StringDecoder {
    let stateFormat = format(of: strings.input.name)
    let alphabet = float.description.alphabet
    let input = try celuLayer(strings.input, input: elementFormat, output: stateFormat)
    let (sums, cell) = try layers.characterCell(
      strings, alphabet: alphabet.count, stateFractionBits: stateFormat)
    return StringDecoder(
      alphabet: alphabet, maximumLength: float.description.maximumStringLength, input: input,
      characterSums: sums, cell: cell, softmax: try logits(strings.softmax, input: stateFormat))
  }

  private mutating func quantize(
    _ tuple: FloatTuple, input: Int
  ) throws(QuantizationError) -> TupleDecoder {
    let stateFormat = format(of: tuple.input.name)
    let dense = try celuLayer(tuple.input, input: input, output: stateFormat)
    var elements: [TupleDecoder.Element] = []
    for element in tuple.elements {
      let name = element.embedding.name
      let isString = element.child.isString
      let vectorFormat = isString ? commonStringFormat() : format(of: name)
      let embedding = try celuLayer(
        element.embedding, input: stateFormat, output: vectorFormat)
      let child = try quantize(element.child, input: vectorFormat)
      var gru: GRU?
      if let cell = element.gru {
        gru = try layers.gru(
          cell, inputFractionBits: vectorFormat, stateFractionBits: stateFormat)
      }
      elements.append(.init(embedding: embedding, gru: gru, child: child))
    }
    return TupleDecoder(input: dense, elements: elements)
  }

  private mutating func quantize(
    _ module: FloatModule, input: Int
  ) throws(QuantizationError) -> Module {
    switch module {
    case .string(let leaf, let stream):
      let digits = float.description.schema.leaves[leaf].digitRange
      return .string(leaf: leaf, digits: digits, stream: stream)
    case .scalars(let scalars):
      return .scalars(try quantize(scalars, input: input))
    case .categorical(let leaf, let stream, let softmax):
      return .categorical(
        CategoricalDecoder(
          stream: stream, leaf: leaf, softmax: try logits(softmax, input: input)))
    case .optional(let head, let stream, let child):
      return .optional(
        presence: try presence(head, input: input), stream: stream,
        child: try quantize(child, input: input))
    case .tuple(let tuple):
      return .tuple(try quantize(tuple, input: input))
    }
  }

  private mutating func quantize(
    _ scalars: FloatScalars, input: Int
  ) throws(QuantizationError) -> ScalarDecoder {
    let count = scalars.leaves.count
    let values = try layers.wideDense(
      scalars.values, inputFractionBits: input, outputFractionBits: Format.whitened)
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
    return ScalarDecoder(
      stream: scalars.stream, values: values, presence: heads, outputs: outputs)
  }
}

extension FloatTuple {
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
  fileprivate var isString: Bool {
    switch self {
    case .string: true
    case .optional(_, _, let child): child.isString
    case .scalars, .categorical, .tuple: false
    }
  }

  /// The message decoded from the module's own input.
  fileprivate var tuple: FloatTuple? {
    switch self {
    case .tuple(let tuple): tuple
    case .optional(_, _, let child): child.tuple
    case .string, .scalars, .categorical: nil
    }
  }
}
