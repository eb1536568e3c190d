import FakeGen
import Foundation
import Testing

@Suite struct MomentTests {
  private func text(_ units: Int64, _ layout: String) throws -> String {
    var bytes: [UInt8] = []
    try MomentLayout(layout).append(units, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  private func units(_ text: String, _ layout: String) throws -> Int64? {
    try MomentLayout(layout).units(of: Array(text.utf8))
  }

  @Test func fractionsThatMayBeLeftOut() throws {
    let layout = "%H:%M:%S%-3fZ"
    for (units, expected) in [(0, "00:00:00Z"), (1, "00:00:00.001Z"), (61_250, "00:01:01.250Z")] {
      #expect(try text(Int64(units), layout) == expected)
      #expect(try self.units(expected, layout) == Int64(units))
    }
    for other in ["00:00:00.000Z", "00:00:00.25Z", "00:00:00.Z", "00:00:00.2500Z"] {
      #expect(try self.units(other, layout) == nil)
    }
    for wrong in ["%S%3-f", "%S%--f", "%S%33f", "%S%-3", "%-3H:%S%-0f"] {
      #expect(throws: MomentLayout.Problem.self) { try MomentLayout(wrong) }
    }
  }

  /// Days of the proleptic Gregorian calendar counted one after the other, by the rule for leap years
  /// alone, from 1970 to the years 2900 and -400.
  @Test func daysAreThoseOfTheCalendar() throws {
    let layout = try MomentLayout("%Y-%m-%d %a")
    func days(_ month: Int, _ year: Int) -> Int {
      let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
      return [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
    }
    func pad(_ number: Int, _ width: Int) -> String {
      let digits = String(abs(number))
      return (number < 0 ? "-" : "") + String(repeating: "0", count: width - digits.count) + digits
    }
    func check(_ expected: String, _ day: Int64) throws {
      var bytes: [UInt8] = []
      layout.append(day * 86_400 + 4_000, to: &bytes)
      try #require(String(decoding: bytes, as: UTF8.self) == expected)
      if !expected.hasPrefix("-") { #expect(layout.units(of: bytes) == day * 86_400) }
    }
    let weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    for direction in [1, -1] {
      var (year, month, day, weekday) = (1970, 1, 1, 3)
      for number in 0..<(direction > 0 ? 340_000 : 866_000) {
        if number % 17 == 0 || day == 1 || month == 2 && day > 27 {
          try check(
            "\(pad(year, 4))-\(pad(month, 2))-\(pad(day, 2)) \(weekdays[weekday])",
            Int64(direction * number))
        }
        day += direction
        weekday = (weekday + direction + 7) % 7
        if day > days(month, year) {
          (month, day) = (month + 1, 1)
          if month > 12 { (year, month) = (year + 1, 1) }
        } else if day < 1 {
          month -= 1
          if month < 1 { (year, month) = (year - 1, 12) }
          day = days(month, year)
        }
      }
    }
  }

  @Test(
    arguments: [
      ("%Y-%m-%d", 0, "1970-01-01"), ("%d/%m/%y", 951_782_400, "29/02/00"),
      ("%-d %b %Y", -86_400, "31 Dec 1969"),
      ("%B %-d, %Y (%A)", 1_704_067_200, "January 1, 2024 (Monday)"),
      ("%H:%M:%S", 86_399, "23:59:59"), ("%-H.%M", 3_660, "1.01"), ("%I %p", 0, "12 AM"),
      ("%-I:%M %p", 43_260, "12:01 PM"), ("%I%p", 50_400, "02PM"), ("%S.%3f", 1_001, "01.001"),
      ("%H:%M:%S,%6f", -1, "23:59:59,999999"),
      ("%Y%m%dT%H%M%SZ", 1_706_706_309, "20240131T130509Z"),
      ("100%% %Y é", 0, "100% 1970 é"), ("%m/%d", 68_169_600, "02/29"),
      ("%Y-%m-%d %H:%M:%S.%9f", Int64.max, "2262-04-11 23:47:16.854775807"),
      ("%Y-%m-%d %H:%M:%S.%9f", Int64.min, "1677-09-21 00:12:43.145224192"),
      ("%Y", Int64.max, "292277026596"), ("%Y-%m-%d", -62_167_305_600, "-0001-12-31"),
    ] as [(String, Int64, String)])
  func texts(layout: String, moment: Int64, expected: String) throws {
    #expect(try text(moment, layout) == expected)
  }

  /// What is read is printed as it was, and what would not be is not read.
  @Test func readingIsTheInverse() throws {
    for (layout, found) in [
      ("%Y-%m-%d", "2023-02-28"), ("%Y-%m-%d", "2024-02-29"), ("%m/%d", "02/29"),
      ("%A, %-d %B %Y", "Thursday, 29 February 2024"), ("%I:%M %p", "12:00 AM"), ("%y", "68"),
      ("%y", "69"), ("%-m/%-d/%Y %-H:%M", "3/4/1905 7:05"), ("%S.%1f", "59.9"), ("%H", "00"),
      ("%b%d", "May31"),
    ] {
      let units = try #require(try units(found, layout))
      #expect(try text(units, layout) == found)
    }
    for (layout, found) in [
      ("%Y-%m-%d", "2023-02-29"), ("%Y-%m-%d", "1900-02-29"), ("%Y-%m-%d", "2023-00-10"),
      ("%Y-%m-%d", "2023-13-01"), ("%Y-%m-%d", "2023-04-31"), ("%Y-%m-%d", "2023-4-3"),
      ("%Y-%m-%d", "2023-04-03 "), ("%Y-%m-%d", ""), ("%-m", "05"), ("%H:%M", "24:00"),
      ("%H:%M", "12:60"), ("%H:%M:%S", "23:59:60"), ("%I:%M %p", "13:00 PM"),
      ("%I:%M %p", "00:00 AM"), ("%I %p", "10 am"), ("%A, %-d %B %Y", "Friday, 29 February 2024"),
      ("%b", "may"), ("%Y", "20245"), ("%Y", "-201"),
      ("%Y-%m-%d %H:%M:%S.%9f", "2300-01-01 00:00:00.000000000"),
      ("%dth %m", "3th 04"), ("%Y", "２０２４"),
    ] {
      #expect(try units(found, layout) == nil, "\(layout) \(found)")
    }
  }

  @Test(arguments: [
    ("%Y %Q", "has '%Q'; known are"), ("%", "ends in a percent sign"), ("%-", "ends in a percent"),
    ("%-Y", "has '%-Y'"), ("%0f", "has '%0'"), ("%3d", "has '%3d'"), ("", "shows no date or time"),
    ("plain %%", "shows no date or time"), ("%Y %y", "twice"), ("%m %b", "twice"),
    ("%H %I %p", "twice"), ("%I", "should show %p"), ("%H %p", "should show %p"),
    ("%Y-%m-%d%z", "the hour with a zone"), ("%H%z%:z", "twice"), ("%::z", "has '%::z'"),
    ("%:H", "has '%:H'"), ("%:f", "has '%:f'"), ("%-z", "has '%-z'"), ("%-:z", "has '%-:z'"),
    ("%a", "the whole date"), ("%3f", "should show %S"),
    (String(repeating: "x", count: 300) + "%Y", "longer than 256 bytes"),
  ])
  func malformedLayouts(layout: String, part: String) throws {
    let problem = try #require(throws: MomentLayout.Problem.self) { try MomentLayout(layout) }
    #expect(problem.reason.text.contains(part), "\(problem.reason.text)")
  }

  /// All zones in steps of a quarter of an hour, and nothing else.
  @Test func zones() throws {
    for (layout, colon) in [("%Y-%m-%dT%H:%M:%S.%3f%:z", ":"), ("%Y-%m-%dT%H:%M:%S.%3f%z", "")] {
      var found: Set<Int64> = []
      for quarter in -64..<64 {
        let minutes = abs(15 * quarter)
        let zone =
          (quarter < 0 ? "-" : "+") + (minutes < 600 ? "0" : "") + "\(minutes / 60)" + colon
          + (minutes % 60 == 0 ? "0" : "") + "\(minutes % 60)"
        for moment in ["2024-02-29T23:59:59.999", "1969-12-31T00:00:00.000"] {
          let units = try #require(try units(moment + zone, layout), "\(moment + zone)")
          #expect(try text(units, layout) == moment + zone)
          found.insert(units)
          // The local moment is what all but the zone says.
          #expect(try self.units(moment, "%Y-%m-%dT%H:%M:%S.%3f") == units >> 7)
        }
      }
      #expect(found.count == 256)
      for zone in [
        "Z", "", "+01", "-00\(colon)00", "+01\(colon)07", "+16\(colon)00", "-16\(colon)15",
        "+01\(colon)60", "+1\(colon)00", colon == "" ? "+01:00" : "+0100", "01\(colon)00",
      ] {
        #expect(try units("2024-02-29T23:59:59.999" + zone, layout) == nil, "\(zone)")
      }
    }
    let layout = try MomentLayout("%Y-%m-%d %H:%M %:z")
    #expect(layout.example == "2024-01-31 13:05 +00:00")
    #expect(!layout.isOrdered && layout.hasTime && layout.showsZone)
    for units in [Int64.min, -1, 0, .max] {
      var bytes: [UInt8] = []
      layout.append(units, to: &bytes)
      #expect(bytes.count > 20)
    }
  }

  @Test func resolutions() throws {
    for (layout, resolution, perSecond) in [
      ("%Y-%m-%d", 86_400, 1), ("%Y-%m-%d %H", 3_600, 1), ("%H:%M", 60, 1), ("%H:%M:%S", 1, 1),
      ("%H:%M:%S.%2f", 1, 100), ("%H%z", 460_800, 128), ("%H:%M%z", 7_680, 128),
      ("%H:%M:%S%:z", 128, 128), ("%H:%M:%S.%2f%z", 128, 12_800),
    ] as [(String, Int64, Int64)] {
      #expect(try MomentLayout(layout).resolution == resolution)
      #expect(try MomentLayout(layout).unitsPerSecond == perSecond)
    }
    #expect(try MomentLayout("%d.%m.%Y %H:%M").example == "31.01.2024 13:05")
  }
}
