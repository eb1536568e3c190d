import FakeGen
import Records
import Schema
import TestSupport
import Testing

@testable import Inference

/// Columns that follow from others.
@Suite struct RelationTests {
  /// Numbers that a seed repeats.
  private func draws(_ count: Int, _ range: ClosedRange<Int>, seed: UInt64) -> [Int] {
    var random = SplitMix(seed: seed)
    return (0..<count).map { _ in Int.random(in: range, using: &random) }
  }

  private func texts(_ numbers: [Int]) -> [String?] { numbers.map { String($0) } }

  /// Hundredths as a price.
  private func prices(_ numbers: [Int]) -> [String?] {
    numbers.map { FixedDecimal.text(Int64($0), decimals: 2) }
  }

  private func moments(_ seconds: [Int], _ layout: String = "%Y-%m-%d %H:%M:%S") throws -> [String?]
  {
    let layout = try #require(MomentLayout(checked: layout))
    return seconds.map { layout.text(Int64($0)) }
  }

  // MARK: - Sums

  @Test func totals() throws {
    let (price, tax) = (draws(300, 100...9_999, seed: 1), draws(300, 5...500, seed: 2))
    let table = try makeTable([
      ("price", prices(price)), ("net tax", prices(tax)), ("total", prices(zip(price, tax).map(+))),
    ])
    let plan = try TablePlan(table: table)
    #expect(plan.kind("total") == "sum: price + \"net tax\"")
    #expect(
      plan.schema.derived
        == [
          RuledLeaf(
            leaf: 2,
            rule: .sum(terms: [.init(leaf: 0, factor: 1), .init(leaf: 1, factor: 1)], constant: 0))
        ])
    // One row that is otherwise, and it is no sum.
    var other = zip(price, tax).map(+)
    other[170] += 1
    let broken = try TablePlan(
      table: makeTable([
        ("price", prices(price)), ("tax", prices(tax)), ("total", prices(other)),
      ]))
    #expect(broken.kind("total") == "after: price")
  }

  /// But for one row in a thousand a sum is one; in more rows it is worth a word.
  @Test func sumsWithExceptions() throws {
    let count = 3_000
    let (amount, paid) = (
      draws(count, 100_000...999_999, seed: 3), draws(count, 5...90_000, seed: 4)
    )
    let fees = draws(count, 0...9_999, seed: 5)
    func table(_ exceptions: Int) throws -> RawTable {
      var (left, all) = (zip(amount, paid).map(-), zip(sum(amount, paid), fees).map(+))
      for row in 0..<exceptions {
        left[(row * 31 + 7) % count] += 2
        all[(row * 29 + 3) % count] -= 1
      }
      return try makeTable([
        ("amount", prices(amount)), ("paid", prices(paid)), ("left", prices(left)),
        ("fees", prices(fees)), ("all", prices(all)),
      ])
    }
    func sum(_ amount: [Int], _ paid: [Int]) -> [Int] { zip(amount, paid).map { $0 + 2 * $1 } }
    let nearly = try TablePlan(table: table(3))
    #expect(nearly.kind("left") == "sum: amount - paid")
    #expect(nearly.choices[2].why.hasSuffix("equals amount - paid but in 3 rows"))
    #expect(nearly.warnings.isEmpty)
    let mostly = try TablePlan(table: table(90))
    #expect(mostly.kind("left") != "sum: amount - paid")
    let warning = try #require(mostly.warnings.first { $0.column == "left" })
    #expect(warning.text.hasPrefix("equals amount - paid in 97 % of the rows"))
    #expect(warning.text.hasSuffix("say --kind \"left=sum: amount - paid\""))
    var options = InferenceOptions()
    try options.addKind("left=sum: amount - paid")
    #expect(try TablePlan(table: table(90), options: options).kind("left") == "sum: amount - paid")
    #expect(try TablePlan(table: table(900)).warnings.isEmpty)
  }

  @Test func totalsOfThree() throws {
    let parts = (0..<3).map { draws(300, 1...(900 >> $0), seed: UInt64(20 + $0)) }
    let total = (0..<300).map { row in parts.reduce(0) { $0 + $1[row] } + 5 }
    let table = try makeTable([
      ("total", prices(total)), ("net", prices(parts[0])), ("tax", prices(parts[1])),
      ("shipping", prices(parts[2])),
    ])
    #expect(try TablePlan(table: table).kind("total") == "sum: net + tax + shipping + 0.05")
    // Two and two: what spreads most is solved for.
    let paid = zip(total, parts[2]).map { $0 - $1 }
    let other = try makeTable([
      ("paid", prices(paid)), ("refund", prices(parts[2])), ("net", prices(parts[0])),
      ("tax", prices(zip(parts[1], parts[2]).map(+))),
    ])
    #expect(try TablePlan(table: other).kind("paid") == "sum: -refund + net + tax + 0.05")
  }

  @Test func whatSpreadsMostIsSolvedFor() throws {
    let (net, tax) = (draws(300, 1...5_000, seed: 3), draws(300, 1...90, seed: 4))
    let table = try makeTable([
      ("gross", texts(zip(net, tax).map(+))), ("net", texts(net)), ("tax", texts(tax)),
    ])
    let plan = try TablePlan(table: table)
    #expect(plan.kind("gross") == "sum: net + tax")
    #expect(plan.kind("tax") == "number decimals:0")
  }

  @Test func nightsBetweenDates() throws {
    let (day, nights) = (draws(300, 19_000...19_700, seed: 5), draws(300, 1...14, seed: 6))
    let table = try makeTable([
      ("from", try moments(day.map { $0 * 86_400 }, "%Y-%m-%d")), ("nights", texts(nights)),
      ("until", try moments(zip(day, nights).map { ($0 + $1) * 86_400 }, "%d.%m.%Y")),
    ])
    let plan = try TablePlan(table: table)
    #expect(plan.kind("until") == "sum: from + 86400*nights")
    let records = try plan.records(of: table)
    let derived = DerivedValues(schema: plan.schema)
    for record in records { #expect(derived.recomputed(record) == record) }
  }

  @Test func claimsThatDoNotHoldAreTold() throws {
    let (price, tax) = (draws(300, 100...9_999, seed: 1), draws(300, 5...500, seed: 2))
    var total = zip(price, tax).map(+)
    total[10] += 1
    total[70] += 1
    let table = try makeTable([
      ("price", prices(price)), ("tax", prices(tax)), ("total", prices(total)),
    ])
    var options = InferenceOptions()
    try options.addKind("total=sum: price + tax")
    let plan = try TablePlan(table: table, options: options)
    let warning = try #require(plan.warnings.first { $0.column == "total" })
    #expect(
      warning.text.hasPrefix("2 of 300 rows are not as its kind says, the first at"), "\(warning)")
    #expect(plan.choices[2].why.hasSuffix("equals price + tax but in 2 rows"))
  }

  @Test func differencesUnitsAndConstants() throws {
    let (revenue, cost) = (draws(300, 1...5_000, seed: 3), draws(300, 1...5_000, seed: 4))
    let table = try makeTable([
      ("revenue", texts(revenue)), ("cost", texts(cost)),
      ("profit", prices(zip(revenue, cost).map { 100 * ($0 - $1) + 250 })),
      ("cents", texts(revenue.map { 100 * $0 - 7 })), ("again", texts(cost)),
      ("falling", texts(cost.map { 5_001 - $0 })),
    ])
    let plan = try TablePlan(table: table)
    #expect(plan.kind("profit") == "sum: revenue - cost + 2.5")
    #expect(plan.kind("cents") == "sum: 100*revenue - 7")
    #expect(plan.kind("again") == "sum: cost")
    #expect(plan.kind("falling") == "sum: -cost + 5001")
    #expect(Set(plan.schema.root.leaves) == [0, 1])
  }

  /// Nothing in a sum is nothing in the total, and the other way round.
  @Test func nullsOfSums() throws {
    let (left, right) = (texts(draws(300, 1...999, seed: 5)), texts(draws(300, 1...999, seed: 6)))
    let some = left.enumerated().map { $0.offset % 7 == 0 ? nil : $0.element }
    func sum(_ left: [String?], _ right: [String?]) -> [String?] {
      zip(left, right).map { pair in
        pair.0.flatMap { Int($0) }.flatMap { left in
          pair.1.flatMap { Int($0) }.map { "\(left + $0)" }
        }
      }
    }
    let plan = try TablePlan(
      table: makeTable([("a", some), ("b", right), ("c", sum(some, right))]))
    #expect(plan.kind("c") == "sum: a + b")
    #expect(plan.schema.leaves[2].isOptional)
    let zeros = sum(some, right).map { $0 ?? "0" }
    let other = try TablePlan(table: makeTable([("a", some), ("b", right), ("c", zeros)]))
    #expect(other.kind("c") == "after: a")
  }

  @Test func momentsAndSpans() throws {
    let start = draws(300, 1_500_000_000...1_600_000_000, seed: 7)
    let span = draws(300, 60...90_000, seed: 8)
    let table = try makeTable([
      ("start", moments(start)), ("seconds", texts(span)),
      ("end", moments(zip(start, span).map(+))),
      ("unix", texts(start)),
    ])
    let plan = try TablePlan(table: table)
    #expect(plan.kind("end") == "sum: start + seconds")
    #expect(plan.kind("unix") == "sum: start")
  }

  // MARK: - Digits

  @Test func hoursAndMinutes() throws {
    let time = draws(400, 0...1_439, seed: 9).map { $0 / 60 * 100 + $0 % 60 }
    let table = try makeTable([
      ("hour", texts(time.map { $0 / 100 })), ("time", texts(time)),
      ("minute", texts(time.map { $0 % 100 })),
    ])
    let plan = try TablePlan(table: table)
    #expect(plan.kind("hour") == "digit: time / 100")
    #expect(plan.kind("minute") == "digit: time / 1 % 100")
    #expect(plan.schema.derived.map(\.leaf) == [0, 2])
    #expect(plan.schema.root.leaves == [1])
  }

  @Test func partsOfMoments() throws {
    let when = draws(800, 1_500_000_000...1_600_000_000, seed: 10)
    let weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    let table = try makeTable([
      ("when", moments(when)), ("hour", texts(when.map { $0 / 3_600 % 24 })),
      ("dow", texts(when.map { ($0 / 86_400 + 3) % 7 })),
      ("name", when.map { weekdays[($0 / 86_400 + 3) % 7] }),
    ])
    let plan = try TablePlan(table: table)
    #expect(plan.kind("hour") == "digit: when / 3600 % 24")
    #expect(plan.kind("dow") == "digit: when + 259200 / 86400 % 7")
    #expect(plan.kind("name") == "calendar: when.weekday")
  }

  // MARK: - Tables

  @Test func categoriesThatDetermineOthers() throws {
    let towns = ["Rome", "Oslo", "Lima", "Bonn"]
    let town = draws(300, 0...3, seed: 11)
    let table = try makeTable([
      ("country", town.map { ["Italy", "Norway", "Peru", "Germany"][$0] }),
      ("continent", town.map { ["Europe", "Europe", "America", "Europe"][$0] }),
      ("town", town.map { $0 == 2 ? nil : towns[$0] }),
      ("height", texts(town.map { [21, 23, 154, 60][$0] })),
    ])
    let plan = try TablePlan(table: table)
    #expect(plan.kind("country") == "category")
    #expect(plan.kind("continent") == "lookup: country")
    #expect(plan.kind("town") == "lookup: country")
    #expect(plan.kind("height") == "lookup: country")
    #expect(plan.schema.root.leaves == [0])
    let rule = try #require(plan.schema.derived.first { $0.leaf == 2 }?.rule)
    guard case .lookup(0, let entries) = rule else {
      Issue.record("expected a table")
      return
    }
    #expect(entries.contains(.init(key: .text("Peru"), value: .null)))
    #expect(entries.count == 4)
  }

  /// Pairs that few rows have are in no table.
  @Test func rarePairsAreNoTable() throws {
    let key = (0..<104).map { $0 < 100 ? "k\($0 % 4)" : "rare" }
    let value = key.map { $0 == "k1" || $0 == "rare" ? "x" : "y" }
    let plan = try TablePlan(table: makeTable([("key", key), ("value", value)]))
    #expect(plan.kind("value") == "category")
    let more = try TablePlan(table: makeTable([("key", key + ["rare"]), ("value", value + ["x"])]))
    #expect(more.kind("value") == "lookup: key")
  }

  // MARK: - Intervals

  @Test func endsAfterStarts() throws {
    let start = draws(300, 17_000...18_500, seed: 12)
    let days = draws(300, 0...30, seed: 13)
    let (first, last) = (
      try moments(start.map { 86_400 * $0 }, "%Y-%m-%d"),
      try moments(zip(start, days).map { 86_400 * ($0 + $1) }, "%Y-%m-%d")
    )
    let open = last.enumerated().map { $0.offset % 5 == 0 ? nil : $0.element }
    let plan = try TablePlan(table: makeTable([("end", open), ("start", first)]))
    #expect(plan.kind("end") == "after: start")
    #expect(plan.kind("start") == "date %Y-%m-%d")
    #expect(plan.schema.derived.map(\.leaf) == [1, 0])
    let difference = try #require(
      plan.schema.hidden.first { plan.schema.leaves[$0.leaf].path == "end_difference" })
    #expect(
      difference.rule
        == .sum(terms: [.init(leaf: 0, factor: 1), .init(leaf: 1, factor: -1)], constant: 0))
    // Once before it, and it is none.
    var other = last
    other[17] = "1999-01-01"
    #expect(
      try TablePlan(table: makeTable([("end", other), ("start", first)])).kind("end")
        == "date %Y-%m-%d")
  }

  /// Prices of days: the highest is below neither the first nor the last one.
  private func prices(_ count: Int) -> (open: [Int], close: [Int], high: [Int], low: [Int]) {
    let open = draws(count, 100_000...999_999, seed: 61)
    let close = zip(open, draws(count, -2_000...2_000, seed: 62)).map(+)
    let high = zip(zip(open, close).map(max), draws(count, 0...900, seed: 63)).map(+)
    let low = zip(zip(open, close).map(min), draws(count, 0...900, seed: 65)).map(-)
    return (open, close, high, low)
  }

  /// All bounds are kept that do not follow from others.
  @Test func severalBounds() throws {
    let count = 400
    let (open, close, high, low) = prices(count)
    let top = zip(high, draws(count, 0...900, seed: 64)).map(+)
    let table = try makeTable([
      ("top", prices(top)), ("open", prices(open)), ("close", prices(close)),
      ("high", prices(high)), ("low", prices(low)),
    ])
    let plan = try TablePlan(table: table)
    #expect(plan.kind("top") == "after: high")
    #expect(["after: open close", "after: close open"].contains(plan.kind("high")))
    #expect(plan.kind("open") == "after: low" && plan.kind("close") == "after: low")
    #expect(plan.kind("low") == "number decimals:2")
    #expect(plan.warnings.isEmpty)
    #expect(
      plan.choices[3].why.hasSuffix("never below 'open', 'close'")
        || plan.choices[3].why.hasSuffix("never below 'close', 'open'"))
    // What is modelled gives the columns back, and the message its kinds.
    let records = try plan.records(of: table)
    let derived = DerivedValues(schema: plan.schema)
    for record in records { #expect(derived.recomputed(record) == record) }
    #expect(try plan.readBack(table).schema == plan.schema)
    for record in records {
      // Any difference that is not below 0 keeps them.
      var changed = record
      for leaf in plan.schema.hidden.map(\.leaf) { changed.values[leaf] = .integer(0) }
      let values = derived.recomputed(changed).values
      #expect(values[3] == values[1] && values[1] == values[4] && values[0] == values[3])
    }
  }

  /// Of more bounds than are kept the farthest are told.
  @Test func boundsThatAreNotKeptAreTold() throws {
    let count = 400
    let days = (0..<6).map { draws(count, 19_000...19_900, seed: UInt64(70 + $0)) }
    let most = (0..<count).map { row in days.map { $0[row] }.max() ?? 0 }
    let all = zip(most, draws(count, 0...90, seed: 77)).map(+)
    let table = try makeTable(
      (days + [all]).enumerated().map { place, days in
        (place < 6 ? "p\(place)" : "all", try moments(days.map { $0 * 86_400 }, "%Y-%m-%d"))
      })
    let plan = try TablePlan(table: table)
    guard case .after(let kept)? = plan.choices.last?.kind else {
      Issue.record("\(plan.choices)")
      return
    }
    #expect(kept.count == 4)
    let warning = try #require(plan.warnings.first)
    #expect(plan.warnings.count == 1 && warning.column == "all")
    let others = (0..<6).map { "p\($0)" }.filter { !kept.contains($0) }
    #expect(warning.text.hasPrefix("never below '"))
    #expect(others.allSatisfy { warning.text.split(separator: ";")[0].contains("'\($0)'") })
    #expect(warning.text.hasSuffix(": 4 bounds are kept at most"))
    var options = InferenceOptions()
    try options.addKind("all=after: p0 p1 p2 p3 p4 p5")
    let asked = try TablePlan(table: table, options: options)
    #expect(asked.kind("all") == "after: p0 p1 p2 p3 p4 p5" && asked.warnings.isEmpty)
  }

  /// That a number is below one of another size tells nothing.
  @Test func sizesAreNoIntervals() throws {
    let plan = try TablePlan(
      table: makeTable([
        ("age", texts(draws(300, 18...90, seed: 14))),
        ("income", texts(draws(300, 900...90_000, seed: 15))),
      ]))
    #expect(plan.kind("age") == "number decimals:0")
    #expect(plan.kind("income") == "number decimals:0")
    let low = draws(300, 1...500, seed: 16)
    let ordered = try TablePlan(
      table: makeTable([
        ("low", texts(low)), ("high", texts(zip(low, draws(300, 0...40, seed: 17)).map(+))),
      ]))
    #expect(ordered.kind("high") == "after: low")
  }

  // MARK: - As asked for

  @Test func relationsAsAskedFor() throws {
    let town = draws(200, 0...3, seed: 18)
    let table = try makeTable([
      ("a", texts(draws(200, 0...9, seed: 19))), ("b", texts(draws(200, 0...9, seed: 20))),
      ("c", texts(draws(200, 0...9, seed: 21))), ("town", town.map { "t\($0)" }),
      ("zone", town.enumerated().map { "z\($0.offset == 5 ? 9 : $0.element / 2)" }),
    ])
    var options = InferenceOptions()
    for text in ["c=sum: a - b", "zone=lookup: town"] { try options.addKind(text) }
    let plan = try TablePlan(table: table, options: options)
    #expect(plan.schema.derived.map(\.leaf) == [2, 4])
    // c is no difference of the others in most rows, and generated as one.
    #expect(plan.warnings.map(\.column) == ["c", "zone"])
    options.kinds["a"] = try Kind("sum: c")
    #expect(throws: InferenceError.circle(columns: ["a", "c"])) {
      try TablePlan(table: table, options: options)
    }
  }

  /// What is looked up by the time of a moment goes with the time that is printed: no moment is moved to
  /// the table's last one, but may lie beyond it.
  @Test func lookedUpPartsAreKept() throws {
    let days = draws(600, 15_000...16_000, seed: 31)
    let last = 86_400 * 16_003 + 80_410
    let ends = days.enumerated().map { $0.offset % 6 == 0 ? last : 86_400 * $0.element }
    let table = try makeTable([
      ("end", try moments(ends)), ("observed", ends.map { $0 == last ? "no" : "yes" }),
    ])
    let plan = try TablePlan(table: table)
    #expect(plan.kind("observed") == "lookup: end.time")
    var record = try plan.records(of: table)[0]
    let time = try #require(plan.schema.leaves.firstIndex { $0.path == "end_time" })
    record.values[time] = .integer(0)
    record = DerivedValues(schema: plan.schema).recomputed(record)
    #expect(record.values[0] == .integer(Int64(86_400 * 16_003)))
    let weekday = try #require(plan.schema.leaves.firstIndex { $0.path == "end_weekday" })
    record.values[weekday] = .integer(6)
    record = DerivedValues(schema: plan.schema).recomputed(record)
    #expect(record.values[1] == .text("yes"))
    guard case .integer(let units) = record.values[0] else {
      Issue.record("expected a moment")
      return
    }
    #expect(units > last && units % 86_400 == 0)
    // Without what is looked up the last moment is the last one.
    let other = try TablePlan(table: makeTable([("end", try moments(ends))]))
    #expect(
      other.schema.derived.map(\.rule).contains { rule in
        if case .sum(_, _, let limits?) = rule { limits.greatest == Int64(last) } else { false }
      })
  }

  /// Sums of three are found among many columns, and of more it is told that they were not looked for.
  @Test func manyColumns() throws {
    func table(_ others: Int) throws -> RawTable {
      let parts = (0..<3).map { draws(60, 1...(900 >> $0), seed: UInt64(40 + $0)) }
      let total = (0..<60).map { row in parts.reduce(0) { $0 + $1[row] } }
      return try makeTable(
        [("total", texts(total)), ("a", texts(parts[0])), ("b", texts(parts[1]))]
          + [("c", texts(parts[2]))]
          + (0..<others).map { ("x\($0)", texts(draws(60, 1...50, seed: UInt64(100 + $0)))) })
    }
    let many = try TablePlan(table: table(66))
    #expect(many.kind("total") == "sum: a + b + c")
    #expect(
      many.warnings.map(\.text) == [
        "products were not looked for among 70 number columns, 40 at most; say them with --kind, or "
          + "leave columns out with --exclude"
      ])
    let more = try TablePlan(table: table(198))
    #expect(more.warnings.contains { $0.text.hasPrefix("sums of three were not looked for") })
  }

  // MARK: - Any table

  /// In tables of many relations each derived leaf, computed anew from what is modelled, is what the
  /// table has, and each value is in the bins or among the known values.
  @Test(arguments: 1...12)
  func recomputedRecordsAreTheTable(seed: Int) throws {
    var random = SplitMix(seed: UInt64(seed))
    let count = 250 + 40 * seed
    func draws(_ range: ClosedRange<Int>) -> [Int] {
      (0..<count).map { _ in Int.random(in: range, using: &random) }
    }
    func some(_ values: [String?]) -> [String?] {
      values.map { Int.random(in: 0..<9, using: &random) == 0 ? nil : $0 }
    }
    let (a, b, when) = (draws(-500...500), draws(0...100_000), draws(0...2_000_000_000))
    let kinds = draws(0...5)
    let table = try makeTable([
      ("id", (0..<count).map { "K-\(5 * $0)" }), ("a", texts(a)), ("b", prices(b)),
      ("c", prices(zip(a, b).map { 100 * $0 + $1 })),
      ("hundreds", texts(b.map { $0 / 100 })),
      ("steps", texts(draws(0...400).map { 25 * $0 - 1_000 })),
      ("some", some(texts(draws(0...3_000)))), ("kind", kinds.map { "kind \($0)" }),
      ("half", kinds.map { $0 == 3 ? nil : $0 < 3 ? "low" : "high" }),
      ("day", some(try moments(when, "%-d.%-m.%Y"))), ("when", try moments(when)),
      ("later", some(try moments(zip(when, draws(0...5_000_000)).map(+)))),
      ("month", try moments(when, "%b %Y")),
      ("time", some(try moments(when.map { $0 % 86_400 / 900 * 900 }, "%-I:%M %p"))),
      ("constant", texts(Array(repeating: 7, count: count))),
      ("nothing", Array(repeating: nil, count: count)),
      ("text", (0..<count).map { "text \($0 * 7 % 31) \(String(repeating: "a", count: $0 % 9))" }),
    ])
    let plan = try TablePlan(table: table)
    let records = try plan.records(of: table)
    let derived = DerivedValues(schema: plan.schema)
    let positions = Dictionary(uniqueKeysWithValues: table.header.enumerated().map { ($1, $0) })
    #expect(
      Set(plan.schema.root.leaves + plan.schema.derived.map(\.leaf))
        == Set(plan.schema.leaves.indices))
    #expect(Set(plan.schema.root.leaves).isDisjoint(with: plan.schema.derived.map(\.leaf)))
    for (row, record) in records.enumerated() {
      #expect(derived.recomputed(record) == record)
      for leaf in plan.schema.columns {
        let kind = plan.schema.leaves[leaf].kind
        let position = try #require(positions[plan.schema.leaves[leaf].column])
        let text = table.column(position).text(row)
        switch (record.values[leaf], kind) {
        case (.null, _): #expect(text == nil)
        case (.text(let value), _): #expect(text == value)
        case (.integer(let units), .moment(let layout)):
          #expect(MomentLayout(checked: layout)?.text(units) == text)
        case (.integer(let units), _): #expect(text.flatMap { Int64($0) } == units)
        case (.real(let value), _): #expect(text.flatMap(Double.init) == value)
        case (.choice, _), (.list, _): Issue.record("there are no choices or lists")
        }
      }
      for node in plan.schema.root.children {
        guard case .number(let leaf, let bins) = node,
          case .integer(let units) = record.values[leaf]
        else { continue }
        let place = bins.place(of: units)
        #expect(bins.bins[place.bin][place.cell].contains(units))
      }
    }
  }

  /// The same table gives the same plan, and so do its columns in any other run.
  @Test func plansRepeat() throws {
    let table = try makeTable([
      ("a", texts(draws(9_000, 0...900, seed: 22))), ("b", texts(draws(9_000, 0...900, seed: 23))),
      ("c", draws(9_000, 0...9, seed: 24).map { "c\($0)" }),
    ])
    let (one, two) = (try TablePlan(table: table), try TablePlan(table: table))
    #expect(one.schema == two.schema)
    #expect(one.order == two.order)
    #expect(one.knownValues == two.knownValues)
  }
}
