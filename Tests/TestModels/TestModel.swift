import FakeGen

/// A model whose weights are all zero, so that every class and every character is as likely as any
/// other: its texts are full of what CSV and JSON must quote.
package enum TestModel {
  package static let alphabet = "0123456789ab,\"'\n\r\t\\\u{1}\u{7f} é漢🏠".unicodeScalars.map(
    \.value)

  package static var bytes: [UInt8] { content().encoded() }

  package static let names = ["LON", "CODE", "A \"NAME\", QUOTED", "KIND", "SOLD", "AGE", "NOTE"]

  /// The plain texts of rows that the library makes of a model, this one unless another is given; nil
  /// for null.
  package static func rows(
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
  package static func content(
    alphabet: [UInt32] = alphabet, maximumLength: Int = 6, age: Int64 = 42,
    ageIsOptional: Bool = false
  ) -> ModelContent {
    var layers = HandMadeLayers(embedding: 4, state: 4)
    let strings = layers.strings(alphabet, maximumLength: maximumLength, state: 4)
    let place = layers.tuple([
      .string(StringField(stream: 15, leaf: 4)),
      layers.scalars(
        [(5, -725_000, false), (6, age, ageIsOptional)], within: -1_000_000...1_000_000,
        stream: 16),
    ])
    let root = layers.tuple([
      .string(StringField(stream: 10, leaf: 0)),
      .string(StringField(stream: 11, leaf: 1, digits: 0...999_999)),
      layers.categorical(2, classes: 2, stream: 12), layers.categorical(3, classes: 2, stream: 13),
      layers.optional(.tuple(place), stream: 14),
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
      network: layers.network(strings: strings, root: root))
  }
}
