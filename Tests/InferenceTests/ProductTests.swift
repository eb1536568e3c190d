import FakeGen
import Records
import Schema
import TestSupport
import Testing

@testable import Inference

/// Columns that are products, with shares that are taken off or added.
@Suite struct ProductTests {
  /// Lines of an order: prices in hundredths, discounts in percent of some, totals rounded.
  private struct Lines {
    var quantity: [Int]
    var price: [Int]
    var discount: [Int]
    var total: [Int]

    init(_ count: Int = 300, discounts: ClosedRange<Int> = 0...3) {
      var random = SplitMix(seed: 71)
      func draws(_ range: ClosedRange<Int>) -> [Int] {
        (0..<count).map { _ in Int.random(in: range, using: &random) }
      }
      (quantity, price) = (draws(1...10), draws(150...20_000))
      discount = draws(discounts).map { 5 * $0 }
      total = []
      for row in 0..<count {
        total.append((quantity[row] * price[row] * (100 - discount[row]) + 50) / 100)
      }
    }

    func table(_ discount: (Int) -> String) throws -> RawTable {
      try makeTable([
        ("quantity", quantity.map { String($0) }), ("price", price.map(hundredths)),
        ("discount", self.discount.map(discount)), ("total", total.map(hundredths)),
      ])
    }
  }

  @Test(
    arguments: [
      ("5%", "(1 - discount/100)"), ("5", "(1 - discount/100)"), ("0.05", "(1 - discount)"),
    ])
  func discounts(form: String, factor: String) throws {
    let table = try Lines().table { discount in
      switch form {
      case "5%": "\(discount)%"
      case "5": "\(discount)"
      default: hundredths(discount)
      }
    }
    let plan = try TablePlan(table: table)
    #expect(plan.kind("total") == "product: quantity * price * \(factor)")
    #expect(plan.kind("discount")?.hasPrefix("number decimals:") == true)
    #expect(plan.schema.ruleProblem == nil)
    // What is modelled is what is left, of which both follow.
    #expect(plan.order.contains(ColumnPart("discount", .factor)))
    #expect(
      plan.schema.hidden == [
        RuledLeaf(leaf: 4, rule: .sum(terms: [.init(leaf: 2, factor: -1)], constant: 100))
      ])
    #expect(
      plan.schema.derived == [
        RuledLeaf(leaf: 2, rule: .sum(terms: [.init(leaf: 4, factor: -1)], constant: 100)),
        RuledLeaf(leaf: 3, rule: .product(factors: [0, 1, 4], factor: 1, divisor: 100)),
      ])
    let derived = DerivedValues(schema: plan.schema)
    for record in try plan.records(of: table) { #expect(derived.recomputed(record) == record) }
    let again = try plan.readBack(table)
    #expect(again.schema == plan.schema && again.choices.map(\.kind) == plan.choices.map(\.kind))
  }

  /// A tax on top of what is a product itself, rounded twice; halves were rounded to even digits.
  @Test func taxesOnProducts() throws {
    let lines = Lines()
    var random = SplitMix(seed: 72)
    let rates = lines.price.map { _ in [0, 7, 19][Int.random(in: 0...2, using: &random)] }
    let net = zip(lines.quantity, lines.price).map(*)
    let gross = zip(net, rates).map { net, rate -> Int in
      let units = net * (100 + rate)
      return units % 200 == 50 ? units / 100 : (units + 50) / 100
    }
    let plan = try TablePlan(
      table: makeTable([
        ("quantity", lines.quantity.map { String($0) }), ("price", lines.price.map(hundredths)),
        ("net", net.map(hundredths)), ("vat", rates.map { "\($0)" }),
        ("gross", gross.map(hundredths)),
      ]))
    #expect(plan.kind("net") == "product: quantity * price")
    #expect(plan.kind("gross") == "product: net * (1 + vat/100)")
    #expect(zip(net, rates).contains { $0 * (100 + $1) % 200 == 50 })
  }

  /// But for one row in a thousand a product is one; in more rows it is worth a word.
  @Test func exceptions() throws {
    func table(_ exceptions: Int) throws -> RawTable {
      var lines = Lines(3_000)
      for row in 0..<exceptions { lines.total[(row * 31 + 7) % 3_000] += 2 }
      return try lines.table { "\($0)%" }
    }
    let nearly = try TablePlan(table: table(3))
    #expect(nearly.kind("total") == "product: quantity * price * (1 - discount/100)")
    #expect(nearly.choices[3].why.hasSuffix("but in 3 rows") && nearly.warnings.isEmpty)
    let mostly = try TablePlan(table: table(90))
    #expect(mostly.kind("total") == "number decimals:2")
    let warning = try #require(mostly.warnings.first { $0.column == "total" })
    #expect(
      warning.text.hasPrefix("equals quantity * price * (1 - discount/100) in 97 % of the rows"))
    let kind = "total=product: quantity * price * (1 - discount/100)"
    #expect(warning.text.hasSuffix("say --kind \"\(kind)\""))
    var options = InferenceOptions()
    try options.addKind(kind)
    let asked = try TablePlan(table: table(90), options: options)
    #expect(asked.choices[3].why.hasSuffix("but in 90 rows"))
    #expect(try TablePlan(table: table(900)).warnings.isEmpty)
  }

  /// Where hardly a row has a share, and where quantities are mostly one, it is no wonder that rows are
  /// as a product says.
  @Test func whatIsNoWonder() throws {
    var lines = Lines()
    lines.discount = lines.discount.indices.map { $0 < 4 ? 5 : 0 }
    for row in lines.total.indices {
      lines.total[row] = (lines.price[row] * (100 - lines.discount[row]) + 50) / 100
    }
    #expect(try TablePlan(table: lines.table { "\($0)%" }).kind("total")?.contains("1 -") == false)
    for row in lines.total.indices {
      lines.quantity[row] = row % 8 == 0 ? 2 + row % 5 : 1
      lines.total[row] = lines.price[row] + (row % 8 == 0 ? row : 0)
    }
    let plan = try TablePlan(table: lines.table { "\($0 * 7)" })
    #expect(plan.kind("total") == "after: price")
    #expect(plan.warnings.allSatisfy { !$0.text.contains("quantity * price") })
  }

  /// A share is modelled as one thing.
  @Test func sharesThatCannotBe() throws {
    let lines = Lines()
    let table = try makeTable([
      ("price", lines.price.map(hundredths)), ("rate", lines.discount.map { "\($0)" }),
      ("one", lines.total.map(hundredths)), ("other", lines.total.map { "\($0)" }),
    ])
    for kinds in [
      ["one=product: price * (1 - rate/100)", "other=product: price * (1 + rate/100)"],
      ["one=product: price * (1 - rate/100)", "rate=sum: other"],
    ] {
      var options = InferenceOptions()
      for kind in kinds { try options.addKind(kind) }
      let error = try #require(throws: InferenceError.self) {
        try TablePlan(table: table, options: options)
      }
      #expect(error.description.contains("unlike 'rate'"))
    }
  }
}

/// Hundredths with their point.
private func hundredths(_ units: Int) -> String { FixedDecimal.text(Int64(units), decimals: 2) }
