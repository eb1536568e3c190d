import FakeGen
import Foundation

/// A tiny model file with every kind of module, its weights drawn from integers alone.
struct SyntheticModel {
  var draws = RandomStream(seed: 5, row: 0, stream: 99)
  static let embedding = 12
  static let state = 10
  static let stringState = 14
  static let alphabet = "0123456789-abcé漢🏠".unicodeScalars.map(\.value)
  static let maximumLength = 9

  static func bytes() -> [UInt8] {
    var model = SyntheticModel()
    return model.content().encoded()
  }

  /// Uniform on -limit...limit.
  mutating func integer(_ limit: Int) -> Int {
    Int((UInt64(draws.next()) * UInt64(2 * limit + 1)) >> 32) - limit
  }

  mutating func weights(_ count: Int) -> [Int8] {
    (0..<count).map { _ in Int8(integer(127)) }
  }

  mutating func dense(
    _ inputs: Int, _ outputs: Int, _ outputBits: Int, inputBits: Int = 12
  ) -> Dense {
    Dense(
      matrix: WeightMatrix(
        rows: outputs, columns: inputs, weights: Numbers(weights(inputs * outputs))),
      bias: Numbers((0..<outputs).map { _ in Int32(integer(200_000)) }),
      multiplier: Numbers((0..<outputs).map { _ in Int32(800_000_000 + integer(200_000_000)) }),
      shift: 36 + 12 - outputBits, inputFractionBits: inputBits, outputFractionBits: outputBits)
  }

  mutating func cell(_ width: Int) -> RecurrentCell {
    RecurrentCell(
      matrix: WeightMatrix(
        rows: 3 * width, columns: width, weights: Numbers(weights(3 * width * width))),
      bias: Numbers((0..<3 * width).map { _ in Int32(integer(200_000)) }),
      inputMultiplier: Numbers(
        (0..<3 * width).map { _ in Int32(600_000_000 + integer(100_000_000)) }),
      stateMultiplier: Numbers(
        (0..<3 * width).map { _ in Int32(600_000_000 + integer(100_000_000)) }),
      shift: 36, stateFractionBits: 12)
  }

  mutating func gru() -> GRU {
    let rows = 3 * Self.state
    return GRU(
      input: WeightMatrix(
        rows: rows, columns: Self.embedding, weights: Numbers(weights(rows * Self.embedding))),
      inputFractionBits: 12, cell: cell(Self.state))
  }

  mutating func wide(_ inputs: Int, _ outputs: Int, _ outputBits: Int) -> WideDense {
    WideDense(
      inputs: inputs, outputs: outputs,
      weights: Numbers((0..<inputs * outputs).map { _ in Int16(integer(32767)) }),
      bias: Numbers((0..<outputs).map { _ in Int64(integer(100_000_000)) }),
      multiplier: Numbers((0..<outputs).map { _ in Int32(500_000_000 + integer(100_000_000)) }),
      shift: 45 + 12 - outputBits, inputFractionBits: 12, outputFractionBits: outputBits)
  }

  private mutating func scalars(_ leaves: [(leaf: Int, isOptional: Bool)], stream: UInt32)
    -> ScalarDecoder
  {
    ScalarDecoder(
      stream: stream, head: .linear(wide(Self.embedding, leaves.count, 16)),
      presence: leaves.contains { $0.isOptional } ? dense(Self.embedding, 1, 11) : nil,
      outputs: leaves.map { leaf, isOptional in
        ScalarDecoder.Output(
          leaf: leaf, offset: Int64(integer(1_000_000_000)) << 16,
          factors: Numbers(leaves.map { _ in Int64(integer(2_000_000_000)) }), shift: 32,
          minimum: -50_000, maximum: 60_000, isOptional: isOptional)
      })
  }

  private mutating func tuple(_ children: [DecoderModule]) -> TupleDecoder {
    TupleDecoder(
      input: dense(Self.embedding, Self.state, 11),
      elements: children.enumerated().map { index, child in
        TupleDecoder.Element(
          embedding: dense(Self.state, Self.embedding, 11),
          gru: index < children.count - 1 ? gru() : nil, child: child)
      })
  }

