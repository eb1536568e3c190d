import FakeGen

/// A tiny model of documents, its weights drawn from integers alone: lists whose elements are distinct
/// and in order, a map, two alternatives and none, totals of lists and products of leaves.
package enum DocumentModel {
  private static let embedding = ListModel.embedding

  private static func column(_ path: String, _ kind: ColumnKind = .integer) -> Column {
    Column(name: path, kind: kind, path: path, isOptional: false)
  }

  /// Four elements at most, though three have all numbers that there are.
  package static let lines = ListKind(
    schema: RowSchema(
      messageName: "",
      leaves: [
        column("sku"), column("quantity"), column("price", .real(decimals: 2)),
        column("amount", .real(decimals: 2)),
      ], columns: [0, 1, 2, 3]),
    minimumCount: 0, maximumCount: 4, isMessage: true,
    rules: ListRules(distinct: [0], order: .init(leaf: 1, isDescending: true)))

  package static let marks = ListKind(
    schema: RowSchema(
      messageName: "",
      leaves: [column("key"), column("value", .enumeration(names: ["LOW", "HIGH"]))],
      columns: [0, 1]),
    minimumCount: 0, maximumCount: 3, isMessage: true, isMap: true,
    rules: ListRules(distinct: [0], absentCounts: [1]))

  private static func schema(_ lines: ListKind, _ marks: ListKind) -> RowSchema {
    RowSchema(
      messageName: "test.Basket",
      leaves: [
        column("lines", .list(lines)), column("marks", .list(marks)),
        column("total", .real(decimals: 1)), column("pay.card"), column("pay.cash", .boolean),
        column("choice"), column("count"),
      ], columns: [0, 1, 2, 3, 4, 6])
  }

  package static let rules = RowRules(
    derived: [
      DerivedLeaf(
        leaf: 2, rule: .total(list: 0, factors: [3], scale: .init(factor: 1, divisor: 10))),
      DerivedLeaf(
        leaf: 6, rule: .total(list: 0, factors: [], scale: .init(factor: 1, divisor: 1))),
    ], hidden: [5])

  package static let bytes: [UInt8] = content().encoded()

  private static func chosen(
    _ child: DecoderModule, by leaf: Int, _ choice: Int64, _ maker: inout ListModel
  ) -> DecoderModule {
    .chosen(
      ChosenDecoder(
        leaf: leaf, choice: choice, inputs: embedding, child: child, absent: maker.table(1)))
  }

  /// The model, or one that is as it may not be.
  package static func content(
    lines: ListKind = lines, marks: ListKind = marks, rules: RowRules = rules, chooser: Int = 5
  ) -> ModelContent {
    let schema = schema(lines, marks)
    var maker = ListModel()
    let skus = maker.number(0, stream: 31, [1...1, 2...2, 3...3])
    let quantities = maker.number(1, stream: 32, [1...1, 2...5, 6...40])
    let line = TupleDecoder.Summary.dense(maker.layers.dense(ListModel.width, embedding, 11))
    let lineTuple = maker.layers.tuple(
      [skus, quantities], feedbackWidth: embedding, summary: line)
    let prices = RowRules(
      derived: [
        DerivedLeaf(leaf: 2, rule: .sum(terms: [.init(leaf: 0, factor: 125)], constant: 24)),
        DerivedLeaf(
          leaf: 3, rule: .product(factors: [1, 2], scale: .init(factor: 1, divisor: 1))),
      ])
    let lists = maker.list(0, of: schema, rules: prices, stream: 21, .tuple(lineTuple))
    let keys = maker.number(0, stream: 41, [1...1, 2...9])
    let values = maker.classes(1, 2, stream: 42)
    let mark = TupleDecoder.Summary.dense(maker.layers.dense(ListModel.width, embedding, 11))
    let markTuple = maker.layers.tuple([keys, values], feedbackWidth: embedding, summary: mark)
    let maps = maker.list(1, of: schema, stream: 22, .tuple(markTuple))
    let choices = maker.number(5, stream: 23, [0...0, 1...1, 2...2])
    let card = chosen(maker.number(3, stream: 24, [0...0, 5...9]), by: chooser, 0, &maker)
    let flag = CategoricalDecoder(
      stream: 25, leaf: 4, softmax: maker.layers.dense(embedding, 2, Format.logit))
    let cash = DecoderModule.chosen(
      ChosenDecoder(leaf: 5, choice: 1, inputs: embedding, child: .categorical(flag)))
    let root = maker.layers.tuple([lists, choices, maps, card, cash], feedbackWidth: embedding)
    var provenance = ModelProvenance()
    provenance.attribution = "Nobody"
    return ModelContent(
      provenance: provenance, schema: schema,
      rules: rules,
      network: maker.layers.network(
        strings: nil, root: root,
        feedback: FeedbackFormat(kind: .state, width: embedding, fractionBits: 12)))
  }
}
