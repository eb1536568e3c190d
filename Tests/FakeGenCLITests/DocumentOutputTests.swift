import FakeGen
import Foundation
import TestModels
import TestSupport
import Testing

/// Documents with maps, alternatives and rules of lists, as other programs read them.
@Suite struct DocumentOutputTests {
  private let folder: TemporaryFolder
  private let model: String

  init() throws {
    folder = try TemporaryFolder()
    model = try folder.write(DocumentModel.bytes, to: "documents.fakegen")
  }

  private func rows(_ options: String...) throws -> [[String: Any]] {
    let result = try Fakegen.run(
      Fakegen.path,
      ["--model", model, "--seed", "3", "--format", "jsonl", "--json-integers", "number"] + options)
    #expect(result.status == 0, "\(result.error)")
    return try result.output.split(separator: "\n").map {
      try #require(JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
  }

  /// What `scripts/checks/signature` compares on every platform.
  @Test func rowsKeepTheirSignature() throws {
    let golden = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Golden")
    let file = golden.appending(path: "documents.fakegen")
    #expect(try Array(Data(contentsOf: file)) == DocumentModel.bytes)
    let rows = try Fakegen.run("--model", file.path, "--count", "10", "-f", "jsonl").output
    let expected = try String(
      contentsOf: golden.appending(path: "documents-ten-rows.sha256"), encoding: .utf8)
    #expect(SHA256.hexadecimal(of: Array(rows.utf8)) + "\n" == expected)
  }

  @Test func rulesHoldInEveryRow() throws {
    let rows = try rows("-n", "1000", "--nested")
    var (counts, ways, marked): (Set<Int>, [String: Int], Set<Int>) = ([], [:], [])
    for row in rows {
      let lines = try #require(row["lines"] as? [[String: Any]])
      counts.insert(lines.count)
      let skus = lines.compactMap { $0["sku"] as? Int }
      #expect(Set(skus).count == lines.count)
      let quantities = lines.compactMap { $0["quantity"] as? Int }
      #expect(quantities == quantities.sorted(by: >))
      var total = 0
      for line in lines {
        let units = ["price", "amount"].map { Int((100 * (line[$0] as? Double ?? 0)).rounded()) }
        let (sku, quantity) = (line["sku"] as? Int ?? 0, line["quantity"] as? Int ?? 0)
        #expect(units == [125 * sku + 24, quantity * (125 * sku + 24)])
        total += units[1]
      }
      // To one digit, rounded to the nearest, up if there are two.
      #expect(Int((10 * (row["total"] as? Double ?? 0)).rounded()) == (total + 5) / 10)
      #expect(row["count"] as? Int == lines.count)
      let marks = try #require(row["marks"] as? [String: String])
      marked.insert(marks.count)
      // No list has one alone, unless the key that is nearly sure is there and no other is drawn.
      #expect(marks.count != 1 || marks["1"] != nil)
      #expect(Set(marks.values).isSubset(of: ["LOW", "HIGH"]))
      #expect(marks.keys.allSatisfy { (1...9).contains(Int($0) ?? 0) })
      let pay = (row["pay"] as? [String: Any] ?? [:]).filter { !($0.value is NSNull) }
      #expect(pay.count <= 1)
      ways[pay.keys.first ?? "", default: 0] += 1
    }
    // A fourth line would have a number that is there already.
    #expect(counts == [0, 1, 2, 3] && marked.isSuperset(of: [0, 2, 3]), "\(counts) \(marked)")
    #expect(Set(ways.keys) == ["", "card", "cash"], "\(ways)")
    let some = try self.rows("-n", "300", "--start", "700", "--threads", "2", "--nested")
    #expect(some as NSArray == rows[700...].map { $0 } as NSArray)
    let flat = try self.rows("-n", "20")
    #expect(flat.allSatisfy { $0["marks"] is [String: String] && $0.keys.contains("pay.card") })
  }

  /// What follows from an alternative is there with it alone, zero or not.
  @Test func whatFollowsFromAlternativesMayBeAbsent() throws {
    var rules = DocumentModel.rules
    rules.derived[1] = DerivedLeaf(
      leaf: 6, rule: .sum(terms: [.init(leaf: 3, factor: 1)], constant: 0))
    let path = try folder.write(
      DocumentModel.content(rules: rules).encoded(), to: "derived.fakegen")
    let source = try Fakegen.run("--model", path, "--print-proto").output
    #expect(source.contains("  optional int64 count = 5;"), "\(source)")
    #expect(source.contains("  double total = 3;"), "\(source)")
  }

  /// protoc takes maps and alternatives for what they are.
  @Test func protocReadsMapsAndAlternatives() throws {
    let source = try Fakegen.run("--model", model, "--print-proto").output
    #expect(source.contains("map<int64, MarksEnum.Value> marks = 2;"), "\(source)")
    #expect(source.contains("oneof choice {\n      int64 card = 1;\n      bool cash = 2;\n    }"))
    _ = try folder.write(source, to: "rows.proto")
    let result = try Fakegen.shell(
      #"""
      set -e; program=$1 model=$2; cd "$3"
      "$program" --model "$model" --seed 3 -n 200 -f proto -o rows.binpb
      protoc --decode=test.Rows rows.proto < rows.binpb
      """#, model, folder.path(""))
    #expect(result.status == 0, "\(result.error)")
    var expected = (cards: 0, cash: 0, marks: 0, totals: 0)
    for row in try rows("-n", "200", "--nested") {
      let pay = row["pay"] as? [String: Any] ?? [:]
      expected.cards += pay["card"] is Int ? 1 : 0
      expected.cash += pay["cash"] is Bool && !(pay["card"] is Int) ? 1 : 0
      expected.marks += (row["marks"] as? [String: String])?.count ?? 0
    }
    // Alternatives are there though they are zero or false.
    let lines = result.output.split(separator: "\n").map { $0.drop { $0 == " " } }
    #expect(lines.count { $0.hasPrefix("card: ") } == expected.cards)
    #expect(lines.count { $0.hasPrefix("cash: ") } == expected.cash)
    #expect(lines.count { $0.hasPrefix("marks {") } == expected.marks)
    #expect(lines.contains("card: 0") && lines.contains("cash: false"))
  }
}
