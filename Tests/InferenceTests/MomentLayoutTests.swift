import Foundation
import TestSupport
import Testing

@testable import Inference

@Suite struct MomentLayoutTests {
  private static let layouts = [
    "%Y-%m-%d", "%d.%m.%Y", "%-m/%-d/%Y", "%-d/%-m/%y", "%d-%b-%Y", "%A, %-d. %B %Y",
    "%a %b %d %H:%M:%S %Y", "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d %-I:%M %p", "%m/%d/%Y %I:%M:%S %p",
    "%Y%m%d%H%M%S", "100%% %Y/%m",
  ]

  /// Python's datetime writes the same texts, and reading them gives the moments back.
  @Test func likePython() throws {
    var random = TestSupport.SplitMix(seed: 5)
    let seconds = (0..<300).map { _ in
      Int64.random(in: -2_000_000_000...4_000_000_000, using: &random)
    }
    struct Input: Encodable {
      var layouts: [String]
      var seconds: [Int64]
    }
    let texts = try Python.evaluate(
      """
      import sys, json, datetime
      d = json.loads(sys.argv[1]); zero = datetime.datetime(1970, 1, 1)
      print(json.dumps([[(zero + datetime.timedelta(seconds=s)).strftime(l) for s in d["seconds"]] for l in d["layouts"]]))
      """, input: Input(layouts: Self.layouts, seconds: seconds), as: [[String]].self)
    for (text, expected) in zip(Self.layouts, texts) {
      let layout = try #require(MomentLayout(text))
      #expect(seconds.map { layout.text($0) } == expected)
      for text in expected {
        // What a layout does not show is not read, so writing it again is what counts. Years of two
        // digits begin in 1969.
        let read = try #require(layout.units(text))
        #expect(layout.text(read) == text)
      }
      if text.contains("%S"), text.contains("%Y") {
        #expect(expected.map { layout.units($0) } == seconds)
      }
    }
  }

  @Test func fractions() throws {
    let layout = try #require(MomentLayout("%H:%M:%S.%3f"))
    #expect(layout.unitsPerSecond == 1_000)
    #expect(layout.units("00:01:02.034") == 62_034)
    #expect(layout.text(86_399_999) == "23:59:59.999")
    let nano = try #require(MomentLayout("%Y-%m-%d %H:%M:%S.%9f"))
    #expect(nano.units("1970-01-01 00:00:01.000000001") == 1_000_000_001)
    #expect(nano.units("9999-01-01 00:00:00.000000000") == nil)
    #expect(nano.text(-1) == "1969-12-31 23:59:59.999999999")
  }

  @Test(
    arguments: [
      ("%Y-%m-%d", "2019-02-29"), ("%Y-%m-%d", "2019-13-01"), ("%Y-%m-%d", "2019-1-01"),
      ("%Y-%m-%d", "2019-01-01 "), ("%-d/%-m/%Y", "01/1/2019"), ("%H:%M", "24:00"),
      ("%I:%M %p", "00:30 AM"), ("%a %Y-%m-%d", "Mon 2019-01-01"), ("%H:%M:%S", "12:00:60"),
    ])
  func noMoments(layout: String, text: String) throws {
    let layout = try #require(MomentLayout(layout))
    #expect(!layout.fits(Array(text.utf8)[...]))
  }

  @Test(
    arguments: [
      "", "x", "%Y", "%m-%d", "%Y-%m-%d %Y", "%I:%M", "%H:%M %p", "%S", "%H:%S", "%", "%-", "%0f",
      "%-Y-%m", "%Y-%m %a", "%Y-%m-%d\n",
    ])
  func noLayouts(text: String) { #expect(MomentLayout(text) == nil) }

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
