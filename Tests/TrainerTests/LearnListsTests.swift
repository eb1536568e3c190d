import Foundation
import TestSupport
import Testing

/// From made-up documents with lists to the rows of the model in fixed point.
@Suite struct LearnListsTests {
  private static let prices = ["apple": 1.25, "bread": 3.5, "milk": 2.0]

  private let folder: TemporaryFolder
  private let path: String

  init() throws {
    folder = try TemporaryFolder()
    var random = SplitMix(seed: 5)
    func below(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }
    let names = Self.prices.keys.sorted()
    let lines = (0..<500).map { row -> String in
      let isShop = below(3) == 0
      var product = below(3)
      let items = (0..<(isShop ? 3 + below(3) : 1 + below(2))).map { _ -> String in
        // Products go in a circle.
        product = (product + 1) % 3
        let name = names[product]
        return #"{"product":"\#(name)","price":\#(Self.prices[name] ?? 0),"#
          + #""quantity":\#(isShop ? 10 + below(9) : 1 + below(4)),"day":"2024-03-\#(10 + below(9))"}"#
      }
      let tags = (0..<below(3)).map { _ in #""\#(["red", "blue"][below(2)])""# }
      return
        #"{"id":\#(100 + row),"kind":"\#(isShop ? "shop" : "home")","at":{"city":"c\#(below(3))"},"#
        + #""items":[\#(items.joined(separator: ","))]"#
        + (below(5) == 0 ? "" : #","tags":[\#(tags.joined(separator: ","))]"#) + "}\n"
    }
    path = try folder.write(lines.joined(), to: "orders.jsonl")
  }

  private func rows(_ options: String...) throws -> [[String: Any]] {
    let result = try runBuilt(
      "fakegen",
      ["--model", folder.path("orders.fakegen"), "--format", "jsonl", "--json-integers", "number"]
        + options)
    #expect(result.status == 0, "\(result.error)")
    return try result.output.split(separator: "\n").map {
      try #require(JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
  }

  @Test(arguments: [
    // 24^15 elements are more than 64 bits hold.
    (24, 14, "nested deeper than 16 modules"),
    (100, 2, "with lists in them more than 4096 in a row"),
  ])
  func listsInListsBeyondAllLimits(count: Int, depth: Int, words: String) throws {
    let rest = Array(repeating: "[]", count: count - 1).joined(separator: ",")
    let ones = Array(repeating: "1", count: count).joined(separator: ",")
    let deep = (0..<depth).reduce("[\(ones)]") { inner, _ in "[\(inner),\(rest)]" }
    let data = try folder.write("{\"a\":\(deep)}\n{\"a\":[]}\n{\"a\":[]}\n", to: "deep.jsonl")
    let result = try runBuilt("trainer", ["learn", data, "--output", folder.path("deep")])
    #expect(result.status == 1 && result.error.contains(words), "\(result.error)")
  }

  @Test func listsAreLearned() throws {
    let learned = try runBuilt(
      "trainer",
      [
        "learn", path, "--output", folder.path("orders"), "--size", "small", "--set", "steps=150",
      ])
    #expect(learned.status == 0, "\(learned.error)")
    #expect(
      learned.output.contains("items (elements)") || learned.output.contains("orders.fakegen"))
    let rows = try rows("-n", "1500", "--nested")
    var (lengths, nothing): ([String: Set<Int>], Int) = ([:], 0)
    var (circular, pairs) = (0, 0)
    for row in rows {
      let kind = try #require(row["kind"] as? String)
      #expect(((row["at"] as? [String: Any])?["city"] as? String)?.hasPrefix("c") == true)
      let items = try #require(row["items"] as? [[String: Any]])
      lengths[kind, default: []].insert(items.count)
      for item in items {
        let product = try #require(item["product"] as? String)
        // What a product determines holds exactly.
        #expect(item["price"] as? Double == Self.prices[product])
        #expect((1...18).contains(item["quantity"] as? Int ?? 0))
        let day = try #require(item["day"] as? String)
        #expect(day >= "2024-03-10" && day <= "2024-03-18" && day.count == 10)
      }
      let names = Self.prices.keys.sorted()
      for (one, next) in zip(items, items.dropFirst()) {
        let places = try [one, next].map {
          try #require(names.firstIndex(of: $0["product"] as? String ?? ""))
        }
        pairs += 1
        circular += places[1] == (places[0] + 1) % 3 ? 1 : 0
      }
      if let tags = row["tags"] as? [String] {
        #expect(tags.count <= 2 && Set(tags).isSubset(of: ["red", "blue"]))
      } else {
        nothing += 1
      }
    }
    #expect(Set(rows.compactMap { $0["id"] as? Int }).count == rows.count)
    #expect((150...450).contains(nothing), "\(nothing)")
    #expect(lengths.values.joined().allSatisfy { (1...5).contains($0) })
    // An element follows from the one before: by chance a third would.
    #expect(Double(circular) > 0.8 * Double(pairs), "\(circular) of \(pairs)")
    // Rows are the model's and the seed's alone.
    let some = try self.rows("-n", "500", "--start", "1000", "--threads", "2", "--nested")
    #expect(some as NSArray == rows[1000...].map { $0 } as NSArray)
    #expect(try folder.readText("orders.html").contains("items (elements)"))
  }

  /// The message that infer prints, changed, decides.
  @Test func messageIsTakenBack() throws {
    let message = try runBuilt("trainer", ["infer", path])
    #expect(message.status == 0)
    let changed = message.output.replacing(
      "string kind = 2 [json_name = \"kind\", (fakegen.kind) = \"category\"]",
      with: "string kind = 2 [json_name = \"kind\", (fakegen.kind) = \"exclude\"]")
    #expect(changed != message.output)
    let schema = try folder.write(changed, to: "changed.proto")
    let learned = try runBuilt(
      "trainer",
      [
        "learn", path, "--output", folder.path("orders"), "--size", "small", "--set", "steps=10",
        "--schema", schema,
      ])
    #expect(learned.status == 0, "\(learned.error)")
    let row = try #require(try rows("-n", "1").first)
    #expect(row["kind"] == nil && row["items"] != nil && row["at.city"] != nil)
  }
}
