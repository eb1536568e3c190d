import Foundation
import TestSupport
import Testing

@testable import ProtobufSchema
@testable import Schema

@Suite("What is refused, and in which words")
struct RefusalTests {
  @Test(
    "Constructs without a module are refused by name",
    arguments: [
      ("repeated string tags = 1;", "tags", UnsupportedConstruct.repeated),
      ("map<string, int32> counts = 1;", "counts", .map),
      ("oneof either { string left = 1; int32 right = 2; }", "left", .oneof),
      ("string a = 1; bytes raw = 2;", "raw", .bytes),
      ("message N { repeated int32 many = 1; } N n = 1;", "n.many", .repeated),
    ])
  func constructs(lines: String, field: String, construct: UnsupportedConstruct) throws {
    let error = try #require(schemaError(proto3(lines)))
    guard case .unsupported(field, _, construct) = error else {
      Issue.record("\(error)")
      return
    }
    #expect(error.description.contains("'\(field)'"))
    #expect(error.description.contains(construct.rawValue))
    #expect(!error.description.contains("\n"))
  }

  @Test("A proto2 group is refused")
  func group() {
    let error = schemaError(
      "syntax = \"proto2\"; message M { optional group Part = 1 { optional int32 a = 1; } }")
    #expect(error == .unsupported(field: "part", message: "M", construct: .group))
  }

  @Test("Messages that contain themselves are refused, directly and through another")
  func recursion() {
    #expect(
      schemaError(proto3("string a = 1; M again = 2;"))
        == .recursion(field: "again", chain: ["M", "M"]))
    var options = SchemaOptions()
    options.message = "A"
    #expect(
      schemaError(
        "syntax = \"proto3\"; message A { B b = 1; } message B { C c = 1; } message C { B b = 1; }",
        options: options)
        == .recursion(field: "b.c.b", chain: ["B", "C", "B"]))
  }

  @Test("Messages without fields are refused")
  func empty() {
    #expect(schemaError(proto3("")) == .emptyMessage(message: "M", field: nil))
    #expect(
      schemaError(proto3("string a = 1; message N {} N n = 2;"))
        == .emptyMessage(message: "M.N", field: "n"))
  }

  @Test("Messages nested too deep are refused")
  func depth() throws {
    func nested(_ depth: Int) -> String {
      var proto = "syntax = \"proto3\"; message M0 { string a = 1; }"
      for level in 1..<depth { proto += " message M\(level) { M\(level - 1) below = 1; }" }
      return proto
    }
    let limit = SchemaBuilder.maximumDepth
    let deepest = try schema(nested(limit), options: SchemaOptions(message: "M\(limit - 1)"))
    #expect(deepest.leaves.count == 1)
    #expect(
      schemaError(nested(limit + 1), options: SchemaOptions(message: "M\(limit)"))
        == .tooDeep(
          field: Array(repeating: "below", count: limit).joined(separator: "."), limit: limit))
  }

  @Test("A small file that unfolds into very many fields is refused")
  func unfolding() {
    var proto = "syntax = \"proto3\"; message M0 { string a = 1; }"
    for level in 1..<12 {
      let fields = (1...10).map { "M\(level - 1) f\($0) = \($0);" }.joined(separator: " ")
      proto += " message M\(level) { \(fields) }"
    }
    #expect(
      schemaError(proto, options: SchemaOptions(message: "M11"))
        == .tooManyFields(message: "M11", limit: SchemaBuilder.maximumLeaves))
  }

  @Test("A file without messages, and one with several")
  func choice() throws {
    let none = try #require(schemaError("syntax = \"proto3\"; enum E { A = 0; }"))
    guard case .noMessage = none else {
      Issue.record("\(none)")
      return
    }
    let two = """
      syntax = "proto3"; package p; message A { string a = 1; } message B { string b = 1; }
      """
    let several = try #require(schemaError(two))
    guard case .messageNameNeeded(_, ["p.A", "p.B"]) = several else {
      Issue.record("\(several)")
      return
    }
    #expect(several.description.contains("--message NAME"))
    for name in ["B", "p.B"] {
      #expect(try schema(two, options: SchemaOptions(message: name)).messageName == "p.B")
    }
    let unknown = try #require(schemaError(two, options: SchemaOptions(message: "C")))
    guard case .unknownMessage("C", _, ["p.A", "p.B"]) = unknown else {
      Issue.record("\(unknown)")
      return
    }
  }

  @Test("protoc's own words are passed on, on one line")
  func syntaxError() throws {
    let error = try #require(schemaError("syntax = \"proto3\"; message M { strin a = 1; }"))
    guard case .protocFailed(_, let output) = error else {
      Issue.record("\(error)")
      return
    }
    #expect(output.contains("strin"))
    #expect(!error.description.contains("\n"))
  }

  @Test("Without protoc the error says how to get it")
  func missingCompiler() {
    let error = #expect(throws: SchemaError.self) {
      try DescriptorSource.read(
        path: example("address.proto"), importPaths: [], searchPath: "/nowhere:/nowhere/else")
    }
    #expect(error == .protocMissing(path: example("address.proto")))
    #expect(error?.description.contains("apt install protobuf-compiler") == true)
  }

  @Test("Missing files, folders, and files of another kind")
  func files() throws {
    let folder = try TemporaryFolder()
    for name in ["none.proto", "none.binpb"] {
      #expect(
        throws: SchemaError.unreadableFile(
          path: folder.path(name), reason: "no such file; check the path")
      ) { try RecordSchema(path: folder.path(name)) }
    }
    #expect(
      throws: SchemaError.unreadableFile(
        path: folder.path, reason: "expected a file, found a folder")
    ) { try RecordSchema(path: folder.path) }
    let text = try folder.write("LON,LAT\n1,2\n", to: "table.csv")
    #expect(throws: SchemaError.notADescriptorSet(path: text)) { try RecordSchema(path: text) }
    let empty = try folder.write("", to: "empty.binpb")
    #expect(throws: SchemaError.noMessage(path: empty)) { try RecordSchema(path: empty) }
  }

  @Test("Endless input is read no further than the limit")
  func endless() {
    #expect(throws: SchemaError.self) { try RecordSchema(path: "/dev/zero") }
  }
}
