import Foundation
import ProtobufSchema
import Schema
import TestSupport
import Testing

@testable import Records

/// Rows that protoc has encoded, as protobuf's JSON mapping has them.
@Suite struct ProtobufReaderTests {
  private let folder: TemporaryFolder
  private let messages: DeclaredMessages

  private static let source = """
    syntax = "proto3";
    import "google/protobuf/timestamp.proto";
    import "google/protobuf/duration.proto";
    import "google/protobuf/wrappers.proto";
    message Row {
      enum Kind { NONE = 0; BIG = 5; SMALL = -2; }
      message Part { string name = 1; repeated sint32 sizes = 2; Part inner = 3; }
      int32 a = 1; sint64 b = 2; fixed32 c = 3; sfixed64 d = 4; uint64 e = 5;
      double f = 6; float g = 7; bool h = 8; string i = 9; bytes j = 10;
      Kind k = 11; Part part = 12; repeated Part parts = 13;
      repeated int64 packed = 14; repeated int64 loose = 15 [packed = false];
      map<string, int32> counts = 16; map<int32, Kind> kinds = 17;
      oneof choice { string text = 18; Part piece = 19; }
      google.protobuf.Timestamp made_at = 20; google.protobuf.Duration took = 21;
      google.protobuf.Int64Value wrapped = 22; google.protobuf.StringValue note = 23;
      repeated Kind many = 24; repeated float ratios = 25;
    }
    message Rows { repeated Row row = 1; }
    """

  init() throws {
    folder = try TemporaryFolder()
    try folder.makeFolder("google")
    try folder.makeFolder("google/protobuf")
    for (name, text) in [
      ("timestamp", "message Timestamp { int64 seconds = 1; int32 nanos = 2; }"),
      ("duration", "message Duration { int64 seconds = 1; int32 nanos = 2; }"),
      (
        "wrappers",
        "message Int64Value { int64 value = 1; } message StringValue { string value = 1; }"
      ),
    ] {
      _ = try folder.write(
        "syntax = \"proto3\"; package google.protobuf; \(text)", to: "google/protobuf/\(name).proto"
      )
    }
    messages = try DeclaredMessages(
      path: folder.write(Self.source, to: "row.proto"), options: SchemaOptions(message: "Row"))
  }

  /// The rows of a text as protoc encodes them, field 1 of a message.
  private func encoded(_ text: String) throws -> [UInt8] {
    let path = try folder.write(text, to: "rows.txt")
    let result = try run(
      "bash",
      [
        "-c", "protoc -I \"$0\" --encode=Rows row.proto < \"$1\" > \"$0/rows.binpb\"", folder.path,
        path,
      ])
    try #require(result.status == 0, "\(result)")
    return try folder.read("rows.binpb")
  }

  private func rows(_ bytes: [UInt8], name: String = "r.binpb") throws -> [String] {
    var reader = try ProtobufReader(path: folder.write(bytes, to: name), messages: messages)
    var rows: [String] = []
    while try reader.next() { rows.append(String(decoding: reader.rawLine, as: UTF8.self)) }
    return rows
  }

