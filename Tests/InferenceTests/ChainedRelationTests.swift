import FakeGen
import Records
import Schema
import TestSupport
import Testing

@testable import Inference

/// Columns that follow from what follows from others itself, totals of many, tables but for rare values.
@Suite struct ChainedRelationTests {
  private func draws(_ count: Int, _ range: ClosedRange<Int>, seed: UInt64) -> [Int] {
    var random = SplitMix(seed: seed)
    return (0..<count).map { _ in Int.random(in: range, using: &random) }
  }

  private func dates(_ days: [Int]) throws -> [String?] {
    let layout = try #require(MomentLayout(checked: "%Y-%m-%d"))
    return days.map { layout.text(86_400 * Int64($0)) }
  }

  /// Every row comes out of the plan as it went in.
  private func plan(
    _ table: RawTable, _ kinds: String..., ofFirst rows: Int? = nil
  ) throws -> TablePlan {
    var options = InferenceOptions()
    for kind in kinds { try options.addKind(kind) }
    let plan = try TablePlan(table: table, options: options)
    let derived = DerivedValues(schema: plan.schema)
    for record in try plan.records(of: table).prefix(rows ?? .max) {
      #expect(derived.recomputed(record) == record)
    }
    #expect(try plan.readBack(table).schema == plan.schema)
    return plan
  }

  /// An end of an interval has a weekday, and another end follows from it.
  @Test func endsThatOthersFollowFrom() throws {
    let booked = draws(400, 19_000...19_400, seed: 1)
    let arrival = zip(booked, draws(400, 0...60, seed: 2)).map(+)
    let nights = draws(400, 1...9, seed: 3)
    let names = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    let table = try makeTable([
      ("booked", try dates(booked)), ("arrival", try dates(arrival)),
      ("nights", nights.map(String.init)), ("departure", try dates(zip(arrival, nights).map(+))),
      ("weekday", arrival.map { names[($0 + 3) % 7] }),
    ])
    for kinds in [[], ["arrival=after: booked"]] {
      let plan = try kinds.isEmpty ? plan(table) : plan(table, kinds[0])
      // The one follows from the other.
      let ends = [plan.kind("arrival"), plan.kind("departure")]
      #expect(ends.contains("after: booked"))
      if !kinds.isEmpty { #expect(ends[0] == "after: booked") }
      #expect(
        ends.contains("sum: arrival + 86400*nights")
          || ends.contains("sum: -86400*nights + departure"))
      #expect(plan.kind("weekday") == "calendar: arrival.weekday")
    }
  }

  /// The total of a week, what follows from it, and the year's of quarters.
  @Test func totalsOfMany() throws {
    let days = (0..<5).map { draws(300, 0...9, seed: UInt64(10 + $0)) }
    let quarters = (0..<4).map { draws(300, 100...999, seed: UInt64(20 + $0)) }
    let rate = draws(300, 20...90, seed: 30)
    func sums(_ parts: [[Int]]) -> [Int] {
      (0..<300).map { row in parts.reduce(0) { $0 + $1[row] } }
    }
    let total = sums(days)
    var columns: [(String, [Int])] = zip(["mon", "tue", "wed", "thu", "fri"], days).map { ($0, $1) }
    columns += [("total", total), ("rate", rate), ("pay", zip(total, rate).map(*))]
    columns += zip(["q1", "q2", "q3", "q4"], quarters).map { ($0, $1) }
    columns += [("year", sums(quarters))]
    let table = try makeTable(columns.map { ($0, $1.map(String.init)) })
    for plan in [
      try plan(table), try plan(table, "total=sum: mon + tue + wed + thu + fri"),
    ] {
      #expect(plan.kind("total") == "sum: mon + tue + wed + thu + fri")
      #expect(plan.kind("pay") == "product: total * rate")
      #expect(plan.kind("year") == "sum: q1 + q2 + q3 + q4")
    }
  }

  /// A rare value, which is never made, does not keep others from determining a column.
  @Test func rareValuesAreNoExceptions() throws {
    let zips = draws(1_000, 0...19, seed: 40).map { "9\($0 + 1_000)" }
    let city = Dictionary(
      uniqueKeysWithValues: Set(zips).sorted().enumerated().map { ($1, ["A", "B", "C"][$0 % 3]) })
    func kind(rare: Int) throws -> String? {
      let others = (0..<rare).map { "8000\($0)" }
      let table = try makeTable([
        ("zip", zips + others), ("city", zips.map { city[$0] } + others.map { _ in "D" }),
      ])
      return try plan(table, ofFirst: zips.count).kind("city")
    }
    #expect(try kind(rare: 0) == "lookup: zip")
    #expect(try kind(rare: 3) == "lookup: zip")
    // So many might be made.
    #expect(try kind(rare: 25) == "category")
  }

  @Test func ratesOfTwoValues() throws {
    let net = draws(300, 100...99_999, seed: 50)
    let rates = draws(300, 0...1, seed: 51).map { [7, 19][$0] }
    let vat = zip(net, rates).map { ($0 * $1 + 50) / 100 }
    func text(_ cents: Int) -> String { FixedDecimal.text(Int64(cents), decimals: 2) }
    let table = try makeTable([
      ("net", net.map(text)), ("rate", rates.map(text)), ("vat", vat.map(text)),
    ])
    #expect(try plan(table).kind("vat") == "product: net * rate")
  }

  /// A tax of one rate, of a total that follows from others, with a row that was rounded otherwise.
  @Test func ratesOfOneValue() throws {
    let net = draws(1_200, 100...99_999, seed: 60)
    let fee = draws(1_200, 50...900, seed: 61)
    func text(_ cents: Int) -> String { FixedDecimal.text(Int64(cents), decimals: 2) }
    func kinds(_ change: Int) throws -> [String?] {
      let tax = net.enumerated().map { ($1 * 825 + 5_000) / 10_000 + ($0 == 70 ? change : 0) }
      let table = try makeTable([
        ("net", net.map(text)), ("fee", fee.map(text)), ("tax", tax.map(text)),
        ("total", zip(zip(net, fee).map(+), tax).map(+).map(text)),
      ])
      return ["tax", "total"].map(try plan(table, ofFirst: 70).kind)
    }
    #expect(try kinds(0) == ["product: net * 0.0825", "sum: net + fee + tax"])
    #expect(try kinds(1)[0] == "product: net * 0.0825")
    #expect(try kinds(0)[1] == "sum: net + fee + tax")
    let none = try makeTable([
      ("net", net.map(text)), ("other", draws(1_200, 10...9_000, seed: 62).map(text)),
    ])
    #expect(try plan(none).kind("other") == "number decimals:2")
  }
}
