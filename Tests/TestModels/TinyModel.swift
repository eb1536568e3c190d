import FakeGen

/// A tiny model of the paper's modules, whose bytes are made from integers alone: those of the rows
/// in `Tests/Golden`.
package enum TinyModel {
  package static let alphabet = "0123456789-abcé漢🏠".unicodeScalars.map(\.value)
  package static let maximumLength = 9

  package static let bytes = content().encoded()

  private static func content() -> ModelContent {
    var layers = HandMadeLayers(
      embedding: 12, state: 10, draws: RandomStream(seed: 5, row: 0, stream: 99))
    let limits = -50_000...60_000 as ClosedRange<Int64>
    let strings = layers.strings(alphabet, maximumLength: maximumLength, state: 14)
    let inner = layers.tuple([
      .string(StringField(stream: 4, leaf: 4)),
      layers.scalars([(5, 0, false)], within: limits, stream: 5),
    ])
    let root = layers.tuple([
      .string(StringField(stream: 10, leaf: 0)),
      .string(StringField(stream: 11, leaf: 1, digits: -200...4000)),
      layers.optional(.string(StringField(stream: 13, leaf: 2)), stream: 12),
      layers.categorical(3, classes: 3, stream: 14), layers.optional(.tuple(inner), stream: 15),
      layers.categorical(6, classes: 2, stream: 16),
      layers.scalars([(7, 0, false), (8, 0, true)], within: limits, stream: 17),
    ])
    var provenance = ModelProvenance()
    provenance.attribution = "Nobody — all numbers are made up"
    provenance.trainingRows = 12
    provenance.metrics = "p mean 0.5\n"
    let kind = ColumnKind.enumeration(names: ["HOUSE", "FLAT", "FARM"])
    return ModelContent(
      provenance: provenance,
      schema: RowSchema(
        messageName: "test.Home",
        leaves: [
          Column(name: "STREET", kind: .text, path: "street", isOptional: false),
          Column(name: "NUMBER", kind: .digits, path: "number", isOptional: false),
          Column(name: "UNIT", kind: .text, path: "unit", isOptional: true),
          Column(name: "KIND", kind: kind, path: "kind", isOptional: false),
          Column(name: "OWNER", kind: .text, path: "owner.name", isOptional: false),
          Column(name: "AGE", kind: .integer, path: "owner.age", isOptional: false),
          Column(name: "SOLD", kind: .boolean, path: "sold", isOptional: false),
          Column(name: "LON", kind: .real(decimals: 4), path: "lon", isOptional: false),
          Column(name: "HEIGHT", kind: .real(decimals: 1), path: "height", isOptional: true),
        ], columns: [7, 8, 1, 0, 2, 3, 4, 5, 6]),
      network: layers.network(strings: strings, root: root))
  }
}
