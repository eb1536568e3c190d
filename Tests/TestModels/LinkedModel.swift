import FakeGen

/// A tiny model of three linked tables, its weights drawn from integers alone: shops, whose sales have
/// a price in dollars, and the parts of sales, which refer to a fourth table.
package struct LinkedModel {
  private static let embedding = 12
  private static let width = 10

  private var layers = HandMadeLayers(
    embedding: embedding, state: width, draws: RandomStream(seed: 9, row: 0, stream: 99))

  package static var bytes: [UInt8] {
    var model = LinkedModel()
    return model.content().encoded()
  }

  /// The model with its tables changed.
  package static func bytes(_ change: (inout LinkedTables) -> Void) -> [UInt8] {
    var model = LinkedModel()
    var content = model.content()
    if var tables = content.tables {
      change(&tables)
      content.tables = tables
    }
    return content.encoded()
  }

  private static func column(_ name: String, _ kind: ColumnKind = .integer) -> Column {
    Column(name: name, kind: kind, path: name, isOptional: false)
  }

  private static let parts = ListKind(
    schema: RowSchema(
      messageName: "",
      leaves: [
        column("count"), column("color", .enumeration(names: ["3", "14", "15"])),
        column("code", .text),
      ], columns: [0, 1, 2]),
    minimumCount: 0, maximumCount: 3, isMessage: true)

  private static let sales: ListKind = {
    var price = column("price", .real(decimals: 2))
    var dollars = NumberSpelling()
    dollars.prefix = Array("$".utf8)
    price.spelling = dollars
    return ListKind(
      schema: RowSchema(
        messageName: "",
        leaves: [column("number", .text), price, column("parts", .list(parts))],
        columns: [0, 1, 2]),
      minimumCount: 0, maximumCount: 4, isMessage: true)
  }()

  private static let schema = RowSchema(
    messageName: "test.Shop",
    leaves: [
      column("name", .boolean), column("id"), column("sales", .list(sales)),
    ], columns: [0, 1, 2])

  private static let tables = LinkedTables(tables: [
    .init(name: "shops", link: nil, key: 1),
    .init(
      name: "sales", link: .init(parent: 0, list: 2, column: "shop", place: 1), key: 0),
    .init(
      name: "parts", link: .init(parent: 1, list: 2, column: "sale", place: 0), key: 2,
      references: [.init(column: 1, table: "colors", key: "id", isInteger: true)]),
  ])

  private mutating func table(_ rows: Int) -> EmbeddingTable {
    EmbeddingTable(
      width: Self.embedding,
      vectors: Numbers((0..<rows * Self.embedding).map { _ in Int16(layers.integer(20_000)) }))
  }

  private mutating func number(
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

  private mutating func classes(_ leaf: Int, _ count: Int, stream: UInt32) -> DecoderModule {
    .categorical(
      CategoricalDecoder(
        stream: stream, leaf: leaf, softmax: layers.dense(Self.embedding, count, Format.logit),
        embedding: table(count)))
  }

  private mutating func list(
    _ leaf: Int, of schema: RowSchema, key: DerivedLeaf, stream: UInt32, _ child: TupleDecoder
  ) -> DecoderModule {
    guard case .list(let kind) = schema.leaves[leaf].kind else {
      preconditionFailure("the leaf is a list")
    }
    let decoder = RepeatedDecoder(
      stream: stream, leaf: leaf, schema: schema, rules: RowRules(derived: [key]),
      input: layers.dense(Self.embedding, Self.width, 11),
      continuation: RepeatedDecoder.Continuation(
        head: layers.dense(Self.width, 1, Format.preactivation),
        bias: Numbers(
          (kind.minimumCount..<kind.maximumCount).map { _ in Int16(layers.integer(4_000)) })),
      embedding: layers.dense(Self.width, Self.embedding, 11), child: .tuple(child),
      gru: layers.gru(), summary: layers.dense(Self.width, Self.embedding, 11))
    guard let decoder else { preconditionFailure("the leaf is a list") }
    return .repeated(decoder)
  }

  private mutating func summary() -> TupleDecoder.Summary {
    .dense(layers.dense(Self.width, Self.embedding, 11))
  }

  private mutating func content() -> ModelContent {
    let code = DerivedLeaf(
      leaf: 2,
      rule: .sequence(KeySequence(prefix: "P-", start: 7, step: 1, width: 4, suffix: "")))
    let sale = DerivedLeaf(
      leaf: 0,
      rule: .sequence(KeySequence(prefix: "S", start: 1, step: 2, width: 1, suffix: "")))
    let part = layers.tuple(
      [number(0, stream: 41, [1...1, 2...9]), classes(1, 3, stream: 42)],
      feedbackWidth: Self.embedding, summary: summary())
    let sales = layers.tuple(
      [
        number(1, stream: 31, [-50...0, 1...99_999]),
        list(2, of: Self.sales.schema, key: code, stream: 32, part),
      ], feedbackWidth: Self.embedding, summary: summary())
    let root = layers.tuple(
      [
        list(2, of: Self.schema, key: sale, stream: 22, sales),
        layers.categorical(0, classes: 2, stream: 21),
      ], feedbackWidth: Self.embedding)
    return ModelContent(
      provenance: ModelProvenance(), schema: Self.schema,
      rules: RowRules(
        derived: [
          DerivedLeaf(
            leaf: 1,
            rule: .sequence(KeySequence(prefix: "", start: 100, step: 1, width: 0, suffix: "")))
        ]),
      tables: Self.tables,
      network: layers.network(
        strings: nil, root: root,
        feedback: FeedbackFormat(kind: .state, width: Self.embedding, fractionBits: 12)))
  }
}