  private static let texts = #"""
    row { a: -1 b: -9223372036854775808 c: 4294967295 d: -2 e: 18446744073709551615
      f: 1e-3 g: 0.1 h: true i: "é\"\n" j: "\000\377ab" k: SMALL
      part { name: "x" sizes: 1 sizes: -1 inner { name: "y" } } parts { } parts { name: "z" }
      packed: 1 packed: -1 loose: 2 loose: 3 counts { key: "b" value: 2 } counts { key: "a" }
      kinds { key: -7 value: BIG } text: "t"
      made_at { seconds: -1 nanos: 500000000 } took { seconds: -3 nanos: -250000 }
      wrapped { } note { value: "n" } many: BIG many: NONE ratios: 1.5 ratios: -2 }
    row { }
    row { k: 9 piece { name: "p" } made_at { seconds: 1700000000 } took { seconds: 5 } f: nan }
    """#

  @Test func valuesAreThoseOfTheMapping() throws {
    let expected = [
      #"{"a":-1,"b":-9223372036854775808,"c":4294967295,"d":-2,"e":18446744073709551615,"f":0.001,"g":0.1,"h":true,"i":"é\"\n","j":"AP9hYg==","k":"SMALL","part":{"name":"x","sizes":[1,-1],"inner":{"name":"y"}},"parts":[{},{"name":"z"}],"packed":[1,-1],"loose":[2,3],"counts":{"b":2,"a":0},"kinds":{"-7":"BIG"},"text":"t","madeAt":"1969-12-31T23:59:59.500Z","took":"-3.000250s","wrapped":0,"note":"n","many":["BIG","NONE"],"ratios":[1.5,-2.0]}"#,
      "{}",
      #"{"f":"NaN","k":9,"piece":{"name":"p"},"madeAt":"2023-11-14T22:13:20Z","took":"5s"}"#,
    ]
    let bytes = try encoded(Self.texts)
    for (found, line) in zip(try rows(bytes), expected) { #expect(found == line) }
    // The same rows with their sizes before them.
    var delimited: [UInt8] = []
    var rest = bytes[...]
    while rest.popFirst() != nil {
      let start = rest
      let found = rest.popVarint()
      let size = Int(try #require(found))
      delimited += start.prefix(start.count - rest.count + size)
      rest = rest.dropFirst(size)
    }
    #expect(try rows(delimited) == expected)
  }

  /// Of a field that comes twice the last counts, and messages are merged; unknown fields are passed
  /// over.
  @Test func fieldsThatComeTwice() throws {
    // a = 1, unknown 100 = 5, a = 2; part { name "x" }, part { sizes packed 1 }; text, then piece.
    let row: [UInt8] = [
      8, 1, 0xA0, 6, 5, 8, 2, 0x62, 3, 10, 1, 0x78, 0x62, 3, 0x12, 1, 2, 0x92, 1, 1, 0x74, 0x9A, 1,
      0,
    ]
    #expect(
      try rows([10, UInt8(row.count)] + row) == [
        #"{"a":2,"part":{"name":"x","sizes":[1]},"piece":{}}"#
      ])
  }

  @Test func refusals() throws {
    for (bytes, words) in [
      ([10, 5, 8], "ends inside a row"), ([10, 2, 0x0B, 1, 10, 0], "wire type 3"),
      ([3, 74, 1, 0xFF], "'i' is not UTF-8"),
      ([2, 8], "ends inside a row"), ([3, 8, 0x80, 0x80], "field 1 ends too early"),
    ] as [([UInt8], String)] {
      let error = #expect(throws: TableError.self, "\(bytes)") { try rows(bytes) }
      #expect(error?.description.contains("expected the message Row") == true, "\(words)")
    }
    let error = #expect(throws: TableError.self) {
      try readTable(
        path: "x.pb",
        schema: RecordSchema(
          messageName: "X", leaves: [], columns: [], root: .tuple(name: "", elements: [])))
    }
    #expect(error == .needsMessage(path: "x.pb"))
  }

  /// Damaged files give rows or an error, never a crash.
  @Test func mutations() throws {
    let bytes = try encoded(Self.texts)
    var random = SplitMix(seed: 20_261_129)
    var refused = 0
    for _ in 0..<10_000 {
      var mutant = bytes
      for _ in 0..<Int.random(in: 1...3, using: &random) where !mutant.isEmpty {
        let position = Int.random(in: 0..<mutant.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: mutant[position] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 1: mutant[position] = UInt8.random(in: .min ... .max, using: &random)
        case 2: mutant.remove(at: position)
        default: mutant.removeSubrange(position...)
        }
      }
      do {
        for row in try rows(mutant, name: "mutant.pb") {
          #expect((try? JSONSerialization.jsonObject(with: Data(row.utf8))) != nil, "\(row)")
        }
      } catch let error as TableError {
        refused += 1
        #expect(!error.description.contains("\n"))
      }
    }
    #expect(refused > 2_000)
  }
}
