import FakeGen
import Foundation
import TestSupport
import Testing

/// From a table whose columns follow from two others, from a date, or are there in the same rows, to
/// the rows of the model in fixed point: what holds in the table holds in each of them.
@Suite struct LearnDependenciesTests {
  private struct Pair: Hashable {
    var first: String
    var second: String
  }

  private static let header = [
    "product", "size", "price", "carrier", "country", "zone", "ordered", "year", "month", "dow",
    "week", "length", "width", "colour", "shipped", "logged", "customer", "first", "last", "most",
    "contact", "run",
  ]
  private static let zones = ["+01:00", "-05:00", "+05:30"]
  private static let months = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
  ]
  private static let weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]

  private let folder: TemporaryFolder
  private let path: String
  private let table: [[String]]

  private static func dateParts(_ day: Int) -> [String] {
    var calendar = Calendar(identifier: .iso8601)
    calendar.timeZone = .gmt
    let date = Date(timeIntervalSince1970: 86_400 * Double(day))
    let parts = calendar.dateComponents([.year, .month, .weekday, .weekOfYear], from: date)
    return [
      "\(parts.year ?? 0)", months[(parts.month ?? 1) - 1],
      weekdays[((parts.weekday ?? 1) + 5) % 7],
      "\(parts.weekOfYear ?? 0)",
    ]
  }

  private static func date(_ day: Int) throws -> String {
    var bytes: [UInt8] = []
    try MomentLayout("%d/%m/%Y").append(86_400 * Int64(day), to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  init() throws {
    folder = try TemporaryFolder()
    var random = SplitMix(seed: 3)
    func below(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }
    var rows: [[String]] = []
    for _ in 0..<900 {
      let product = below(7)
      // The last product has two sizes of four.
      let size = product == 6 ? below(2) : below(4)
      let (carrier, country) = (below(4), below(5))
      let day = 18_900 + below(900)
      let isMeasured = below(6) > 0
      let sent = below(5) == 0 ? nil : day + below(9)
      let first = 100 + below(500)
      let last = first - 40 + below(80)
      let colour = isMeasured && below(3) > 0 ? ["red", "blue"][below(2)] : ""
      let (hours, minutes) = (below(4), below(60))
      rows.append(
        [
          "p\(product)", ["S", "M", "L", "XL"][size],
          "\(2 + (3 * product + 2 * size) % 11).50",
          "c\(carrier)", ["AT", "CH", "DE", "FR", "IT"][country],
          (carrier + country) % 5 == 0 ? "" : "zone \((carrier * country + carrier) % 3)",
          try Self.date(day),
        ] + Self.dateParts(day) + [
          isMeasured ? "\(10 + below(90))" : "", isMeasured ? "\(1 + below(30)).5" : "",
          colour,
          try sent.map { try Self.date($0) } ?? "",
          String(
            format: "2025-%02d-%02dT%02d:%02d:00%@", 1 + below(12), 1 + below(28), 7 + below(12),
            15 * below(4), Self.zones[below(3)]),
          String(format: "C-%04d/x", below(250)), "\(first)", "\(last)",
          "\(max(first, last) + below(30))",
          colour.isEmpty ? "p\(product)@c\(carrier).org" : "\(colour).p\(product)@c\(carrier).org",
          hours == 0 ? "\(minutes)m" : String(format: "\(hours)h %02dm", minutes),
        ])
    }
    table = rows
    path = try folder.write(
      ([Self.header] + rows).map { $0.joined(separator: ",") }.joined(separator: "\n") + "\n",
      to: "orders.csv")
  }

  private func fakegen(_ options: String...) throws -> String {
    let result = try runBuilt("fakegen", ["--model", folder.path("orders.fakegen")] + options)
    #expect(result.status == 0, "\(result.error)")
    return result.output
  }

  private func column(_ name: String, _ rows: [[String]]) throws -> [String] {
    let place = try #require(Self.header.firstIndex(of: name))
    return rows.map { $0[place] }
  }

  /// What the pairs of two columns have in the table.
  private func pairs(_ first: String, _ second: String, _ third: String) throws -> [Pair: String] {
    let keys = zip(try column(first, table), try column(second, table)).map(Pair.init)
    return Dictionary(zip(keys, try column(third, table))) { first, _ in first }
  }

  @Test func everyRowIsLikeTheTable() throws {
    let learned = try runBuilt(
      "trainer",
      [
        "learn", path, "--output", folder.path("orders"), "--size", "small", "--set", "steps=60",
      ])
    #expect(learned.status == 0, "\(learned.error)")
    let proto = try folder.readText("orders.proto")
    for kind in [
      "lookup: product size", "lookup: carrier country", "calendar: ordered.year",
      "calendar: ordered.month", "calendar: ordered.weekday", "calendar: ordered.iso_week",
      "after: ordered", "moment %Y-%m-%dT%H:%M:%S%:z",
    ] {
      #expect(proto.contains("(fakegen.kind) = \"\(kind)\""), "\(kind)\n\(proto)")
    }
    #expect(proto.contains("(fakegen.kind) = \"code C-0[0-2][0-9]{2}/x\""), "\(proto)")
    for kind in [
      "composed: colour '.' product '@' carrier '.org' | product '@' carrier '.org'",
      "composed: # 'h ' #2 'm' | # 'm'",
    ] {
      #expect(proto.contains("(fakegen.kind) = \"\(kind)\""), "\(kind)\n\(proto)")
    }
    #expect(
      ["first last", "last first"].contains { proto.contains("(fakegen.kind) = \"after: \($0)\"") })
    let rows = try fakegen("--no-header", "-n", "3000").split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    #expect(rows.count == 3_000)
    for (names, count) in [
      (["product", "size", "price"], 26), (["carrier", "country", "zone"], 20),
    ] {
      let known = try pairs(names[0], names[1], names[2])
      #expect(known.count == count)
      let values = Set(try column(names[2], table))
      let keys = zip(try column(names[0], rows), try column(names[1], rows)).map(Pair.init)
      var found: Set<Pair> = []
      for (key, value) in zip(keys, try column(names[2], rows)) {
        if let expected = known[key] {
          #expect(value == expected, "\(key)")
          found.insert(key)
        } else {
          #expect(names[0] == "product" && key.first == "p6" && values.contains(value))
        }
      }
      #expect(found.count > count / 2)
    }
    let layout = try MomentLayout("%d/%m/%Y")
    for row in rows {
      let day = try #require(layout.units(of: Array(row[6].utf8))) / 86_400
      #expect(Array(row[7...10]) == Self.dateParts(Int(day)))
      #expect(row[11].isEmpty == row[12].isEmpty)
      if row[11].isEmpty { #expect(row[13].isEmpty) }
      let sent = row[14].isEmpty ? nil : layout.units(of: Array(row[14].utf8))
      let contact = "\(row[0])@\(row[3]).org"
      #expect(row[20] == contact || row[20] == "\(row[13]).\(contact)" && !row[13].isEmpty)
      #expect(row[21].wholeMatch(of: /([1-3]h [0-5][0-9]m|[1-5]?[0-9]m)/) != nil, "\(row[21])")
      #expect(try Date(row[15], strategy: .iso8601) > Date(timeIntervalSince1970: 0))
      #expect(Self.zones.contains { row[15].hasSuffix($0) } && row[15].hasPrefix("2025-"))
      #expect(row[14].isEmpty || sent.map { $0 >= day * 86_400 } == true)
      let customer = try #require(row[16].wholeMatch(of: /C-0(\d{3})\/x/), "\(row[16])")
      #expect(Int(customer.1).map { $0 < 250 } == true)
      let numbers = row[17...].compactMap { Int($0) }
      #expect(numbers.count == 3 && numbers[2] >= max(numbers[0], numbers[1]), "\(row)")
    }
    // One in six is not measured, and of the others one in three has no colour.
    let absent = rows.count { $0[11].isEmpty }
    #expect((300...800).contains(absent), "\(absent)")
    let plain = rows.count { !$0[11].isEmpty && $0[13].isEmpty }
    #expect((500...1_300).contains(plain), "\(plain)")
    #expect((300...1_000).contains(rows.count { $0[14].isEmpty }))
    let information = try fakegen("--model-info")
    for line in [
      "price: 11 values for 26 pairs of product, size, else by price_otherwise",
      "zone: 3 values for 20 pairs of carrier, country",
      "month: a part of ordered as one of 12 texts",
      "year: a part of ordered",
    ] {
      #expect(information.contains("  \(line)\n"), "\(line)\n\(information)")
    }
    let documents = try fakegen("-n", "50", "-f", "jsonl", "--json-integers", "number")
    for line in documents.split(separator: "\n") {
      let object = try #require(
        try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
      #expect((object["length"] is NSNull) == (object["width"] is NSNull))
      #expect(object["month"] is String && object["year"] is Int)
    }
    let statements = try fakegen("-n", "3", "-f", "sql")
    #expect(statements.contains("\"length\" BIGINT,"))
    #expect(statements.contains("\"logged\" TIMESTAMP WITH TIME ZONE NOT NULL"))
    let unmeasured = try fakegen(
      "-n", "20", "--no-header", "--where", "width=", "--fields", "length,width,colour")
    #expect(unmeasured == String(repeating: ",,\n", count: 20))
    let wanted = try fakegen(
      "-n", "20", "--no-header", "--where", "month=May", "--fields", "ordered,month")
    #expect(
      wanted.split(separator: "\n").allSatisfy { $0.wholeMatch(of: /..\/05\/....,May/) != nil })
  }
}
