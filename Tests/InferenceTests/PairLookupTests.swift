import FakeGen
import Records
import Schema
import TestSupport
import Testing

@testable import Inference

/// Columns that follow from two others together.
@Suite struct PairLookupTests {
  private let products = ["apple", "bread", "cheese", "dates", "eggs", "figs"]
  private let sizes = ["S", "M", "L", "XL"]

  /// Numbers that a seed repeats.
  private func draws(_ count: Int, _ range: ClosedRange<Int>, seed: UInt64) -> [Int] {
    var random = SplitMix(seed: seed)
    return (0..<count).map { _ in Int.random(in: range, using: &random) }
  }

  /// Rows of products and sizes in which some pairs never come.
  private func goods(_ count: Int, seed: UInt64) -> [(product: Int, size: Int)] {
    zip(draws(count, 0...5, seed: seed), draws(count, 0...3, seed: seed + 1)).map { pair in
      pair.0 == 5 && pair.1 > 1 ? (5, 0) : (pair.0, pair.1)
    }
  }

  /// Some pairs have the same, so that it does not tell them.
  private func price(_ product: Int, _ size: Int) -> String {
    FixedDecimal.text(Int64(199 + 50 * ((3 * product + 2 * size) % 11)), decimals: 2)
  }

  private func table(
    _ goods: [(product: Int, size: Int)], _ last: (String, [String?])
  ) throws -> RawTable {
    try makeTable([
      ("product", goods.map { products[$0.product] }), ("size", goods.map { sizes[$0.size] }), last,
    ])
  }

  private func pairs(_ plan: TablePlan, _ leaf: Int = 2) throws -> Rule.Pairs {
    let rule = try #require(plan.schema.derived.first { $0.leaf == leaf }?.rule)
    guard case .pairLookup(let pairs) = rule else {
      Issue.record("expected a table of pairs, found \(rule)")
      throw InferenceError.noColumns
    }
    return pairs
  }

  @Test func pricesOfProductsAndSizes() throws {
    let goods = goods(600, seed: 1)
    let table = try table(goods, ("price", goods.map { price($0.product, $0.size) }))
    let plan = try TablePlan(table: table)
    #expect(plan.kind("price") == "lookup: product size")
    let pairs = try pairs(plan)
    #expect(pairs.entries.count == 22)
    // Two pairs that never came get any price, which is drawn after all else.
    #expect(pairs.otherwise == 3)
    #expect(plan.order.last == ColumnPart("price", .otherwise))
    #expect(
      plan.schema.hidden == [
        RuledLeaf(leaf: 3, rule: .sum(terms: [.init(leaf: 2, factor: 1)], constant: 0))
      ])
    #expect(plan.schema.ruleProblem == nil)
    let derived = DerivedValues(schema: plan.schema)
    for record in try plan.records(of: table) { #expect(derived.recomputed(record) == record) }
  }

  /// Where there is no other pair nothing is to be drawn.
  @Test func wholeTablesNeedNoOther() throws {
    let (product, size) = (draws(900, 0...5, seed: 3), draws(900, 0...3, seed: 4))
    let goods = zip(product, size).map { (product: $0, size: $1) }
    let plan = try TablePlan(
      table: table(goods, ("price", goods.map { price($0.product, $0.size) })))
    #expect(plan.kind("price") == "lookup: product size")
    #expect(try pairs(plan).otherwise == nil)
    #expect(plan.schema.hidden.isEmpty && plan.schema.root.leaves.sorted() == [0, 1])
  }

  /// Texts, with nothing for some pairs and for some rows that have nothing in a source.
  @Test func textsAndNulls() throws {
    let goods = goods(800, seed: 5)
    let zones = ["north", "south", "east"]
    func zone(_ row: Int) -> String? {
      let (product, size) = goods[row]
      return (product + size) % 4 == 3 ? nil : zones[(product * size + product) % 3]
    }
    let table = try makeTable([
      ("product", goods.map { products[$0.product] }),
      ("size", goods.map { $0.size == 3 ? nil : sizes[$0.size] }),
      ("zone", goods.indices.map(zone)),
    ])
    let plan = try TablePlan(table: table)
    #expect(plan.kind("zone") == "lookup: product size")
    let pairs = try pairs(plan)
    #expect(pairs.seconds == [.null, .text("L"), .text("M"), .text("S")])
    #expect(pairs.values == [.text("east"), .text("north"), .text("south")])
    #expect(pairs.entries.contains { $0.value == nil })
    let otherwise = try #require(pairs.otherwise)
    #expect(plan.schema.leaves[otherwise].isOptional)
    let derived = DerivedValues(schema: plan.schema)
    for record in try plan.records(of: table) { #expect(derived.recomputed(record) == record) }
  }

  /// Booleans are numbers to a rule.
  @Test func booleans() throws {
    let goods = goods(700, seed: 6)
    let plan = try TablePlan(
      table: table(
        goods, ("sold", goods.map { ($0.product ^ $0.size) & 1 == 1 ? "true" : "false" })))
    #expect(plan.kind("sold") == "lookup: product size")
    #expect(try pairs(plan).values == [.integer(0), .integer(1)])
    let hidden = try #require(plan.schema.hidden.first)
    #expect(
      hidden.rule
        == .lookup(
          leaf: 2,
          entries: [
            .init(key: .integer(0), value: .integer(0)),
            .init(key: .integer(1), value: .integer(1)),
          ]))
    #expect(plan.schema.ruleProblem == nil)
  }

