import FakeGen
import Foundation
import ProtobufSchema
import Records
import Schema
import TestSupport
import Testing

@testable import Inference

/// Documents with a message of one's own.
@Suite struct DeclaredTableTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private static let source = """
    syntax = "proto3";
    message Order {
      enum Size { SIZE_UNKNOWN = 0; SIZE_SMALL = 3; SIZE_LARGE = 4; }
      message Home { string city = 1; int32 floor_number = 7; optional bool lift = 3; Home second = 4; }
      message Item { string sku = 2; uint32 count = 1; repeated string notes = 3; }
      int64 id = 9; Size size = 5; Home home = 4; repeated Item items = 3; repeated string tags = 2;
      map<string, int32> points = 10; sint32 delta = 11; string never_there = 12;
      oneof pay { string card_name = 20; Home place = 21; }
    }
    """

  private func messages(_ source: String = source) throws -> DeclaredMessages {
    try DeclaredMessages(
      path: folder.write(source, to: "order.proto"), options: SchemaOptions(message: "Order"))
  }

  private func table(_ lines: [String]) throws -> RawTable {
    try RawTable(
      paths: [folder.write(lines.joined(separator: "\n") + "\n", to: "orders.jsonl")])
  }

  private static func delta(_ row: Int) -> Int { row * row % 7 % 5 }

  /// As a library of protobuf writes them: default values are left out.
  private static func order(_ row: Int) -> String {
    var members = [#""id":"\#(row * 7919 % 10_000)""#]
    if row % 3 > 0 { members.append(#""size":\#(row % 3 == 1 ? #""SIZE_LARGE""# : "3")"#) }
    if row % 4 > 0 {
      let floor = row % 5 == 0 ? "" : #","floorNumber":\#(row % 5)"#
      let second = row % 8 == 1 ? #","second":{"city":"c9"}"# : ""
      members.append(#""home":{"city":"c\#(row % 3)"\#(floor)\#(second)}"#)
    }
    if row % 2 > 0 {
      members.append(#""items":[{"sku":"s\#(row % 6)","count":2},{"sku":"s\#(row % 4)"}]"#)
      members.append(#""tags":["t\#(row % 3)"],"points":{"p\#(row % 2)":\#(row % 9)}"#)
    }
    if delta(row) > 0 { members.append(#""delta":\#(delta(row))"#) }
    if row % 3 == 0 { members.append(#""cardName":"n\#(row % 2)""#) }
    if row % 3 == 1 { members.append(#""place":{"city":"d\#(row % 2)"}"#) }
    return "{\(members.joined(separator: ","))}"
  }

  @Test func absentKeysAreDefaults() throws {
    let raw = try table((0..<240).map(Self.order))
    let plan = try TablePlan(table: raw, messages: messages())
    let leaves = plan.schema.leaves
    func leaf(_ path: String) throws -> Int {
      try #require(leaves.firstIndex { $0.path == path }, "\(path) of \(leaves.map(\.path))")
    }
    let records = try plan.records(of: raw)
    for (row, record) in records.enumerated() {
      func value(_ path: String) throws -> FieldValue { record.values[try leaf(path)] }
      #expect(
        try value("size") == .text(["SIZE_UNKNOWN", "SIZE_LARGE", "SIZE_SMALL"][row % 3]))
      #expect(try value("delta") == .integer(Int64(Self.delta(row))))
      #expect(
        try value("home.floor_number") == (row % 4 == 0 ? .null : .integer(Int64(row % 5))))
      guard case .list(let items) = try value("items"), case .list(let tags) = try value("tags")
      else {
        Issue.record("row \(row) has no lists")
        continue
      }
      #expect(items.count == (row % 2 == 0 ? 0 : 2) && tags.count == row % 2)
    }
    let list = try #require(plan.elements["items"])
    #expect(list.schema.leaves.map(\.path).prefix(2) == ["sku", "count"])
    let item = try #require(records[1].values[try leaf("items")].elements?.last)
    #expect(item.values[1] == .integer(0))
    #expect(plan.alternatives == [["cardName", "place"]])
    #expect(plan.warnings.contains { $0.text.contains("'never_there' has a value in no row") })
  }

  @Test func fieldsAreAsDeclared() throws {
    let raw = try table((0..<240).map(Self.order))
    let plan = try TablePlan(table: raw, messages: messages())
    let fields = Dictionary(
      uniqueKeysWithValues: plan.schema.columns.compactMap { leaf in
        plan.schema.leaves[leaf].protobuf.map { (plan.schema.leaves[leaf].path, $0) }
      })
    #expect(fields["id"]?.numbers == [9] && fields["id"]?.type == .int64)
    #expect(fields["home.floor_number"]?.numbers == [4, 7])
    #expect(fields["home.floor_number"]?.keys == ["home", "floorNumber"])
    #expect(fields["home.second.city"]?.numbers == [4, 4, 1])
    #expect(fields["place.city"]?.numbers == [21, 1])
    #expect(fields["delta"]?.type == .sint32 && fields["points"]?.type == .message)
    #expect(fields["size"]?.values.map(\.number) == [0, 3, 4])
    let item = plan.elements["items"]?.schema.leaves.map { $0.protobuf?.numbers }
    #expect(item?.prefix(2) == [[2], [1]])
    // Printed and given back it is the same.
    let path = try folder.write(plan.messageText(source: "orders.jsonl"), to: "again.proto")
    let again = try TablePlan(
      table: plan.conforming(raw),
      messages: DeclaredMessages(path: path, options: SchemaOptions(message: "Order")))
    #expect(again.schema.leaves == plan.schema.leaves)
    #expect(again.schema == plan.schema && again.order == plan.order)
    #expect(again.knownValues == plan.knownValues)
  }

  /// Names of fields serve as keys, too; the rows keep theirs.
  @Test func keysMayBeNamesOfFields() throws {
    let raw = try table((0..<60).map { #"{"id":\#($0),"card_name":"n\#($0 % 3)","delta":1}"# })
    let plan = try TablePlan(table: raw, messages: messages())
    #expect(plan.schema.leaves.contains { $0.path == "card_name" && $0.column == "card_name" })
  }

  @Test func refusals() throws {
    for (line, words) in [
      (#"{"size":"HUGE"}"#, "expected a value of the field's enum (SIZE_UNKNOWN, SIZE_SMALL"),
      (#"{"delta":"a"}"#, "its field is declared so"),
      (#"{"delta":0.5}"#, "its field is declared so"),
      (#"{"cardName":"a","place":{"city":"b"}}"#, "both 'cardName' and 'place'"),
    ] {
      let lines =
        (0..<40).map { #"{"id":\#($0),"delta":\#($0 % 7),"cardName":"n"}"# }
        + Array(repeating: line, count: 20)
        + [#"{"place":{"city":"x"}}"#]
      let raw = try table(lines)
      let error = #expect(throws: InferenceError.self, "\(line)") {
        try TablePlan(table: raw, messages: messages())
      }
      #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
    }
  }

  /// Durations are numbers of seconds, wrapped values may be missing, texts of bytes are known.
  @Test func messagesThatAreValues() throws {
    let source = """
      syntax = "proto3";
      import "google/protobuf/duration.proto"; import "google/protobuf/wrappers.proto";
      import "google/protobuf/timestamp.proto";
      message Order {
        google.protobuf.Duration took = 1; google.protobuf.Int32Value stars = 2; bytes mark = 3;
        google.protobuf.Timestamp at = 4;
      }
      """
    let raw = try table(
      (0..<300).map { row in
        let stars = row % 3 == 0 ? "" : #","stars":\#(row % 5)"#
        let time = "\(10 + row % 9):\(10 + row % 49):\(10 + row * 7 % 49)"
        return
          #"{"took":"\#(row % 50)\#(row % 3 == 0 ? "" : ".5")s"\#(stars),"mark":"AP\#(row % 4)=","#
          + #""at":"2025-03-1\#(row % 9)T\#(time).\#(100 + row % 900)Z"}"#
      })
    let plan = try TablePlan(table: raw, messages: messages(source))
    let leaves = Dictionary(
      uniqueKeysWithValues: plan.schema.columns.map { (plan.schema.leaves[$0].path, $0) }
    ).mapValues { plan.schema.leaves[$0] }
    #expect(leaves["took"]?.kind == .real(decimals: 1) && leaves["mark"]?.kind == .text)
    #expect(leaves["took"]?.protobuf?.type == .duration)
    #expect(leaves["mark"]?.protobuf?.type == .bytes)
    #expect(leaves["at"]?.protobuf?.type == .timestamp)
    #expect(leaves["stars"]?.protobuf?.type == .int32 && leaves["stars"]?.kind == .integer)
    #expect(leaves["stars"]?.protobuf?.isWrapped == true && leaves["stars"]?.isOptional == true)
    // Base64 that is spelled anew would be none.
    let free = try table(
      (0..<300).map { row in
        #"{"mark":"\#(String(repeating: "aB", count: row * 7 % 23))\#(row % 150)"}"#
      })
    #expect(throws: InferenceError.self) {
      try TablePlan(table: free, messages: messages(source))
    }
  }

  /// What protobuf allows though it is rare: nothing in any row, keys in both spellings, constants,
  /// alternatives in alternatives.
  @Test func rareTables() throws {
    let source = """
      syntax = "proto3"; import "google/protobuf/timestamp.proto";
      message Order {
        message Part { oneof inner { string a = 1; string b = 2; } }
        int32 number_of = 1; google.protobuf.Timestamp at = 2; google.protobuf.Timestamp never = 3;
        repeated Part empty = 4; map<string, int32> nothing = 5;
        oneof way { Part one = 6; string two = 7; }
        Lone lone = 8;
      }
      message Lone { map<string, string> words = 1; }
      """
    let raw = try table(
      (0..<120).map { row in
        let key = row < 60 ? "numberOf" : "number_of"
        let way = row % 2 == 0 ? #""one":{"\#(row % 4 == 0 ? "a" : "b")":"x"}"# : #""two":"y""#
        let lone = row % 3 == 0 ? "" : #","lone":{"words":{"w":"v\#(row % 3)"}}"#
        return #"{"\#(key)":\#(1 + row % 5),"at":"2025-01-01T00:00:00Z","never":null,"empty":[],"#
          + #""nothing":null,\#(way)\#(lone)}"#
      })
    let plan = try TablePlan(table: raw, messages: messages(source))
    let records = try plan.records(of: raw)
    let number = try #require(plan.schema.leaves.firstIndex { $0.path == "number_of" })
    for (row, record) in records.enumerated() {
      #expect(record.values[number] == .integer(Int64(1 + row % 5)))
    }
    #expect(plan.alternatives == [["one", "two"]])
    for leaf in plan.schema.columns {
      let leaf = plan.schema.leaves[leaf]
      #expect(leaf.protobuf?.suits(leaf.columnKind) == true, "\(leaf.path)")
    }
    let words = try #require(plan.schema.leaves.firstIndex { $0.path == "lone.words" })
    #expect(records[0].values[words] == .null && records[1].values[words] != .null)
  }

  /// Types have ranges.
  @Test func numbersBeyondTheirType() throws {
    for (type, value) in [("int32", "4000000000"), ("uint32", "-1"), ("fixed64", "-7")] {
      let source = "syntax = \"proto3\"; message Order { \(type) n = 1; }"
      let raw = try table((0..<40).map { #"{"n":\#($0 == 7 ? value : "\($0)")}"# })
      let error = #expect(throws: InferenceError.self) {
        try TablePlan(table: raw, messages: messages(source))
      }
      #expect(error?.description.contains(value) == true, "\(error?.description ?? "")")
    }
  }

  /// What a kind says counts for more than the type.
  @Test func kindsCountForMoreThanTypes() throws {
    let source = """
      syntax = "proto3"; import "fakegen/options.proto";
      message Order { int32 id = 1; int32 delta = 2 [(fakegen.kind) = "category"]; }
      """
    let raw = try table((0..<400).map { #"{"id":\#($0 % 9),"delta":\#($0 * 7919 % 300)}"# })
    let plan = try TablePlan(table: raw, messages: messages(source))
    #expect(plan.schema.leaves[1].protobuf?.type == .string)
    #expect(plan.warnings.contains { $0.text.contains("declared as int32") })
  }
}

extension FieldValue {
  fileprivate var elements: [Record]? {
    if case .list(let records) = self { records } else { nil }
  }
}
