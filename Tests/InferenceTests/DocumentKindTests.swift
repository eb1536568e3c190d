import ProtobufSchema
import Records
import Schema
import TestSupport
import Testing

@testable import Inference

/// What holds in documents beyond their lists: sets and orders, maps, alternatives, totals.
@Suite struct DocumentKindTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func table(_ lines: [String]) throws -> RawTable {
    let path = try folder.write(lines.joined(separator: "\n") + "\n", to: "rows.jsonl")
    return try RawTable(paths: [path])
  }

  private func plan(_ lines: [String], kinds: [String: Kind] = [:]) throws -> TablePlan {
    try TablePlan(table: table(lines), options: InferenceOptions(kinds: kinds))
  }

  private static let keys = (0..<10).map { "k\($0)" }

  /// Orders in which all of that holds.
  private static func orders(_ count: Int) -> [String] {
    var random = SplitMix(seed: 4)
    func below(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }
    return (0..<count).map { row -> String in
      var skus = Array(0..<6)
      let items = (0..<below(4)).map { place -> (text: String, amount: Int) in
        let sku = skus.remove(at: below(skus.count))
        let (quantity, price) = (1 + below(9), 105 + 35 * sku + below(50))
        return (
          #"{"sku":"s\#(sku)","line":\#(10 * place + below(9)),"n":\#(quantity),"#
            + #""price":\#(price / 100).\#(price % 100 / 10)\#(price % 10)}"#, quantity * price
        )
      }
      let total = items.reduce(0) { $0 + $1.amount }
      // The first rows show all keys in their order.
      let attributes = Self.keys.filter { _ in below(6) == 0 || row == 0 }
        .map { "\"\($0)\":\"v\(below(3))\"" }
      let pay = [
        #"{"card":{"brand":"b\#(below(2))","last":\#(below(40))}}"#, #"{"cash":true}"#, "null",
      ]
      var tags = ["a", "b", "c", "d"]
      let chosen = (0..<below(4)).map { _ in "\"\(tags.remove(at: below(tags.count)))\"" }
      let (width, height) = (2 + below(30), 3 + below(40))
      return #"{"row":"r\#(row % 9)","items":[\#(items.map(\.text).joined(separator: ","))],"#
        + #""attributes":{\#(attributes.joined(separator: ","))},"pay":\#(pay[row < 2 ? row : below(3)]),"#
        + #""tags":[\#(chosen.joined(separator: ","))],"sum":\#(total / 100).\#(total % 100 / 10)"#
        + #"\#(total % 10),"count":\#(items.count),"width":\#(width),"height":\#(height),"#
        + #""area":\#(width * height)}"#
    }
  }

  @Test func allIsFound() throws {
    let plan = try plan(Self.orders(400))
    #expect(plan.kind("items") == "list distinct:sku distinct:line ascending:line")
    #expect(plan.kind("tags") == "list distinct: category")
    #expect(plan.kind("attributes") == "map")
    #expect(plan.alternatives == [["pay.card", "pay.cash"]])
    #expect(plan.kind("sum") == "total: items.n * items.price")
    #expect(plan.kind("count") == "total: items")
    #expect(plan.kind("area") == "product: width * height")
    let types = plan.schema.lists.map(\.type)
    #expect(types.map(\.isMap) == [false, true, false])
    #expect(types.map(\.distinct) == [[0, 1], [0], [0]])
    #expect(
      types.map(\.order) == [
        .init(leaf: 1, isDescending: false), .init(leaf: 0, isDescending: false), nil,
      ])
    // The alternatives' columns are there or not by what is chosen.
    let nodes = plan.schema.root.children.filter { if case .chosen = $0 { true } else { false } }
    #expect(nodes.count == 3)
    #expect(
      !nodes.flatMap(\.nodes).contains { if case .optional = $0 { true } else { false } })
    #expect(plan.schema.ruleProblem == nil)
  }

  /// A few rows say nothing.
  @Test func fewRowsAreNoEvidence() throws {
    let plan = try plan(Self.orders(12))
    #expect(plan.kind("items") == "list" && plan.kind("tags")?.hasPrefix("list: ") == true)
    #expect(plan.alternatives.isEmpty)
    #expect(plan.kind("attributes") != "map" && plan.kind("sum")?.hasPrefix("number") == true)
  }

  /// One row that is otherwise is enough.
  @Test func oneExceptionIsEnough() throws {
    let other =
      #"{"row":"r0","items":[{"sku":"s1","line":9,"n":1,"price":2.00},"#
      + #"{"sku":"s1","line":3,"n":1,"price":2.00}],"attributes":{"k1":"v1"},"#
      + #""pay":{"card":{"brand":"b0","last":3},"cash":true},"tags":["a","a"],"sum":4.01,"#
      + #""count":3,"width":3,"height":7,"area":22}"#
    let plan = try plan(Self.orders(400) + [other])
    #expect(plan.kind("items") == "list distinct:line" && plan.kind("tags") == "list: category")
    #expect(plan.alternatives.isEmpty)
    for name in ["sum", "count", "area"] {
      #expect(plan.kind(name)?.hasPrefix("number") == true, "\(plan.kind(name) ?? "")")
    }
  }

  @Test func whatIsSaidDecides() throws {
    let lines = Self.orders(400)
    let plan = try plan(
      lines,
      kinds: [
        "items": Kind("list descending:n"), "tags": Kind("list free: category"),
        "attributes": .object, "pay": .object, "sum": .number(decimals: 2, step: nil),
      ])
    #expect(plan.kind("items") == "list descending:n" && plan.kind("tags") == "list free: category")
    #expect(plan.kind("attributes.k3") == "category" && plan.alternatives.isEmpty)
    #expect(plan.kind("sum")?.hasPrefix("number") == true)
    let few = try self.plan(
      Self.orders(30),
      kinds: [
        "attributes": .map, "pay": .oneof, "sum": .total(list: "items", factors: ["n", "price"]),
      ])
    #expect(few.kind("attributes") == "map" && few.alternatives.count == 1)
    #expect(few.kind("sum") == "total: items.n * items.price")
    for (name, kind) in [
      ("attributes", "oneof"), ("items", "map"), ("row", "map"), ("pay", "map"), ("row", "oneof"),
      ("items", "list distinct:nothing"), ("sum", "total: tags.n"), ("sum", "total: row"),
      ("sum", "product: row * count"),
    ] {
      #expect(throws: InferenceError.self, "\(name) \(kind)") {
        try self.plan(lines, kinds: [name: Kind(kind)])
      }
    }
  }

  /// The message given back makes the same plan.
  @Test func messageIsReadBack() throws {
    let raw = try table(Self.orders(400))
    let plan = try TablePlan(table: raw, messageName: "Order")
    let text = plan.messageText(source: "rows.jsonl")
    #expect(text.contains("oneof choice {\n"))
    let path = try folder.write(text, to: "order.proto")
    let again = try TablePlan(table: raw, messages: DeclaredMessages(path: path))
    #expect(again.schema == plan.schema && again.order == plan.order)
    #expect(again.knownValues == plan.knownValues && again.alternatives == plan.alternatives)
    // Its members without the oneof around them.
    let parts = text.split(separator: "oneof choice {\n", maxSplits: 1)
    let end = try #require(parts[1].firstRange(of: "}\n"))
    let members = parts[1].replacingCharacters(in: end, with: "")
    let free = try folder.write(
      (parts[0] + members).split(separator: "\n").filter { !$0.contains(".choice") }
        .joined(separator: "\n"), to: "free.proto")
    #expect(try TablePlan(table: raw, messages: DeclaredMessages(path: free)).alternatives.isEmpty)
  }

  /// Records hold entries, and what is derived of them is what the documents have.
  @Test func recordsFollowTheRules() throws {
    let raw = try table(Self.orders(400))
    let plan = try TablePlan(table: raw)
    let records = try plan.records(of: raw)
    let derived = DerivedValues(schema: plan.schema)
    let leaves = try ["sum", "count", "area"].map { name in
      try #require(plan.schema.leaves.firstIndex { $0.column == name })
    }
    let choice = try #require(plan.schema.hidden.first?.leaf)
    let cash = try #require(plan.schema.leaves.firstIndex { $0.column == "pay.cash" })
    let map = try #require(plan.schema.leaves.firstIndex { $0.column == "attributes" })
    let formatter = RecordFormatter(schema: plan.schema, format: .csv)
    for (row, record) in records.enumerated() {
      let again = derived.recomputed(record)
      for leaf in leaves {
        #expect(again.values[leaf] == record.values[leaf])
        var computed = record
        computed.compute(plan.schema.derived, schema: plan.schema)
        #expect(computed.values[leaf] == record.values[leaf])
      }
      if record.values[cash] != .null { #expect(record.values[choice] == .integer(1)) }
      let text = formatter.text(record.values[map], plan.schema.leaves[map].kind)
      let line = Self.orders(400)[row]
      #expect(line.contains("\"attributes\":\(text)"), "\(text)")
      #expect(TablePlan.elementCount(text) == text.count { $0 == ":" })
    }
  }

  /// Objects whose keys are numbers as well keep them as texts; nested maps stand where they were.
  @Test func mapsInObjects() throws {
    let lines = (0..<60).map { row in
      let entries = (0..<3).map { "\"\(2000 + (row * 7 + $0 * 5) % 12)\":\(row + $0)" }
      return row % 6 == 5
        ? #"{"a":null,"z":1}"#
        : #"{"a":{"name":"n\#(row % 3)","years":{\#(entries.joined(separator: ","))}},"z":1}"#
    }
    let plan = try plan(lines)
    #expect(plan.choices.map(\.column) == ["a.name", "a.years", "z"])
    #expect(plan.kind("a.years") == "map")
    let type = try #require(plan.schema.lists.first?.type)
    #expect(type.elements.leaves[0].kind == .text && type.elements.leaves[1].kind == .integer)
    // Where the object around it is null the map is null too.
    #expect(plan.schema.leaves[1].isOptional)
  }

  /// Which keys the first rows have says nothing: entries are in the order of their keys.
  @Test func entriesAreInOrder() throws {
    let lines = (0..<60).map { row in
      let entries = (0..<3).map { "\"k\(($0 * 5 + 11 - row % 12) % 12)\":\(row + $0)" }
      return #"{"a":{\#(entries.joined(separator: ","))},"z":\#(row % 2)}"#
    }
    let raw = try table(lines)
    let plan = try TablePlan(table: raw)
    let type = try #require(plan.schema.lists.first?.type)
    #expect(plan.kind("a") == "map" && type.order == .init(leaf: 0, isDescending: false))
    for record in try plan.records(of: raw) {
      guard case .list(let entries) = record.values[0] else { continue }
      #expect(entries.count == 3 && type.order?.sorted(entries) == entries)
    }
  }

  /// A key that JSON has as a boolean is one, though all of its values are alike.
  @Test func valuesThatAreAlwaysTrue() throws {
    let plan = try plan(Self.orders(400))
    let cash = try #require(plan.schema.leaves.first { $0.column == "pay.cash" })
    #expect(cash.kind == .boolean)
    let text = try self.plan(
      Self.orders(400).map { $0.replacing("\"cash\":true", with: "\"cash\":\"true\"") })
    #expect(text.schema.leaves.first { $0.column == "pay.cash" }?.kind == .text)
  }

  /// What is said of the values of a map leaves it one, of objects in elements goes on to these.
  @Test func kindsOfParts() throws {
    let lines = Self.orders(400)
    let map = try plan(lines, kinds: ["attributes.value": .text])
    #expect(map.kind("attributes") == "map")
    #expect(try plan(lines, kinds: ["attributes.k3": .category]).kind("attributes") == nil)
    let items = (0..<200).map { row in
      let pay = ["{\"card\":\(row % 5)}", "{\"cash\":\(row % 3)}"][row / 2 % 2]
      return #"{"items":[{"n":\#(row % 4),"pay":\#(pay)}],"b":\#(row % 2)}"#
    }
    func groups(_ kind: Kind?) throws -> [[String]]? {
      try plan(items, kinds: kind.map { ["items.pay": $0] } ?? [:]).elements["items"]?.alternatives
    }
    #expect(try groups(nil) == [["pay.card", "pay.cash"]])
    #expect(try groups(.oneof) == [["pay.card", "pay.cash"]])
    #expect(try groups(.object) == [])
    #expect(throws: InferenceError.self) { try plan(items, kinds: ["item.pay": .oneof]) }
  }

  /// What is said of objects counts beside a message, whose groups share no key.
  @Test func alternativesOfMessages() throws {
    let raw = try table(
      (0..<200).map { row in
        let pay = ["{\"card\":\(row % 5)}", "{\"cash\":\(row % 3)}"][row / 2 % 2]
        let way = ["{\"sea\":\(row % 5)}", "{\"air\":\(row % 3)}"][row / 3 % 2]
        return #"{"pay":\#(pay),"way":\#(way),"b":\#(row % 2)}"#
      })
    func groups(_ names: [[String]], _ kinds: [String: Kind] = [:]) throws -> [[String]] {
      var options = InferenceOptions(kinds: kinds)
      options.alternatives = names
      return try TablePlan(table: raw, options: options).alternatives
    }
    let (pay, way) = (["pay.card", "pay.cash"], ["way.sea", "way.air"])
    #expect(try groups([pay]) == [pay])
    #expect(try groups([pay], ["way": .oneof]) == [way, pay])
    #expect(try groups([pay, way], ["pay": .object]) == [way])
    #expect(try groups([pay], ["pay": .oneof]) == [pay])
    #expect(throws: InferenceError.self) { try groups([pay, pay]) }
    #expect(throws: InferenceError.self) { try groups([pay, ["pay", "way.sea"]]) }
  }

  /// Alternatives of an object that few rows have are told from chance among these.
  @Test func alternativesOfFewRows() throws {
    let lines = (0..<4_000).map { row in
      let pay =
        row % 40 == 0 ? ["{\"card\":\(row % 5)}", "{\"cash\":\(row % 3)}"][row / 40 % 2] : "null"
      return #"{"pay":\#(pay),"b":\#(row % 7)}"#
    }
    #expect(try plan(lines).alternatives == [["pay.card", "pay.cash"]])
  }

  /// Of many columns one is in order in a few lists by chance.
  @Test func orderAmongManyColumns() throws {
    func lines(_ columns: Int) -> [String] {
      (0..<60).map { row in
        let items = (0..<(row < 14 ? 2 : 1)).map { place in
          let others = (1..<max(columns, 2)).map {
            ",\"c\($0)\":\((row * 7 + $0 * 3 + place * 5) % 11)"
          }
          return "{\"c0\":\(10 * place + row % 9)\(others.joined())}"
        }
        return #"{"items":[\#(items.joined(separator: ","))],"b":\#(row % 2)}"#
      }
    }
    #expect(try plan(lines(2)).kind("items")?.contains("ascending:c0") == true)
    #expect(try plan(lines(16)).kind("items")?.contains("ascending") == false)
  }

  /// Products of a few rows, or of rounding, are none.
  @Test func productsThatSayNothing() throws {
    func lines(_ rows: Int, _ price: (Int) -> Int) -> [String] {
      (0..<100).map { row in
        let (quantity, price) = (1 + row * 7 % 9, price(row))
        return row < rows
          ? #"{"q":\#(quantity),"p":\#(price),"a":\#(quantity * price),"b":\#(row % 2)}"#
          : #"{"b":\#(row % 2)}"#
      }
    }
    #expect(try plan(lines(100) { 3 + $0 * 5 % 17 }).kind("a") == "product: q * p")
    #expect(try plan(lines(15) { 3 + $0 * 5 % 17 }).kind("a")?.hasPrefix("product") == false)
  }

  @Test func refusalsSayWhatWasAsked() throws {
    func words(_ kinds: [String: Kind]) -> String {
      do {
        _ = try plan(
          Self.orders(60).map { $0.replacing("\"row\":", with: "\"same\":1,\"row\":") },
          kinds: kinds)
        return ""
      } catch { return "\(error)" }
    }
    #expect(words(["row": .map]).contains("map"), "\(words(["row": .map]))")
    let total = Kind.total(list: "items", factors: [])
    #expect(words(["same": total]).contains("the same value"), "\(words(["same": total]))")
    #expect(words(["row": total]).contains("no number"), "\(words(["row": total]))")
  }

  /// Few keys, or values of several forms, are an object's.
  @Test func objectsAreNoMaps() throws {
    for keys in [4, 10] {
      let lines = (0..<100).map { row in
        let entries = (0..<keys).filter { ($0 + row) % 3 == 0 }.map {
          "\"k\($0)\":\(keys > 4 && $0 == 3 ? "1" : "\"v\(row % 2)\"")"
        }
        return "{\"a\":{\(entries.joined(separator: ","))},\"b\":\(row % 2)}"
      }
      #expect(try plan(lines).kind("a") == nil)
    }
  }

  /// Numbers of elements that no row has come out in none, unless there are rare ones.
  @Test func lengthsThatNoListHas() throws {
    let lines = (0..<60).map { row in
      let values = (0..<[1, 4, 6][row % 3]).map { String(($0 * row) % 7) }
      return "{\"a\":[\(values.joined(separator: ","))],\"b\":\(row % 2)}"
    }
    #expect(try plan(lines).schema.lists.map(\.type.absentCounts) == [[2, 3, 5]])
    let rare = lines + [#"{"a":[1,2,3,4,5,6,7,8],"b":0}"#]
    #expect(try plan(rare).schema.lists.map(\.type.absentCounts) == [[]])
  }
}
