import FakeGen
import Foundation
import Records
import Schema
import TestSupport
import Testing

@testable import Inference

/// Columns that are a part of a date.
@Suite struct CalendarTests {
  private func days(_ count: Int, _ range: ClosedRange<Int>, seed: UInt64) -> [Int] {
    var random = SplitMix(seed: seed)
    return (0..<count).map { _ in Int.random(in: range, using: &random) }
  }

  private func dates(_ days: [Int?], _ layout: String = "%Y-%m-%d") throws -> [String?] {
    let layout = try #require(MomentLayout(checked: layout))
    return days.map { $0.map { layout.text(Int64($0) * 86_400) } }
  }

  private func part(_ part: CalendarPart, _ days: [Int]) -> [String] {
    days.map { day in
      String(CalendarDates.part(part, of: Date(timeIntervalSince1970: Double(day) * 86_400)))
    }
  }

  /// Every day of 400 years, as Foundation has it.
  @Test func partsAreThoseOfFoundation() {
    for day in stride(from: -40_000, to: 106_097, by: 1) {
      let date = Date(timeIntervalSince1970: Double(day) * 86_400)
      for part in CalendarPart.allCases {
        let expected = CalendarDates.part(part, of: date)
        guard part.value(ofDay: Int64(day)) == Int64(expected) else {
          Issue.record("\(part) of day \(day): expected \(expected)")
          return
        }
        if let range = part.range { #expect(range.contains(Int64(expected))) }
      }
    }
  }

  @Test func numbers() throws {
    let days = days(800, 17_500...19_800, seed: 1)
    var columns: [(String, [String?])] = [("day", try dates(days, "%d.%m.%Y"))]
    for part in CalendarPart.allCases { columns.append((part.name, self.part(part, days))) }
    columns[1].0 = "the year"
    columns[0].0 = "date"
    let table = try makeTable(columns)
    let plan = try TablePlan(table: table)
    for part in CalendarPart.allCases {
      let name = part == .year ? "the year" : part.name
      #expect(plan.kind(name) == "calendar: date.\(part.name)")
    }
    #expect(Set(plan.schema.root.leaves).isDisjoint(with: 1...CalendarPart.allCases.count))
    #expect(try plan.readBack(table).schema == plan.schema)
  }

  @Test func names() throws {
    let days = days(700, 18_300...19_300, seed: 2)
    let months = [
      "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre",
      "octobre", "novembre", "décembre",
    ]
    func names(_ part: CalendarPart, _ names: [String]) -> [String?] {
      self.part(part, days).map { Int($0).map { names[$0 - 1] } }
    }
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    let english: [String] = formatter.monthSymbols
    let weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    let table = try makeTable([
      ("at", try dates(days, "%Y-%m-%d %H:%M")), ("month", names(.month, english)),
      ("mois", names(.month, months)), ("dow", names(.weekday, weekdays)),
      ("DOW", names(.weekday, weekdays.map { $0.uppercased() })),
      ("quarter", names(.quarter, ["Q1", "Q2", "Q3", "Q4"])),
    ])
    let plan = try TablePlan(table: table)
    #expect(plan.kind("month") == "calendar: at.month")
    #expect(plan.kind("mois") == "calendar: at.month")
    #expect(plan.kind("dow") == "calendar: at.weekday")
    #expect(plan.kind("DOW") == "calendar: at.weekday")
    #expect(plan.kind("quarter") == "calendar: at.quarter")
    let derived = DerivedValues(schema: plan.schema)
    for record in try plan.records(of: table) { #expect(derived.recomputed(record) == record) }
  }

  /// English names are known though the table has some of them alone.
  @Test func someNamesAreEnoughInEnglish() throws {
    let days = days(60, 19_360...19_440, seed: 3)
    let plan = try TablePlan(
      table: makeTable([
        ("day", try dates(days)),
        ("month", part(.month, days).map { ["Jan", "Feb", "Mar", "Apr"][(Int($0) ?? 1) - 1] }),
        ("mes", part(.month, days).map { ["ene", "feb", "mar", "abr"][(Int($0) ?? 1) - 1] }),
      ]))
    #expect(plan.kind("month") == "calendar: day.month")
    #expect(plan.kind("mes") == "category")
    guard
      case .calendar(0, .month, let texts)? = plan.schema.derived.first(where: { $0.leaf == 1 })?
        .rule
    else {
      Issue.record("expected a part of a date")
      return
    }
    #expect(texts.count == 12 && texts.last == "Dec")
  }

  /// One row that is otherwise, or nothing where there is a date, and it is no part.
  @Test func oneRowMakesItNoPart() throws {
    let days = days(300, 17_500...19_800, seed: 4)
    var months = part(.month, days).map(Optional.init)
    months[200] = months[200] == "12" ? "11" : "12"
    let dates = try dates(days)
    #expect(
      try TablePlan(table: makeTable([("day", dates), ("month", months)])).kind("month")
        == "number decimals:0")
    months = part(.month, days)
    months[17] = nil
    #expect(
      try TablePlan(table: makeTable([("day", dates), ("month", months)])).kind("month")
        == "number decimals:0")
    var some = dates
    some[17] = nil
    let plan = try TablePlan(table: makeTable([("day", some), ("month", months)]))
    #expect(plan.kind("month") == "calendar: day.month")
  }

  /// An end of an interval may have parts too.
  @Test func partsOfEnds() throws {
    let start = days(400, 17_500...19_000, seed: 5)
    let end = zip(start, days(400, 0...30, seed: 6)).map(+)
    let plan = try TablePlan(
      table: makeTable([
        ("start", try dates(start)), ("end", try dates(end)), ("year", part(.year, end)),
      ]))
    #expect(plan.kind("end") == "after: start")
    #expect(plan.kind("year") == "calendar: end.year")
    let places = plan.schema.derived.map(\.leaf)
    #expect(places.firstIndex(of: 1) ?? 9 < places.firstIndex(of: 2) ?? 0)
  }

  @Test func asAskedFor() throws {
    let days = days(300, 17_500...19_800, seed: 7)
    var months = part(.month, days)
    months[5] = "13"
    let table = try makeTable([
      ("day", try dates(days)), ("month", months), ("word", days.map { "w\($0 % 3)" }),
    ])
    var options = InferenceOptions()
    try options.addKind("month=calendar: day.month")
    let plan = try TablePlan(table: table, options: options)
    #expect(plan.kind("month") == "calendar: day.month")
    #expect(plan.warnings.first { $0.column == "month" }?.text.hasPrefix("1 of 300 rows") == true)
    for kind in ["month=calendar: word.month", "word=calendar: day.month"] {
      var options = InferenceOptions()
      try options.addKind(kind)
      #expect(throws: InferenceError.self) { try TablePlan(table: table, options: options) }
    }
  }
}
