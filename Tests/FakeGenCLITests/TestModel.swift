import FakeGen
import Foundation

/// A model whose weights are all zero, so that every class and every character is as likely as any
/// other: its texts are full of what CSV and JSON must quote.
enum TestModel {
  static let alphabet = "0123456789ab,\"'\n\r\t\\\u{1}\u{7f} é漢🏠".unicodeScalars.map(\.value)

  static var bytes: [UInt8] { content().encoded() }

  static let names = ["LON", "CODE", "A \"NAME\", QUOTED", "KIND", "SOLD", "AGE", "NOTE"]

  /// The plain texts of rows that the library makes of a model, this one unless another is given; nil
  /// for null.
  static func rows(
    _ indices: Range<UInt64>, seed: UInt64 = 1, of model: [UInt8] = bytes
  ) throws -> [[String?]] {
    var generator = Generator(model: try Model(bytes: model), seed: seed)
    return try indices.map { index in
      try generator.row(index).fields.map { field in
        if field == .null { return nil }
        var bytes: [UInt8] = []
        field.append(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
      }
    }
  }

  /// - Parameters:
  ///   - age: of every place that has one.
  ///   - ageIsOptional: whether a place may have none.
  static func content(
    alphabet: [UInt32] = alphabet, maximumLength: Int = 6, age: Int64 = 42,
    ageIsOptional: Bool = false
  ) -> ModelContent {
    let strings = StringDecoder(
      alphabet: Numbers(alphabet), maximumLength: maximumLength, input: dense(4, 4, 11),
      codeInput: .sums(Numbers([Int16](repeating: 0, count: alphabet.count * 12))), cell: cell(4),
      softmax: dense(4, alphabet.count + 2, Format.logit))
    let root = tuple([
      .string(StringField(stream: 10, leaf: 0)),
      .string(StringField(stream: 11, leaf: 1, digits: 0...999_999)),
      .categorical(CategoricalDecoder(stream: 12, leaf: 2, softmax: dense(4, 2, Format.logit))),
      .categorical(CategoricalDecoder(stream: 13, leaf: 3, softmax: dense(4, 2, Format.logit))),
      .optional(
        OptionalDecoder(
          stream: 14, presence: dense(4, 1, 11),
          child: .tuple(
            tuple([
              .string(StringField(stream: 15, leaf: 4)),
              .scalars(
                scalars(
                  [(5, -725_000, false), (6, age, ageIsOptional)], stream: 16)),
            ])))),
    ])
    let schema = RowSchema(
      messageName: "test.Parcel",
      leaves: [
        Column(name: "A \"NAME\", QUOTED", kind: .text, path: "name", isOptional: false),
        Column(name: "CODE", kind: .digits, path: "code", isOptional: false),
        Column(
          name: "KIND", kind: .enumeration(names: ["BOX", "BAG"]), path: "kind", isOptional: false),
        Column(name: "SOLD", kind: .boolean, path: "sold", isOptional: false),
        Column(name: "NOTE", kind: .text, path: "place.note", isOptional: false),
        Column(name: "LON", kind: .real(decimals: 4), path: "place.long", isOptional: false),
        Column(name: "AGE", kind: .integer, path: "place.age", isOptional: ageIsOptional),
      ], columns: [5, 1, 0, 2, 3, 6, 4])
    var provenance = ModelProvenance()
    provenance.attribution = "Nobody's data\u{1b}[31m"
    provenance.trainingData = "parcels.csv"
    provenance.trainingDataHash = "ab12"
    provenance.trainingRows = 12
    provenance.preset = "tiny"
    provenance.steps = 34
    provenance.examples = 56
    provenance.metrics = "p mean  0.5\np median  0.4"
    return ModelContent(
      provenance: provenance, schema: schema,
      network: Network(
        tables: tables,
        gaussian: GaussianTable(entries: Numbers((0..<1025).map { Int32((1024 - $0) * 380) })),
        latent: LatentSampler(factor: wide(4, 4, 12)), strings: strings, root: root))
  }

  private static func matrix(_ rows: Int, _ columns: Int) -> WeightMatrix {
    WeightMatrix(
      rows: rows, columns: columns, weights: Numbers([Int8](repeating: 0, count: rows * columns)))
  }

  private static func dense(_ inputs: Int, _ outputs: Int, _ outputBits: Int) -> Dense {
    Dense(
      matrix: matrix(outputs, inputs), bias: Numbers([Int32](repeating: 0, count: outputs)),
      multiplier: Numbers([Int32](repeating: 1 << 29, count: outputs)), shift: 48 - outputBits,
      inputFractionBits: 12, outputFractionBits: outputBits)
  }

  private static func wide(_ inputs: Int, _ outputs: Int, _ outputBits: Int) -> WideDense {
    WideDense(
      inputs: inputs, outputs: outputs,
      weights: Numbers([Int16](repeating: 0, count: inputs * outputs)),
      bias: Numbers([Int64](repeating: 0, count: outputs)),
      multiplier: Numbers([Int32](repeating: 1 << 29, count: outputs)), shift: 57 - outputBits,
      inputFractionBits: 12, outputFractionBits: outputBits)
  }

  private static func cell(_ width: Int) -> RecurrentCell {
    RecurrentCell(
      matrix: matrix(3 * width, width), bias: Numbers([Int32](repeating: 0, count: 3 * width)),
      inputMultiplier: Numbers([Int32](repeating: 1 << 29, count: 3 * width)),
      stateMultiplier: Numbers([Int32](repeating: 1 << 29, count: 3 * width)), shift: 36,
      stateFractionBits: 12)
  }

  private static func scalars(
    _ leaves: [(leaf: Int, value: Int64, isOptional: Bool)], stream: UInt32
  ) -> ScalarDecoder {
    let optional = leaves.count { $0.isOptional }
    return ScalarDecoder(
      stream: stream, head: .linear(wide(4, leaves.count, 16)),
      presence: optional > 0 ? dense(4, optional, 11) : nil,
      outputs: leaves.map { leaf, value, isOptional in
        ScalarDecoder.Output(
          leaf: leaf, offset: value << 32,
          factors: Numbers([Int64](repeating: 0, count: leaves.count)), shift: 32,
          minimum: -1_000_000, maximum: 1_000_000, isOptional: isOptional)
      })
  }

  private static func tuple(_ children: [DecoderModule]) -> TupleDecoder {
    TupleDecoder(
      input: dense(4, 4, 11),
      elements: children.enumerated().map { index, child in
        TupleDecoder.Element(
          embedding: dense(4, 4, 11),
          gru: index < children.count - 1
            ? GRU(input: matrix(12, 4), inputFractionBits: 12, cell: cell(4)) : nil,
          child: child)
      })
  }

  private static var tables: ActivationTables {
    func table(_ count: Int, _ entry: (Double) -> Double) -> [Int32] {
      (0..<count).map { Int32(entry(Double($0)).rounded()) }
    }
    return ActivationTables(
      sigmoid: Numbers(table(1025) { 32768 / (1 + exp(-($0 - 512) / 32)) }),
      celu: Numbers(table(513) { 4096 * 3 * (exp(($0 - 512) / 96) - 1) }),
      exponential: Numbers(table(1025) { 0x1p24 * exp(-$0 / 64) }))
  }
}
