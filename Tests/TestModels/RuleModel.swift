import FakeGen

/// A tiny model of numbers in bins, its weights drawn from integers alone, from which columns follow
/// by every kind of rule: keys of three patterns, a sum that may be null, moments, a digit, tables
/// from classes and from numbers, codes of three shapes, what is past the greatest of two, texts that
/// are made of all of them, and a sum that is another number where a term is missing.
package enum RuleModel {
  /// The texts that follow from the classes of KIND.
  package static let states = ["BOX": "full", "BAG": "é empty"]
  /// Leaf numbers by column name; `week`, `weekday` and `time` are hidden.
  package static let names = [
    "ID", "SERIAL", "NUMBER", "PRICE", "TAX", "TOTAL", "DAY", "week", "weekday", "time", "SEEN",
    "TENS", "KIND", "STATE", "LARGE", "MADE", "CODE", "TOP", "LABEL",
    "NET",
  ]
  /// Texts of three shapes: `N[0-9]{2}[A-Z]`, four letters, one of them with an accent, and 20 places
  /// of 16 digits, of which 64 bits fill 16.
  package static let shapes = [
    KeyShape(
      weight: 5,
      places: ["N", "0123456789", "0123456789", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"]),
    KeyShape(weight: 3, places: ["xy", "éè", "ab", "abcd"]),
    KeyShape(
      weight: 2, places: [String](repeating: "0123456789abcdef", count: 20)),
  ]

  /// Codes of three shapes with 50, 4 and 100,000 texts, of which the numbers of `time` need all but
  /// the last few.
  package static let codes = CodeShapes(shapes: [
    KeyShape(weight: 1, places: ["A", "éè", "-", "56789", "02468"]),
    KeyShape(weight: 1, places: ["xy", "ab"]),
    KeyShape(weight: 1, places: [String](repeating: "0123456789", count: 5)),
  ])

  /// Texts by the weekday, of every kind of leaf and in every kind of form; the first template has TAX,
  /// which may be null.
  package static let label = ComposedText(
    choice: 8,
    templates: [
      [.literal(Array("€ ".utf8)), value(4, .real(decimals: 2)), value(14, .boolean)],
      [
        value(12, .enumeration(names: ["BOX", "BAG"]), TextForm(letters: .small, part: 2)),
        .literal([0x2F]), value(9, .integer, TextForm(width: 6)),
      ],
      [
        value(13, .text, TextForm(letters: .capital, spaces: .underscore)),
        value(16, .text, TextForm(part: -3)),
        value(6, moment("%Y-%m-%d"), TextForm(part: 4)),
      ],
      [
        value(13, .text, TextForm(spaces: .removed, marks: .spelled)), value(3, .real(decimals: 2)),
      ],
    ])

  private static func value(
    _ leaf: Int, _ kind: ColumnKind, _ form: TextForm = TextForm()
  ) -> ComposedText.Piece {
    .value(.init(leaf: leaf, kind: kind, form: form))
  }

  private static let embedding = 12
  private static let bins: [Int: [[ClosedRange<Int64>]]] = [
    3: [[-50...(-50)], [0...999, 1_000...1_500], [10_000...99_999]],
    4: [[0...0], [5...50], [80...12_000]],
    7: [[2_400...2_700], [2_800...2_801]],
    8: [[0...4], [5...6]],
    9: [[0...43_199], [43_200...43_200, 43_201...86_399]],
  ]

  package static let bytes = content().encoded()

  /// - Parameter rules: in place of the model's.
  package static func content(rules: RowRules? = nil) -> ModelContent {
    var layers = HandMadeLayers(
      embedding: embedding, state: 10, draws: RandomStream(seed: 7, row: 0, stream: 99))
    let modules: [DecoderModule] = [
      number(7, &layers), number(8, &layers), number(3, &layers),
      number(4, isOptional: true, &layers), layers.categorical(12, classes: 2, stream: 12),
      number(9, &layers),
    ]
    var provenance = ModelProvenance()
    provenance.attribution = "Nobody"
    return ModelContent(
      provenance: provenance,
      schema: schema(), rules: rules ?? self.rules,
      network: layers.network(strings: nil, root: layers.tuple(modules)))
  }

  private static func number(
    _ leaf: Int, isOptional: Bool = false, _ layers: inout HandMadeLayers
  ) -> DecoderModule {
    let bins = bins[leaf] ?? []
    let size = bins.map(\.count).max() ?? 0
    var starts: [UInt32] = [0]
    for bin in bins { starts.append(starts[starts.count - 1] + UInt32(bin.count)) }
    return .number(
      NumberDecoder(
        stream: UInt32(20 + leaf), leaf: leaf,
        softmax: layers.dense(embedding, bins.count + (isOptional ? 1 : 0), Format.logit),
        cells: size > 1
          ? NumberDecoder.Cells(
            bin: EmbeddingTable(
              width: embedding,
              vectors: Numbers(
                (0..<bins.count * embedding).map { _ in Int16(layers.integer(4_000)) })),
            hidden: layers.dense(embedding, 9, 11), softmax: layers.dense(9, size, Format.logit),
            embedding: nil) : nil,
        starts: Numbers(starts),
        bounds: Numbers(bins.joined().flatMap { [$0.lowerBound, $0.upperBound] })))
  }

  private static func moment(_ text: String, isTimestamp: Bool = false) -> ColumnKind {
    guard var layout = try? MomentLayout(text) else { preconditionFailure("\(text) is a layout") }
    layout.isTimestamp = isTimestamp
    return .moment(layout)
  }

  private static func schema() -> RowSchema {
    let kinds: [ColumnKind] = [
      .text, .integer, .text, .real(decimals: 2), .real(decimals: 2), .real(decimals: 2),
      moment("%Y-%m-%d"), .integer, .integer, .integer, moment("%a %-d. %B %y, %I:%M:%S %p"),
      .integer, .enumeration(names: ["BOX", "BAG"]), .text, .boolean,
      moment("%Y-%m-%dT%H:%M:%SZ", isTimestamp: true), .text, .real(decimals: 2), .text,
      .real(decimals: 2),
    ]
    return RowSchema(
      messageName: "test.Sale",
      leaves: zip(names, kinds).map { name, kind in
        Column(
          name: name, kind: kind, path: name.lowercased(),
          isOptional: ["TAX", "TOTAL", "LABEL"].contains(name))
      }, columns: names.indices.filter { ![7, 8, 9].contains($0) })
  }

  package static var rules: RowRules {
    let day = 86_400 as Int64
    let date: [DerivedLeaf.Term] = [
      .init(leaf: 7, factor: 7 * day), .init(leaf: 8, factor: day),
    ]
    let time = date + [.init(leaf: 9, factor: 1)]
    var texts = TextTable()
    for text in ["full", "é empty"] { texts.add(text) }
    return RowRules(
      derived: [
        DerivedLeaf(leaf: 0, rule: .shapes(KeyShapes(stream: 1, shapes: shapes))),
        DerivedLeaf(
          leaf: 1,
          rule: .shapes(
            KeyShapes(
              stream: 2, shapes: [KeyShape(weight: 1, places: ["123456789", "0123456789"])]))),
        DerivedLeaf(
          leaf: 2,
          rule: .sequence(
            KeySequence(prefix: "A-", start: -2, step: 3, width: 4, suffix: "/é"))),
        DerivedLeaf(
          leaf: 5,
          rule: .sum(
            terms: [.init(leaf: 3, factor: 2), .init(leaf: 4, factor: -1)], constant: 1)),
        DerivedLeaf(leaf: 6, rule: .sum(terms: date, constant: -3 * day)),
        DerivedLeaf(leaf: 10, rule: .sum(terms: time, constant: -3 * day)),
        DerivedLeaf(leaf: 11, rule: .digit(leaf: 3, offset: 0, unit: 1_000, count: 10)),
        DerivedLeaf(
          leaf: 13,
          rule: .lookup(
            leaf: 12,
            table: LookupTable(keys: .numbers([0, 1]), values: .texts(texts), choices: [1, 2]))),
        DerivedLeaf(
          leaf: 14,
          rule: .lookup(
            leaf: 11,
            table: LookupTable(
              keys: .numbers([0, 1, 5, 9]), values: .numbers([0, 1]), choices: [1, 1, 2, 0]))),
        DerivedLeaf(leaf: 15, rule: .sum(terms: time, constant: -3 * day)),
        DerivedLeaf(leaf: 16, rule: .code(leaf: 9, shapes: codes)),
        DerivedLeaf(leaf: 17, rule: .greatest(of: [3, 4], factor: -2, plus: 5)),
        DerivedLeaf(leaf: 18, rule: .composed(label)),
        DerivedLeaf(
          leaf: 19,
          rule: .sumOrElse(
            terms: [.init(leaf: 3, factor: 1), .init(leaf: 4, factor: -1)], constant: 2,
            otherwise: 9)),
      ], hidden: [7, 8, 9])
  }
}
