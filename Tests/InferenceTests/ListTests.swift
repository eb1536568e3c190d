import Foundation
import ProtobufSchema
import Records
import Schema
import TestSupport
import Testing

@testable import Inference

/// Documents with arrays and objects in one another.
@Suite struct ListTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func table(_ lines: [String]) throws -> RawTable {
    let path = try folder.write(lines.joined(separator: "\n") + "\n", to: "rows.jsonl")
    return try RawTable(paths: [path])
  }

  private func plan(_ lines: [String], kinds: [String: Kind] = [:]) throws -> TablePlan {
    try TablePlan(
      table: table(lines), options: InferenceOptions(minimumCount: 1, kinds: kinds),
      messageName: "Order")
  }

  private static let orders = (0..<30).map { row -> String in
    let items = (0..<(row % 4)).map {
      #"{"name":"p\#(($0 + row) % 3)","size":{"w":\#($0),"h":\#(row % 5 + $0)},"parts":[\#($0)]}"#
    }
    let tags = row % 5 == 0 ? "" : #","tags":["t\#(row % 2)","x"]"#
    let place = row % 3 == 0 ? "null" : #"{"city":"c\#(row % 2)","zip":null}"#
    return #"{"id":\#(row),"items":[\#(items.joined(separator: ","))],"at":\#(place)\#(tags)}"#
  }

  @Test func documentsBecomeColumnsAndLists() throws {
    let plan = try plan(Self.orders)
    #expect(plan.choices.map(\.column) == ["id", "items", "at.city", "at.zip", "tags"])
    let kinds = plan.choices.map(\.kind.text)
    #expect(kinds[1].hasPrefix("list ") && kinds[2] == "category" && kinds[3] == "empty")
    #expect(kinds[4] == "list ascending: category")
    #expect(
      plan.schema.leaves.prefix(5).map(\.path) == ["id", "items", "at.city", "at.zip", "tags"])
    let lists = plan.schema.lists.map(\.type)
    #expect(lists.map(\.counts) == [0...3, 2...2])
    #expect(lists.map(\.isMessage) == [true, false])
    let item = lists[0].elements
    #expect(item.columns.map { item.leaves[$0].column } == ["name", "size.w", "size.h", "parts"])
    #expect(item.columns.map { item.leaves[$0].path } == ["name", "size.w", "size.h", "parts"])
    #expect(item.lists.map(\.type.counts) == [1...1])
    // Absent lists are told from empty ones.
    #expect(plan.schema.leaves[4].isOptional && !plan.schema.leaves[1].isOptional)
  }

  /// What is read is what was written, and its texts are the documents' arrays.
  @Test func recordsHoldTheElements() throws {
    let raw = try table(Self.orders)
    let plan = try TablePlan(table: raw, options: InferenceOptions(minimumCount: 1))
    let formatter = RecordFormatter(schema: plan.schema, format: .csv)
    let records = try plan.records(of: raw)
    for (line, record) in zip(Self.orders, records) {
      let object = try #require(
        JSONSerialization.jsonObject(with: Data(line.utf8)) as? NSDictionary)
      for (leaf, name) in [(1, "items"), (4, "tags")] {
        guard let wanted = object[name] else {
          #expect(record.values[leaf] == .null)
          continue
        }
        let text = formatter.text(record.values[leaf], plan.schema.leaves[leaf].kind)
        let found = try JSONSerialization.jsonObject(with: Data(text.utf8))
        #expect((found as? NSArray) == (wanted as? NSArray), "\(text)")
      }
    }
  }

  @Test func kindsOfElementsAreChosenByName() throws {
    let plan = try plan(
      Self.orders, kinds: ["items.name": .text, "tags": .list(of: .text), "items.size.w": .exclude])
    #expect(plan.elements["items"]?.choices.map(\.kind.text).first == "text")
    #expect(plan.kind("tags") == "list ascending: text")
    #expect(plan.elements["items"]?.schema.leaves.contains { $0.column == "size.w" } == false)
    #expect(throws: InferenceError.self) { try self.plan(Self.orders, kinds: ["items": .text]) }
    #expect(throws: InferenceError.self) {
      try self.plan(Self.orders, kinds: ["id": .list(of: nil)])
    }
    #expect(throws: InferenceError.self) {
      try self.plan(Self.orders, kinds: ["items.nothing": .text])
    }
  }

  @Test func whatIsNoColumnIsSaid() throws {
    func reason(_ lines: [String]) -> String {
      do {
        _ = try plan(lines)
        return ""
      } catch { return "\(error)" }
    }
    #expect(
      reason([#"{"a":1}"#, #"{"a":[1]}"#]).contains("rows.jsonl:2: key 'a': expected a text"))
    #expect(reason([#"{"a":[1]}"#, #"{"a":"x"}"#]).contains("expected an array as in other rows"))
    #expect(reason([#"{"a":{"b":1}}"#, #"{"a":2}"#]).contains("expected an object"))
    #expect(reason([#"{"a":[1,{"b":2}]}"#]).contains("elements that are no objects"))
    #expect(reason([#"{"a":[{"b":2},{"b":[1]}]}"#]).contains("key 'a.b'"))
    #expect(reason([#"{"a":{"b.c":1}}"#]).contains("rename it"))
    let deep = String(repeating: "[", count: 40) + String(repeating: "]", count: 40)
    #expect(reason([#"{"a":\#(deep)}"#]).contains("nested deeper than 16"))
    let long = "[" + Array(repeating: "1", count: 4_097).joined(separator: ",") + "]"
    #expect(reason([#"{"a":\#(long)}"#, #"{"a":[]}"#]).contains("at most 4096 elements"))
  }

  /// A column whose lists are all empty has no elements to learn from.
  @Test func emptyListsAreAnEmptyColumn() throws {
    let plan = try plan([#"{"a":[],"b":1}"#, #"{"a":[],"b":2}"#, #"{"a":null,"b":3}"#])
    #expect(plan.kind("a") == "empty")
    #expect(plan.schema.lists.isEmpty)
    let raw = try table([#"{"a":[],"b":1}"#, #"{"a":[],"b":2}"#])
    for table in [raw, try table([#"{"a":[{}],"b":1}"#, #"{"a":[],"b":2}"#])] {
      let plan = try TablePlan(table: table)
      #expect(plan.kind("a") == "empty")
      let records = try plan.records(of: table)
      #expect(records.map { $0.values[0] } == [.null, .null])
      // Given back as it was printed.
      let again = try TablePlan(
        table: table, options: InferenceOptions(kinds: ["a": .empty]))
      #expect(again.kind("a") == "empty")
    }
  }

  /// What one row alone has is no known value, however often its list has it.
  @Test func valuesCountOnceForEachRow() throws {
    let secret = Array(repeating: #""Jane Doe""#, count: 7).joined(separator: ",")
    let lines = (0..<40).map { row in
      #"{"n":\#(row % 3),"tags":[\#(row == 9 ? secret : #""red","blue""#)],"#
        + #""notes":[\#(row == 5 ? #""secret""# : "")]}"#
    }
    let plan = try TablePlan(table: table(lines))
    let lists = plan.schema.lists.map(\.type)
    #expect(lists.map(\.knownValues).joined().joined().sorted() == ["blue", "red"])
    let notes = try #require(lists.last)
    #expect(notes.elements.root.nodes.contains(.stringLiteral(leaf: 0)))
  }

  @Test func keysOfElementsAreOtherThanThoseOfRows() throws {
    let lines = (0..<60).map { row in
      #"{"id":"\#(1000 + row * 7919 % 9000)-x","items":[{"id":"\#(1000 + row * 6007 % 9000)-x"}]}"#
    }
    let plan = try TablePlan(table: table(lines))
    let elements = try #require(plan.schema.lists.first?.type.elements)
    let rows = plan.schema.rowRules().derived.map { $0.rule.key(row: 1, seed: 1, choice: 0) }
    let items = elements.rowRules(ofElementsOf: elements.messageName).derived.map {
      $0.rule.key(row: 1, seed: 1, choice: 0)
    }
    #expect(rows.count == 1 && items.count == 1 && rows[0] != nil && rows != items)
  }

  /// Elements that are all the same have something to decode all the same.
  @Test func constantElementsAreModelled() throws {
    let plan = try plan([#"{"a":["x","x"]}"#, #"{"a":["x"]}"#, #"{"a":["x"]}"#])
    let type = try #require(plan.schema.lists.first?.type)
    #expect(type.elements.root.children.contains { !$0.isConstant })
  }

  /// The message given back makes the same plan, with what a person has changed in it.
  @Test func messageIsReadBack() throws {
    let raw = try table(Self.orders)
    let plan = try TablePlan(
      table: raw, options: InferenceOptions(minimumCount: 1), messageName: "Order")
    let text = plan.messageText(source: "rows.jsonl")
    let path = try folder.write(text, to: "order.proto")
    let again = try TablePlan(table: raw, messages: DeclaredMessages(path: path))
    #expect(again.order == plan.order && again.knownValues == plan.knownValues)
    #expect(again.schema == plan.schema)
    let name = try folder.write(
      text.replacing(
        "[json_name = \"name\", (fakegen.kind) = \"category\"]",
        with: "[json_name = \"name\", (fakegen.kind) = \"text\"]"), to: "changed.proto")
    let changed = try TablePlan(table: raw, messages: DeclaredMessages(path: name))
    #expect(changed.elements["items"]?.kind("name") == "text")
  }

  @Test func messageShowsTheElements() throws {
    let text = try plan(Self.orders).messageText(source: "rows.jsonl")
    #expect(text.contains("  message ItemsElement {\n    option (fakegen.minimum_count) = 1;"))
    #expect(text.contains("repeated ItemsElement items = 2"))
    #expect(text.contains("(fakegen.kind) = \"list ascending: category\""))
    #expect(text.contains("At at = 3 [json_name = \"at\"];"))
    #expect(text.contains("string city = 1 [json_name = \"city\""))
  }
}
