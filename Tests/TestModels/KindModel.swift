import FakeGen

/// A model with a column of every kind, nulls and ends of the 64-bit range among their values, whose
/// names SQL must quote, cut or tell apart. Its weights are zero, so that every value is as likely as
/// any other.
package enum KindModel {
  package static let alphabet = "0123456789-ab,;|\"'`\n\r\t\\=+@% é漢🏠".unicodeScalars.map(\.value)
  /// Two of these have the same first 63 bytes, others differ in the case of letters.
  package static let names = [
    "id", "ID", "select", "A \"quoted\", `name`", "big", "wide", "price", "flag", "KIND", "code",
    "day", "seen", "made", "clock", "odd",
    String(repeating: "long name ", count: 7) + "1",
    String(repeating: "long name ", count: 7) + "2",
    "=formula", "Id",
  ]
  private static let hidden = ["week", "weekday", "time"]

  package static let bytes = content().encoded()

  /// The same with a message that declares its fields: numbers, types and keys other than those that
  /// models without one have.
  package static let declared: [UInt8] = {
    var content = Self.content()
    content.protobuf = names.indices.map { leaf in
      var field = ProtobufField(numbers: [100 - leaf], keys: ["key \(leaf)"], type: .string)
      switch leaf {
      case 0: field.type = .fixed64
      case 4: field.type = .sint64
      case 5: (field.type, field.isWrapped) = (.double, true)
      case 6: field.type = .float
      case 7: field.type = .bool
      case 8:
        field.type = .enumeration
        field.values = [
          .init(number: 7, name: "BAG"), .init(number: 0, name: "TUBE"),
          .init(number: -1, name: "BOX"),
        ]
      case 9: field.type = .sfixed64
      case 12: field.type = .timestamp
      case 15: field.type = .duration
      case 16: (field.type, field.isWrapped) = (.uint32, true)
      default: break
      }
      return field
    }
    content.protobuf += hidden.map { _ in ProtobufField(numbers: [], type: .string) }
    return content.encoded()
  }()

  private static let embedding = 4

  private static let bins: [Int: [ClosedRange<Int64>]] = [
    4: [.min ... .min, -5 ... -5, 0...0, 4_000_000_000...4_000_000_999, .max ... .max],
    5: [.min ... .min, -1 ... -1, 0...0, 100...199, .max ... .max],
    6: [-1_500_000 ... -1, 0...0, 1...99_999_999],
    15: [0...9], 16: [10...19],
    19: [-2_000 ... -1, 0...3_000], 20: [0...6], 21: [0...86_399_999],
  ]

  private static func content() -> ModelContent {
    var layers = HandMadeLayers(embedding: embedding, state: 4)
    let strings = layers.strings(alphabet, maximumLength: 7, state: 4)
    let enumeration = layers.categorical(8, classes: 3, stream: 108)
    let flag = layers.categorical(7, classes: 2, stream: 107)
    let modules: [DecoderModule] = [
      number(19, &layers), number(20, &layers), number(21, &layers),
      .string(StringField(stream: 102, leaf: 2)),
      layers.optional(.string(StringField(stream: 103, leaf: 3)), stream: 203),
      number(4, isOptional: true, &layers), number(5, isOptional: true, &layers),
      number(6, &layers), layers.optional(flag, stream: 207),
      layers.optional(enumeration, stream: 208),
      .string(StringField(stream: 109, leaf: 9, digits: .min ... .max)),
      number(15, &layers), number(16, isOptional: true, &layers),
      .string(StringField(stream: 117, leaf: 17)), .string(StringField(stream: 118, leaf: 18)),
    ]
    var provenance = ModelProvenance()
    provenance.attribution = "Nobody"
    return ModelContent(
      provenance: provenance, schema: schema(), rules: rules(),
      network: layers.network(strings: strings, root: layers.tuple(modules)))
  }

  private static func number(
    _ leaf: Int, isOptional: Bool = false, _ layers: inout HandMadeLayers
  ) -> DecoderModule {
    let bins = bins[leaf] ?? []
    return .number(
      NumberDecoder(
        stream: UInt32(20 + leaf), leaf: leaf,
        softmax: layers.dense(embedding, bins.count + (isOptional ? 1 : 0), Format.logit),
        cells: nil, starts: Numbers((0...bins.count).map { UInt32($0) }),
        bounds: Numbers(bins.flatMap { [$0.lowerBound, $0.upperBound] })))
  }

  private static func schema() -> RowSchema {
    let kinds: [ColumnKind] = [
      .integer, .text, .text, .text, .integer, .real(decimals: 2), .real(decimals: 4), .boolean,
      .enumeration(names: ["BOX", "BAG", "TUBE"]), .digits, moment("%Y-%m-%d"),
      moment("%Y-%m-%d %H:%M:%S.%3f"), moment("%Y-%m-%dT%H:%M:%S.%3fZ", isTimestamp: true),
      moment("%H:%M:%S.%3f"), moment("%-d.%-m.%y"), .integer, .integer, .text, .text, .integer,
      .integer, .integer,
    ]
    let all = names + hidden
    return RowSchema(
      messageName: "test.Kinds",
      leaves: all.indices.map { leaf in
        Column(
          name: all[leaf], kind: kinds[leaf], path: "field_\(leaf)",
          // Around the others a module says so.
          isOptional: [4, 5, 16].contains(leaf))
      }, columns: Array(names.indices))
  }

  private static func moment(_ text: String, isTimestamp: Bool = false) -> ColumnKind {
    guard var layout = try? MomentLayout(text) else { preconditionFailure("\(text) is a layout") }
    layout.isTimestamp = isTimestamp
    return .moment(layout)
  }

  private static func rules() -> RowRules {
    let day = 86_400 as Int64
    let days: [DerivedLeaf.Term] = [.init(leaf: 19, factor: 7 * day), .init(leaf: 20, factor: day)]
    let milliseconds =
      days.map { DerivedLeaf.Term(leaf: $0.leaf, factor: 1000 * $0.factor) }
      + [.init(leaf: 21, factor: 1)]
    return RowRules(
      derived: [
        DerivedLeaf(
          leaf: 0,
          rule: .sequence(KeySequence(prefix: "", start: 1, step: 1, width: 0, suffix: ""))),
        DerivedLeaf(
          leaf: 1,
          rule: .sequence(KeySequence(prefix: "A-", start: 1, step: 1, width: 4, suffix: ""))),
        DerivedLeaf(leaf: 10, rule: .sum(terms: days, constant: -3 * day)),
        DerivedLeaf(leaf: 11, rule: .sum(terms: milliseconds, constant: -3000 * day)),
        DerivedLeaf(leaf: 12, rule: .sum(terms: milliseconds, constant: -3000 * day)),
        DerivedLeaf(leaf: 13, rule: .sum(terms: [.init(leaf: 21, factor: 1)], constant: 0)),
        DerivedLeaf(leaf: 14, rule: .sum(terms: days, constant: -3 * day)),
      ], hidden: [19, 20, 21])
  }
}
