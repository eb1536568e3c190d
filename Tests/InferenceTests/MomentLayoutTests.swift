import FakeGen
import Foundation
import TestSupport
import Testing

@testable import Inference

@Suite struct MomentLayoutTests {
  @Test(
    arguments: ["", "x", "%Y-%m-%d %Y", "%I:%M", "%H:%M %p", "%", "%-", "%0f", "%-Y", "%m %a"])
  func noLayouts(text: String) {
    #expect(throws: InferenceError.self) { try Kind("date \(text.isEmpty ? "%" : text)") }
  }

  @Test(
    arguments: [
      (["2019-04-01", "2019-12-31"], "date %Y-%m-%d"),
      (["01/02/2019", "12/25/2019"], "date %m/%d/%Y"),
      (["01/02/2019", "25/12/2019"], "date %d/%m/%Y"),
      (["1/2/2019", "12/25/2019"], "date %-m/%-d/%Y"),
      (["1.2.2019", "25.12.2019"], "date %-d.%-m.%Y"),
      (["01-02-2019", "03-04-2019"], "date %d-%m-%Y"),
      (["3/4/19", "12/30/20"], "date %-m/%-d/%y"),
      (["Jan 5, 2019", "Dec 31, 2020"], "date %b %-d, %Y"),
      (["5 January 2019", "31 May 2020"], "date %-d %B %Y"),
      (["2019-04", "2020-12"], "date %Y-%m"),
      (["Fri, 04 Jan 2019", "Sat, 05 Jan 2019"], "date %a, %d %b %Y"),
      (["08:05", "23:59"], "time %H:%M"), (["8:05", "23:59"], "time %-H:%M"),
      (["8:05 AM", "12:30 PM"], "time %-I:%M %p"),
      (["2019-04-01 08:05:00", "2019-12-31 23:00:59"], "moment %Y-%m-%d %H:%M:%S"),
      (["2019-04-01T08:05:00Z", "2019-12-31T23:00:59Z"], "moment %Y-%m-%dT%H:%M:%SZ"),
      (["2019-04-01T08:05+02:00", "2019-12-31T23:00+02:00"], "moment %Y-%m-%dT%H:%M+02:00"),
      (
        ["2019-04-01 08:05:00.125 UTC", "2019-12-31 23:00:59.000 UTC"],
        "moment %Y-%m-%d %H:%M:%S.%3f UTC"
      ),
      (["4/1/2019 8:05:00 PM", "12/31/2019 11:00:59 AM"], "moment %-m/%-d/%Y %-I:%M:%S %p"),
      (["20190401", "20190402", "20190430", "20191231", "20200229"], "date %Y%m%d"),
      (["Mon Apr 01 08:05:00 2019", "Tue Dec 31 23:00:59 2019"], "moment %a %b %d %H:%M:%S %Y"),
      (
        ["01/Apr/2019:08:05:00 +0000", "02/Apr/2019:08:05:00 +0000"],
        "moment %d/%b/%Y:%H:%M:%S +0000"
      ),
      (["2019-04-01T08:05+02:00", "2019-12-31T23:00+01:00"], "moment %Y-%m-%dT%H:%M%:z"),
      (
        ["01/Apr/2019:08:05:00 -0330", "02/Apr/2019:08:05:00 +0000"],
        "moment %d/%b/%Y:%H:%M:%S %z"
      ),
      (
        ["2019-04-01 08:05:00.125-08:00", "2019-12-31 23:00:59.000+05:45"],
        "moment %Y-%m-%d %H:%M:%S.%3f%:z"
      ),
    ])
  func found(values: [String], kind: String) throws {
    let plan = try plan(values)
    #expect(plan.kind("x") == kind)
    #expect(try plan.records(of: makeTable([("x", values)])).count == values.count)
  }

  @Test(
    arguments: [
      ["2019-04-01", "2019-04-31"], ["2019-04-01T08:05+02:00", "2019-12-31T23:00Z"],
      ["2019-04-01T08:05+02:00", "2019-12-31T23:00+01:07"],
      ["2019-04-01T08:05+02", "2019-12-31T23:00+01"],
      ["1554076800", "1577836799"], ["2019", "2020"], ["25/12/2019", "12/25/2019"],
      ["12:00:00.5", "12:00:00.25"],
    ])
  func notFound(values: [String]) throws {
    let kind = try #require(plan(values).kind("x"))
    #expect(!["date", "time", "moment"].contains(kind.prefix { $0 != " " }))
  }

  /// A zone is a part of its own, so that the others are local; it is in no sum.
  @Test func zonesOfEachRow() throws {
    var random = SplitMix(seed: 3)
    let layout = try #require(MomentLayout(checked: "%Y-%m-%d %H:%M:%S"))
    let rows = (0..<500).map { _ in
      (
        seconds: Int64.random(in: 1_500_000_000...1_520_000_000, using: &random) / 60 * 60,
        zone: Int.random(in: 0..<3, using: &random)
      )
    }
    let countries = ["in", "ca", "de"]
    let zones = ["+05:30", "-08:00", "+01:00"]
    func texts(_ shift: Int64) -> [String?] {
      rows.map { row in layout.text(row.seconds + shift) + zones[row.zone] }
    }
    let months: [String?] = rows.map { row in
      String(layout.text(row.seconds).dropFirst(5).prefix(2).drop { $0 == "0" })
    }
    let table = try makeTable([
      ("at", texts(0)), ("later", texts(3_600)), ("country", rows.map { countries[$0.zone] }),
      ("month", months),
    ])
    let plan = try TablePlan(table: table)
    #expect(plan.kind("at") == "moment %Y-%m-%d %H:%M:%S%:z")
    #expect(plan.kind("later") == "moment %Y-%m-%d %H:%M:%S%:z")
    #expect(plan.kind("country") == "lookup: at.zone")
    #expect(plan.kind("month") == "calendar: at.month")
    #expect(plan.order.contains(ColumnPart("at", .zone)))
    let derived = DerivedValues(schema: plan.schema)
    let records = try plan.records(of: table)
    for record in records { #expect(derived.recomputed(record) == record) }
    #expect(try plan.readBack(table).schema == plan.schema)
    for kind in ["later=after: at", "later=sum: at + 1", "month=digit: at / 60"] {
      var options = InferenceOptions()
      try options.addKind(kind)
      #expect(throws: InferenceError.self) { try TablePlan(table: table, options: options) }
    }
  }
}
