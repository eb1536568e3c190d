import FakeGen

/// A tiny model with lists, its weights drawn from integers alone: of messages with a number, what
/// follows from it, a class that may be absent and a list of their own; of classes, perhaps absent;
/// of three numbers each.
package struct ListModel {
  package static let embedding = 12
  static let width = 10

  var layers = HandMadeLayers(
    embedding: embedding, state: width, draws: RandomStream(seed: 8, row: 0, stream: 99))

  package static var bytes: [UInt8] {
    var model = ListModel()
    return model.content().encoded()
  }

  private static func number(_ name: String, _ kind: ColumnKind = .integer) -> Column {
    Column(name: name, kind: kind, path: name, isOptional: false)
  }

  private static let sizes = ListKind(
    schema: RowSchema(messageName: "", leaves: [number("value")], columns: [0]), minimumCount: 0,
    maximumCount: 3, isMessage: false)

  private static let items = ListKind(
    schema: RowSchema(
      messageName: "",
      leaves: [
        number("quantity"), number("price", .real(decimals: 2)),
        Column(name: "gift \"wrap\"", kind: .boolean, path: "gift", isOptional: false),
        Column(name: "sizes", kind: .list(sizes), path: "sizes", isOptional: false),
        Column(name: "size.width", kind: .integer, path: "size.width", isOptional: false),
      ], columns: [0, 1, 2, 3, 4]),
    minimumCount: 0, maximumCount: 4, isMessage: true)

  private static let tags = ListKind(
    schema: RowSchema(
      messageName: "",
      leaves: [number("value", .enumeration(names: ["RED", "BLUE", "GREEN"]))], columns: [0]),
    minimumCount: 1, maximumCount: 5, isMessage: false)

  private static let point = ListKind(
    schema: RowSchema(
      messageName: "", leaves: [number("value", .real(decimals: 1))], columns: [0]),
    minimumCount: 3, maximumCount: 3, isMessage: false)

  private static let schema = RowSchema(
    messageName: "test.Order",
    leaves: [
      number("ID"), Column(name: "ITEMS", kind: .list(items), path: "items", isOptional: false),
      Column(name: "TAGS", kind: .list(tags), path: "tags", isOptional: false),
      Column(name: "POINT", kind: .list(point), path: "point", isOptional: false),
      Column(name: "PAID", kind: .boolean, path: "paid", isOptional: false),
    ], columns: [0, 1, 2, 3, 4])

  mutating func table(_ rows: Int) -> EmbeddingTable {
    EmbeddingTable(
      width: Self.embedding,
      vectors: Numbers((0..<rows * Self.embedding).map { _ in Int16(layers.integer(20_000)) }))
  }

  mutating func number(
    _ leaf: Int, stream: UInt32, _ cells: [ClosedRange<Int64>]
  ) -> DecoderModule {
    .number(
      NumberDecoder(
        stream: stream, leaf: leaf,
        softmax: layers.dense(Self.embedding, cells.count, Format.logit), cells: nil,
        starts: Numbers((0...cells.count).map { UInt32($0) }),
        bounds: Numbers(cells.flatMap { [$0.lowerBound, $0.upperBound] }),
        embedding: table(cells.count)))
  }

  mutating func classes(_ leaf: Int, _ count: Int, stream: UInt32) -> DecoderModule {
    .categorical(
      CategoricalDecoder(
        stream: stream, leaf: leaf, softmax: layers.dense(Self.embedding, count, Format.logit),
        embedding: table(count)))
  }

  private mutating func optional(_ child: DecoderModule, stream: UInt32) -> DecoderModule {
    .optional(
      OptionalDecoder(
        stream: stream, presence: layers.dense(Self.embedding, 1, Format.preactivation),
        child: child, absent: table(1)))
  }

  mutating func list(
    _ leaf: Int, of schema: RowSchema, rules: RowRules = RowRules(), stream: UInt32,
    _ child: DecoderModule
  ) -> DecoderModule {
    guard case .list(let kind) = schema.leaves[leaf].kind else {
      preconditionFailure("the leaf is a list")
    }
    let lengths = kind.maximumCount - kind.minimumCount
    let decoder = RepeatedDecoder(
      stream: stream, leaf: leaf, schema: schema, rules: rules,
      input: layers.dense(Self.embedding, Self.width, 11),
      continuation: lengths == 0
        ? nil
        : RepeatedDecoder.Continuation(
          head: layers.dense(Self.width, 1, Format.preactivation),
          bias: Numbers((0..<lengths).map { _ in Int16(layers.integer(4_000)) })),
      embedding: layers.dense(Self.width, Self.embedding, 11), child: child,
      gru: layers.gru(), summary: layers.dense(Self.width, Self.embedding, 11))
    guard let decoder else { preconditionFailure("the leaf is a list") }
    return .repeated(decoder)
  }

  private mutating func content() -> ModelContent {
    let sizes = list(
      3, of: Self.items.schema, stream: 41, number(0, stream: 42, [1...1, 2...2, 3...9]))
    let item = TupleDecoder.Summary.dense(layers.dense(Self.width, Self.embedding, 11))
    let items = layers.tuple(
      [
        number(0, stream: 31, [1...1, 2...2, 3...12]),
        optional(classes(2, 2, stream: 32), stream: 33), sizes,
        optional(number(4, stream: 34, [5...5, 6...60]), stream: 35),
      ], feedbackWidth: Self.embedding, summary: item)
    let prices = RowRules(
      derived: [
        DerivedLeaf(
          leaf: 1, rule: .sum(terms: [.init(leaf: 0, factor: 150)], constant: -25, limits: nil))
      ])
    let flag = CategoricalDecoder(
      stream: 24, leaf: 4, softmax: layers.dense(Self.embedding, 2, Format.logit))
    let root = layers.tuple(
      [
        list(1, of: Self.schema, rules: prices, stream: 21, .tuple(items)),
        optional(
          list(2, of: Self.schema, stream: 22, classes(0, 3, stream: 51)), stream: 23),
        list(3, of: Self.schema, stream: 25, number(0, stream: 61, [-20 ... -1, 0...0, 1...500])),
        .categorical(flag),
      ], feedbackWidth: Self.embedding)
    var provenance = ModelProvenance()
    provenance.attribution = "Nobody"
    return ModelContent(
      provenance: provenance, schema: Self.schema,
      rules: RowRules(
        derived: [
          DerivedLeaf(
            leaf: 0,
            rule: .sequence(KeySequence(prefix: "", start: 1, step: 1, width: 0, suffix: "")))
        ]),
      network: layers.network(
        strings: nil, root: root,
        feedback: FeedbackFormat(kind: .state, width: Self.embedding, fractionBits: 12)))
  }
}
