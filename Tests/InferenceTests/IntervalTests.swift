import FakeGen
import Records
import Schema
import TestSupport
import Testing

@testable import Inference

/// Ends whose start is missing in some rows, or is written otherwise.
@Suite struct IntervalTests {
  /// Numbers that a seed repeats.
  private func draws(_ count: Int, _ range: ClosedRange<Int>, seed: UInt64) -> [Int] {
    var random = SplitMix(seed: seed)
    return (0..<count).map { _ in Int.random(in: range, using: &random) }
  }

  private func texts(_ numbers: [Int]) -> [String?] { numbers.map { String($0) } }

  private func moments(_ seconds: [Int], _ layout: String) throws -> [String?] {
    let layout = try #require(MomentLayout(checked: layout))
    return seconds.map { layout.text(Int64($0) * layout.unitsPerSecond) }
  }

  /// What holds nothing in every n-th row from a first one on.
  private func without(_ values: [String?], _ first: Int, every step: Int) -> [String?] {
    values.enumerated().map { $0.offset % step == first ? nil : $0.element }
  }

  private func expectRecomputed(_ plan: TablePlan, _ table: RawTable) throws {
    #expect(plan.schema.ruleProblem == nil)
    let derived = DerivedValues(schema: plan.schema)
    for record in try plan.records(of: table) { #expect(derived.recomputed(record) == record) }
    #expect(try plan.readBack(table).schema == plan.schema)
  }

  /// Blood pressures: where the lower one is missing the upper one is modelled by itself.
  @Test func startsThatAreMissing() throws {
    let low = draws(900, 40...160, seed: 1)
    let high = zip(low, draws(900, 15...60, seed: 2)).map(+)
    let table = try makeTable([
      ("high", without(texts(high), 3, every: 23)), ("low", without(texts(low), 5, every: 19)),
    ])
    let plan = try TablePlan(table: table)
    #expect(plan.kind("high") == "after: low")
    #expect(
      Set(plan.order) == [
        ColumnPart("low", .presence), ColumnPart("low"), ColumnPart("high", .difference),
        ColumnPart("high", .otherwise),
      ])
    #expect(plan.order.first == ColumnPart("low", .presence))
    // Each way is chosen by whether the start is there, and may be null by itself.
    let nodes = Dictionary(uniqueKeysWithValues: zip(plan.order, plan.schema.root.children))
    for (part, choice) in [(ColumnPart.Part.difference, Int64(0)), (.otherwise, 1)] {
      guard case .chosen(4, choice, .number)? = nodes[ColumnPart("high", part)] else {
        Issue.record("\(part) is not chosen")
        continue
      }
    }
    #expect(plan.schema.leaves.map(\.isOptional) == [true, false, true, true, false])
    #expect(
      plan.schema.hidden.map(\.rule) == [
        .sum(terms: [.init(leaf: 0, factor: 1), .init(leaf: 1, factor: -1)], constant: 0),
        .without(leaf: 0, other: 1), .choice(alternatives: [[1]]),
      ])
    #expect(
      plan.schema.derived == [
        RuledLeaf(
          leaf: 0,
          rule: .sumOrElse(
            terms: [.init(leaf: 2, factor: 1), .init(leaf: 1, factor: 1)], constant: 0,
            otherwise: 3))
      ])
    // The bins are those of all rows.
    guard case .chosen(_, _, .number(3, let bins))? = plan.node(3) else {
      Issue.record("expected a number in bins")
      return
    }
    let greatest = try #require(table.texts("high").compactMap { $0.flatMap { Int64($0) } }.max())
    #expect(bins.bins.last?.last?.upperBound == greatest)
    try expectRecomputed(plan, table)
    // A start that is mostly missing is none.
    let rare = try makeTable([
      ("high", texts(high)),
      ("low", texts(low).enumerated().map { $0.offset % 3 == 0 ? $0.element : nil }),
    ])
    #expect(try TablePlan(table: rare).kind("high") == "number decimals:0")
  }

  /// Moments, which are there or not as a whole by themselves.
  @Test func momentsWhoseStartIsMissing() throws {
    let starts = draws(900, 1_400_000_000...1_500_000_000, seed: 12)
    let ends = zip(starts, draws(900, 60...4_000_000, seed: 13)).map(+)
    let table = try makeTable([
      ("start", without(try moments(starts, "%Y-%m-%d %H:%M:%S"), 3, every: 23)),
      ("end", without(try moments(ends, "%Y-%m-%d %H:%M:%S"), 5, every: 19)),
    ])
    let plan = try TablePlan(table: table)
    #expect(plan.kind("end") == "after: start")
    let nodes = Dictionary(uniqueKeysWithValues: zip(plan.order, plan.schema.root.children))
    guard
      case .chosen(_, 1, .chosen(_, 0, .number(let leaf, _)))? = nodes[
        ColumnPart("end", .otherwise)]
    else {
      Issue.record("expected a number that both choose")
      return
    }
    #expect(!plan.schema.leaves[leaf].isOptional)
    try expectRecomputed(plan, table)
  }

  /// Of several starts of which one is missing in some rows the nearest one is kept.
  @Test func oneOfSeveralStartsIsMissing() throws {
    let (open, step) = (draws(900, 1_000...9_000, seed: 3), draws(900, 1...90, seed: 4))
    let close = zip(open, draws(900, -50...50, seed: 5)).map(+)
    let high = (0..<900).map { max(open[$0], close[$0]) + step[$0] }
    let table = try makeTable([
      ("high", texts(high)), ("open", texts(open)), ("close", without(texts(close), 2, every: 17)),
    ])
    let plan = try TablePlan(table: table)
    #expect(["after: open", "after: close"].contains(plan.kind("high")))
    try expectRecomputed(plan, table)
  }

  /// A date and a moment, with fractions of a second or not.
  @Test(arguments: ["%Y-%m-%d %H:%M:%S", "%d.%m.%Y %H:%M:%S.%3f"])
  func unlikeLayouts(layout: String) throws {
    let days = draws(600, 15_000...16_000, seed: 6)
    let end = try #require(MomentLayout(checked: layout))
    let scale = end.unitsPerSecond
    let ends = zip(days, draws(600, 3_000...4_000_000, seed: 7)).map { day, past in
      (86_400 * Int64(day) + Int64(past)) * scale + Int64(past) * 7 % scale
    }
    let table = try makeTable([
      ("start", try moments(days.map { 86_400 * $0 }, "%Y-%m-%d")),
      ("end", ends.map { end.text($0) }),
    ])
    let plan = try TablePlan(table: table)
    #expect(plan.kind("end") == "after: start")
    let difference = try #require(
      plan.schema.leaves.firstIndex { $0.path == "end_difference" })
    // No end is after the last one in the table.
    #expect(
      plan.schema.derived.contains(
        RuledLeaf(
          leaf: 1,
          rule: .sum(
            terms: [.init(leaf: difference, factor: 1), .init(leaf: 0, factor: scale)],
            constant: 0,
            limits: .init(
              least: 86_400 * scale * Int64(days.min() ?? 0), greatest: ends.max() ?? 0)))))
    try expectRecomputed(plan, table)
  }

  /// What tells no time is not kept past what does: two of one day could not be told apart.
  @Test func endsThatTellLess() throws {
    let starts = draws(600, 1_400_000_000...1_500_000_000, seed: 8)
    let ends = zip(starts, draws(600, 86_400...4_000_000, seed: 9)).map(+)
    let table = try makeTable([
      ("start", try moments(starts, "%Y-%m-%d %H:%M:%S")), ("end", try moments(ends, "%Y-%m-%d")),
    ])
    #expect(try TablePlan(table: table).kind("end") == "date %Y-%m-%d")
    var options = InferenceOptions()
    try options.addKind("end=after: start")
    let error = try #require(throws: InferenceError.self) {
      try TablePlan(table: table, options: options)
    }
    #expect(error.description.contains("tells more of a time"))
  }

  /// Moments that are always at the same time count days as dates do.
  @Test func daysOfMoments() throws {
    let (start, days) = (draws(600, -900...20_000, seed: 10), draws(600, 0...3_000, seed: 11))
    let ends = zip(start, days).map { 86_400 * ($0 + $1) + 43_200 }
    let table = try makeTable([
      ("start", try moments(start.map { 86_400 * $0 }, "%d/%m/%Y")),
      ("end", try moments(ends, "%Y-%m-%d %H:%M:%S")), ("days", texts(days)),
    ])
    let plan = try TablePlan(table: table)
    #expect(plan.kind("end") == "sum: start + 86400*days + 43200")
    try expectRecomputed(plan, table)
  }
}
