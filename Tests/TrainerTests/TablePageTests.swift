import Evaluation
import Foundation
import TestSupport
import Testing

@testable import Trainer

/// The page about a table.
@Suite struct TablePageTests {
  private static let columns = [
    ComparedColumn(name: "amount <b>", kind: .number(decimals: 2)),
    ComparedColumn(name: "plan & price", kind: .category),
    ComparedColumn(name: "day", kind: .moment(layout: "%Y-%m-%d")),
    ComparedColumn(name: "key", kind: .key),
    ComparedColumn(name: "id", kind: .sequence),
    ComparedColumn(name: "note", kind: .text),
    ComparedColumn(name: "unit", kind: .constant),
  ]

  private static func table(rows: Int, seed: UInt64) -> ComparedTable {
    var random = SplitMix(seed: seed)
    var columns = [[String?]](repeating: [], count: 7)
    var days: [Double?] = []
    for row in 0..<rows {
      let day = 20_000 + Int(100 * random.uniform())
      days.append(Double(day) * 86_400)
      let values: [String?] = [
        random.uniform() < 0.2 ? nil : String(format: "%.2f", 1000 * random.uniform()),
        ["<script>alert(1)</script>", "\"b\"", nil][Int(3 * random.uniform())], "day \(day)",
        "K\(1000 + Int(9000 * random.uniform()))", "\(row)", "made up \(random.next())", "EUR",
      ]
      for (place, value) in values.enumerated() { columns[place].append(value) }
    }
    var table = ComparedTable(columns)
    table.columns[2].numbers = days
    return table
  }

  private static func page(heldOut: Bool) -> TablePage {
    let tables = [
      table(rows: 400, seed: 1), table(rows: 150, seed: 2), table(rows: 300, seed: 3),
    ]
    let comparison = TableComparison(
      training: tables[0], heldOut: tables[1], generated: tables[2], columns: columns, epochs: 1920,
      seed: 1)
    return TablePage(
      title: "people & <others>", comparison: comparison,
      choices: [.init(column: "plan & price", kind: "category", why: "2 values < 5 %")],
      training: .init(
        seconds: 75.4, steps: 1234, epochs: 1920, parameters: 5_000, bytes: 123_456,
        losses: [
          .init(epochs: 0, heldOut: 30, training: nil),
          .init(epochs: 900, heldOut: 21, training: 20),
          .init(epochs: 1920, heldOut: 20, training: 18),
        ]), generatedRows: Array(tables[2].textRows.prefix(5)),
      heldOutRows: heldOut ? Array(tables[1].textRows.prefix(5)) : [])
  }

  private struct Found: Decodable {
    var problems: [String]
    var svgs: Int
    var tables: Int
  }

  /// Well-formed, in need of nothing else, and without a way for a value to become markup.
  @Test func needsNothingElse() throws {
    let page = Self.page(heldOut: false).html()
    let folder = try TemporaryFolder()
    let path = try folder.write(page, to: "page.html")
    let found: Found = try Python.evaluate(PageChecks.program, input: path)
    #expect(found.problems == [])
    // 5 columns, 3 associations, 1 loss.
    #expect(found.svgs == 9)
    // Figures, pairs, nulls, privacy, rows, choices, training.
    #expect(found.tables == 7)
    for identifier in [
      "verdict", "columns", "pairs", "nulls", "privacy", "rows", "inferred", "training",
    ] {
      #expect(page.contains("<section id=\"\(identifier)\">"), "\(identifier)")
    }
    #expect(page.contains("people &amp; &lt;others&gt;") && page.contains("amount &lt;b&gt;"))
    #expect(page.contains("&lt;script&gt;alert") && !page.contains("<script"))
    #expect(page.contains("2 values &lt; 5 %") && page.contains("1 min 15 s"))
    #expect(page.contains("400 training rows are few") && page.contains("1920 times"))
    #expect(page.contains("K9999") == false && page.contains("A9999"))
    #expect(page.contains("counts on from row to row") && page.contains("one value throughout"))
    #expect(page.contains("2024-10-0") || page.contains("2025-01-1"))
  }

  /// Real rows are on the page only if it is given some; values that hardly recur never are.
  @Test func realRowsStayAway() throws {
    let training = Self.table(rows: 400, seed: 1).columns[5].texts.compactMap(\.self)
    let heldOut = Self.table(rows: 150, seed: 2).columns[5].texts.compactMap(\.self)
    let without = Self.page(heldOut: false).html()
    #expect(!(training + heldOut).contains { without.contains($0) })
    let with = Self.page(heldOut: true).html()
    #expect(heldOut.prefix(5).allSatisfy { with.contains($0) })
    #expect(!training.contains { with.contains($0) })
  }

  /// Of many columns the worst are drawn, the others are in a table.
  @Test func manyColumns() {
    var random = SplitMix(seed: 4)
    let tables = (0..<3).map { _ in
      ComparedTable((0..<70).map { _ in (0..<90).map { _ in String(random.next() % 50) } })
    }
    let columns = (0..<70).map { ComparedColumn(name: "c\($0)", kind: .number(decimals: 0)) }
    let comparison = TableComparison(
      training: tables[0], heldOut: tables[1], generated: tables[2], columns: columns, seed: 1)
    let page = TablePage(title: "wide", comparison: comparison).html()
    #expect(page.matches(of: /<figure class="column">/).count == 60)
    #expect(page.contains("10 more columns") && page.contains("Of 2,415 pairs 1,770"))
  }

  @Test(arguments: [
    ("%Y-%m-%d", 0.0, "1970-01-01"), ("%d.%m.%y", -86_400, "1969-12-31"),
    ("%Y-%m-%d", 951_782_400, "2000-02-29"),
    ("%Y-%m-%dT%H:%M:%S.%3f", 951_868_800_000, "2000-03-01"),
    ("%Y-%m-%d", -62_135_596_800, "0001-01-01"), ("%H:%M", 49_380, "13:43"),
    ("%Y", .infinity, ""),
  ])
  func momentsAreDays(layout: String, units: Double, text: String) {
    #expect(MomentLabel(layout: layout).text(units) == text)
  }

  /// Nothing makes the pictures fail.
  @Test func degenerateTables() {
    let columns = [
      ComparedColumn(name: "", kind: .number(decimals: 2)), ComparedColumn(name: "b", kind: .text),
    ]
    for texts in [
      [[], []], [["1"], [nil]],
      [Array(repeating: nil, count: 90), Array(repeating: "", count: 90)],
      [(0..<90).map { "\($0)e307" }, (0..<90).map { String($0 * 7) }],
    ] as [[[String?]]] {
      let table = ComparedTable(texts)
      let comparison = TableComparison(
        training: table, heldOut: table, generated: table, columns: columns, seed: 1)
      var page = TablePage(title: "", comparison: comparison)
      page.training = .init(
        seconds: .nan, steps: 0, epochs: .infinity, parameters: 0, bytes: 0,
        losses: [.init(epochs: .nan, heldOut: 1), .init(epochs: 1, heldOut: .infinity)])
      let html = page.html()
      #expect(html.hasSuffix("</html>\n") && !html.contains("nan\"") && !html.contains("inf\""))
    }
  }
}
