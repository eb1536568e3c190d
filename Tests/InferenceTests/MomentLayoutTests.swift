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
    ])
  func found(values: [String], kind: String) throws {
    let plan = try plan(values)
    #expect(plan.kind("x") == kind)
    #expect(try plan.records(of: makeTable([("x", values)])).count == values.count)
  }

  @Test(
    arguments: [
      ["2019-04-01", "2019-04-31"], ["2019-04-01T08:05+02:00", "2019-12-31T23:00+01:00"],
      ["1554076800", "1577836799"], ["2019", "2020"], ["25/12/2019", "12/25/2019"],
      ["12:00:00.5", "12:00:00.25"],
    ])
  func notFound(values: [String]) throws {
    let kind = try #require(plan(values).kind("x"))
    #expect(!["date", "time", "moment"].contains(kind.prefix { $0 != " " }))
  }
}