  /// Few pairs with two values are left to be learned; many mean that there is no table.
  @Test func fewPairsMayHaveSeveralValues() throws {
    let goods = goods(6_000, seed: 7)
    func plan(_ isOther: (Int) -> Bool) throws -> TablePlan {
      try TablePlan(
        table: table(
          goods.map { $0.product == 5 ? (5, 1) : $0 } + Array(repeating: (5, 3), count: 30),
          (
            "price",
            goods.indices.map { row in
              isOther(row)
                ? "9.99"
                : goods[row].product == 5 ? price(5, 1) : price(goods[row].product, goods[row].size)
            } + (0..<30).map { $0 < 9 ? "1.00" : "2.00" }
          )))
    }
    let some = try plan { _ in false }
    #expect(some.kind("price") == "lookup: product size")
    let pairs = try pairs(some)
    let (fig, large) = (
      pairs.firsts.firstIndex(of: .text("figs")), pairs.seconds.firstIndex(of: .text("XL"))
    )
    #expect(!pairs.entries.contains { $0.first == fig && $0.second == large })
    #expect(
      some.choices[2].why.contains("1 with several and 0 in few rows"), "\(some.choices[2].why)")
    #expect(try plan { $0 % 200 == 0 }.kind("price") == "number decimals:2")
  }

  /// What one column tells nearly, or what two tell by chance, is no table.
  @Test func chanceIsNoTable() throws {
    let goods = goods(900, seed: 9)
    let noise = draws(900, 0...99, seed: 11)
    for (name, values) in [
      ("free", draws(900, 0...2, seed: 12).map { "v\($0)" }),
      ("nearly", goods.indices.map { noise[$0] == 0 ? "x" : "t\(goods[$0].product)" }),
      ("rarely", noise.map { $0 == 0 ? "x" : "y" }),
    ] {
      #expect(try TablePlan(table: table(goods, (name, values))).kind(name) == "category")
    }
    // Each pair in a row or two.
    let many = draws(900, 0...60, seed: 13)
    let plan = try TablePlan(
      table: makeTable([
        ("a", many.map { "a\($0)" }), ("b", draws(900, 0...60, seed: 14).map { "b\($0)" }),
        ("c", draws(900, 0...3, seed: 15).map { "c\($0)" }),
      ]))
    #expect(plan.kind("c") == "category")
  }

  /// A pair that few rows have is not in the model, nor its price.
  @Test func rarePairsAreNotInTheTable() throws {
    let goods = goods(600, seed: 1) + Array(repeating: (5, 3), count: 4)
    let prices = goods.enumerated().map {
      $0.offset < 600 ? price($0.element.0, $0.element.1) : "77.77"
    }
    let four = try pairs(try TablePlan(table: table(goods, ("price", prices))))
    #expect(!four.values.contains(.integer(7_777)) && !four.entries.isEmpty)
    let five = try pairs(
      try TablePlan(table: table(goods + [(5, 3)], ("price", prices + ["77.77"]))))
    #expect(five.values.contains(.integer(7_777)) && five.entries.count == four.entries.count + 1)
  }

  /// Of lists' elements rows count, of which one may have many.
  @Test func elementsOfOneRowAreOne() throws {
    func column(_ values: [String]) throws -> NumberedValues {
      var typing = ColumnTyping(table: try makeTable([("x", values)]), options: InferenceOptions())
      return NumberedValues(try typing.type(0, wanted: .category))
    }
    let paired = PairedRows(
      try column(Array(repeating: "a", count: 6) + ["b"]),
      try column(Array(repeating: "c", count: 7)),
      try column(Array(repeating: "d", count: 7)), groups: [0, 0, 0, 1, 1, 1, 1])
    #expect(paired.pairs.map(\.rows) == [6, 1])
    #expect(paired.pairs.map(\.tableRows) == [2, 1])
    #expect(paired.toldRows(minimumCount: 2) == 6 && paired.toldRows(minimumCount: 3) == 0)
  }

  /// Of three columns of which two tell the third, the two with the fewest values do.
  @Test func theFewestPairsTell() throws {
    let goods = goods(600, seed: 1)
    let table = try makeTable([
      ("price", goods.map { price($0.product, $0.size) }), ("size", goods.map { sizes[$0.size] }),
      ("product", goods.map { products[$0.product] }),
    ])
    let plan = try TablePlan(table: table)
    #expect(plan.kind("price") == "lookup: size product")
    #expect(plan.kind("size") == "category" && plan.kind("product") == "category")
  }

  @Test func asAskedForAndBack() throws {
    let goods = goods(600, seed: 1)
    let noise = draws(600, 0...9, seed: 2)
    let table = try table(
      goods, ("price", goods.indices.map { noise[$0] == 0 ? "5.55" : price(goods[$0].product, 1) }))
    #expect(try TablePlan(table: table).kind("price") == "number decimals:2")
    var options = InferenceOptions()
    try options.addKind("price=lookup: product size")
    let plan = try TablePlan(table: table, options: options)
    #expect(plan.kind("price") == "lookup: product size")
    #expect(try plan.readBack(table).schema == plan.schema)
    #expect(try plan.readBack(table).order == plan.order)
    for kind in ["price=lookup: product weight", "price=lookup: price size"] {
      var options = InferenceOptions()
      try options.addKind(kind)
      #expect(throws: InferenceError.self) { try TablePlan(table: table, options: options) }
    }
    // A text that few rows have cannot be drawn.
    var texts = goods.map { "p\($0.product)" }
    texts[3] = "rare"
    options = InferenceOptions()
    try options.addKind("name=lookup: product size")
    let rare = try self.table(goods, ("name", texts))
    #expect(throws: InferenceError.self) { try TablePlan(table: rare, options: options) }
  }
}