  static func tables() -> ActivationTables {
    func table(_ count: Int, _ entry: (Double) -> Double) -> [Int32] {
      (0..<count).map { Int32(entry(Double($0)).rounded()) }
    }
    return ActivationTables(
      sigmoid: Numbers(table(1025) { 32768 / (1 + exp(-($0 - 512) / 32)) }),
      celu: Numbers(table(513) { 4096 * 3 * (exp(($0 - 512) / 96) - 1) }),
      exponential: Numbers(table(1025) { 0x1p24 * exp(-$0 / 64) }))
  }

  mutating func content() -> ModelContent {
    // A straight line stands in for the quantile: what counts here are fixed bytes.
    let gaussian = GaussianTable(entries: Numbers((0..<1025).map { Int32((1024 - $0) * 380) }))
    let strings = StringDecoder(
      alphabet: Numbers(Self.alphabet), maximumLength: Self.maximumLength,
      input: dense(Self.embedding, Self.stringState, 11),
      codeInput: .sums(
        Numbers(
          (0..<Self.alphabet.count * 3 * Self.stringState).map { _ in Int16(integer(30_000)) })
      ),
      cell: cell(Self.stringState),
      softmax: dense(Self.stringState, Self.alphabet.count + 2, Format.logit))
    let inner = tuple([
      .string(StringField(stream: 4, leaf: 4)), scalarsModule([(5, false)], stream: 5),
    ])
    let root = tuple([
      .string(StringField(stream: 10, leaf: 0)),
      .string(StringField(stream: 11, leaf: 1, digits: -200...4000)),
      .optional(
        OptionalDecoder(
          stream: 12, presence: dense(Self.embedding, 1, 11),
          child: .string(StringField(stream: 13, leaf: 2)))),
      .categorical(
        CategoricalDecoder(stream: 14, leaf: 3, softmax: dense(Self.embedding, 3, Format.logit))),
      .optional(
        OptionalDecoder(
          stream: 15, presence: dense(Self.embedding, 1, 11), child: .tuple(inner))),
      .categorical(
        CategoricalDecoder(stream: 16, leaf: 6, softmax: dense(Self.embedding, 2, Format.logit))),
      scalarsModule([(7, false), (8, true)], stream: 17),
    ])
    var provenance = ModelProvenance()
    provenance.attribution = "Nobody — all numbers are made up"
    provenance.trainingRows = 12
    provenance.metrics = "p mean 0.5\n"
    return ModelContent(
      provenance: provenance,
      schema: RowSchema(
        messageName: "test.Home",
        leaves: [
          Column(name: "STREET", kind: .text, path: "street", isOptional: false),
          Column(name: "NUMBER", kind: .digits, path: "number", isOptional: false),
          Column(name: "UNIT", kind: .text, path: "unit", isOptional: true),
          Column(
            name: "KIND", kind: .enumeration(names: ["HOUSE", "FLAT", "FARM"]), path: "kind",
            isOptional: false),
          Column(name: "OWNER", kind: .text, path: "owner.name", isOptional: false),
          Column(name: "AGE", kind: .integer, path: "owner.age", isOptional: false),
          Column(name: "SOLD", kind: .boolean, path: "sold", isOptional: false),
          Column(name: "LON", kind: .real(decimals: 4), path: "lon", isOptional: false),
          Column(name: "HEIGHT", kind: .real(decimals: 1), path: "height", isOptional: true),
        ], columns: [7, 8, 1, 0, 2, 3, 4, 5, 6]),
      network: Network(
        tables: Self.tables(), gaussian: gaussian,
        latent: LatentSampler(factor: wide(Self.embedding, Self.embedding, 12)),
        strings: strings, root: root))
  }

  private mutating func scalarsModule(
    _ leaves: [(leaf: Int, isOptional: Bool)], stream: UInt32
  ) -> DecoderModule {
    .scalars(scalars(leaves, stream: stream))
  }
}
