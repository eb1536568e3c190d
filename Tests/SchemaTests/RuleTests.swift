import Foundation
import TestSupport
import Testing

@testable import ProtobufSchema
@testable import Schema

@Suite("From fields to modules")
struct RuleTests {
  @Test("Scalars of one message are collected at its end, whatever stands between them")
  func scalars() throws {
    let schema = try schema(
      proto3("float x = 1; string a = 2; int64 n = 3; bool b = 4; double y = 5;"))
    #expect(
      schema.root
        == .tuple(
          name: "",
          elements: [
            .stringLiteral(leaf: 1), .categorical(leaf: 3, classes: 2),
            .scalarTuple(leaves: [0, 2, 4]),
          ]))
  }

  @Test(
    "Every integer type has its range",
    arguments: [
      ("int32", Int64(Int32.min), Int64(Int32.max)), ("sint32", Int64(Int32.min), Int64(Int32.max)),
      ("sfixed32", Int64(Int32.min), Int64(Int32.max)), ("uint32", 0, Int64(UInt32.max)),
      ("fixed32", 0, Int64(UInt32.max)), ("int64", .min, .max), ("sint64", .min, .max),
      ("sfixed64", .min, .max), ("uint64", 0, .max), ("fixed64", 0, .max),
    ])
  func integers(type: String, minimum: Int64, maximum: Int64) throws {
    let leaf = try schema(proto3("\(type) a = 1;")).leaves[0]
    #expect(leaf.kind == .integer)
    #expect(leaf.typeRange == IntegerRange(minimum: minimum, maximum: maximum))
  }

  @Test("Explicit presence is a head for strings and categoricals, a flag for scalars")
  func presence() throws {
    let schema = try schema(
      proto3(
        """
        enum E { A = 0; B = 5; } optional string s = 1; optional E e = 2; optional bool b = 3;
        optional float f = 4; optional int32 i = 5; optional int32 id = 6;
        """))
    #expect(schema.leaves.map(\.isOptional) == Array(repeating: true, count: 6))
    #expect(
      schema.root
        == .tuple(
          name: "",
          elements: [
            .optional(.stringLiteral(leaf: 0)), .optional(.categorical(leaf: 1, classes: 2)),
            .optional(.categorical(leaf: 2, classes: 2)), .optional(.stringLiteral(leaf: 5)),
            .scalarTuple(leaves: [3, 4]),
          ]))
    #expect(schema.leaves[1].kind == .enumeration(names: ["A", "B"], numbers: [0, 5]))
  }

  @Test("In proto2 optional fields have presence and required ones, messages too, have not")
  func proto2() throws {
    let schema = try schema(
      """
      syntax = "proto2"; message M {
        message N { required string a = 1; }
        optional string s = 1; required string t = 2; required N n = 3; optional N o = 4;
        optional float x = 5; required float y = 6;
      }
      """)
    #expect(schema.leaves.filter(\.isOptional).map(\.path) == ["s", "x"])
    #expect(
      schema.root
        == .tuple(
          name: "",
          elements: [
            .optional(.stringLiteral(leaf: 0)), .stringLiteral(leaf: 1),
            .tuple(name: "n", elements: [.stringLiteral(leaf: 2)]),
            .optional(.tuple(name: "o", elements: [.stringLiteral(leaf: 3)])),
            .scalarTuple(leaves: [4, 5]),
          ]))
    #expect(schema.optionalMessages == [[3]])
  }

  @Test("Nested messages are tuples within tuples, their paths and columns dotted")
  func nesting() throws {
    let schema = try schema(
      proto3(
        """
        message Geo { double latitude_deg = 1; }
        message Home { string city = 1 [json_name = "CITY"]; Geo geo = 2; }
        string name = 1; Home first_home = 2;
        """))
    #expect(
      schema.leaves.map(\.path) == ["name", "first_home.city", "first_home.geo.latitude_deg"])
    #expect(
      schema.leaves.map(\.column) == ["name", "firstHome.CITY", "firstHome.geo.latitudeDeg"])
    #expect(
      schema.root
        == .tuple(
          name: "",
          elements: [
            .stringLiteral(leaf: 0),
            .optional(
              .tuple(
                name: "first_home",
                elements: [
                  .stringLiteral(leaf: 1),
                  .optional(
                    .tuple(name: "first_home.geo", elements: [.scalarTuple(leaves: [2])])),
                ])),
          ]))
    #expect(schema.optionalMessages == [[1, 2], [2]])
  }

  @Test(
    "Integers whose name ends in an identifying word are digits",
    arguments: [
      ("zip", true), ("zip_code", true), ("zipCode", true), ("zip5", true), ("customer_id", true),
      ("phone_number", true), ("ssn", true), ("PIN", true), ("home_ZIP", true),
      ("age", false), ("number_of_children", false), ("rapid", false), ("valid", false),
      ("room_count", false), ("year2", false), ("monkey", false),
    ])
  func identifiers(name: String, isDigits: Bool) throws {
    let schema = try schema(proto3("int32 \(name) = 1;"))
    #expect(schema.leaves[0].kind == (isDigits ? .digits : .integer))
  }

  @Test("Options change how numbers are modelled")
  func fieldOptions() throws {
    var options = SchemaOptions()
    try options.addField("zip=scalar")
    try options.addField("age=digits")
    try options.addField("n.x=decimals:2")
    let schema = try schema(
      proto3("message N { float x = 1; } int32 zip = 1; int32 age = 2; N n = 3;"),
      options: options)
    #expect(schema.leaves.map(\.kind) == [.integer, .digits, .real(decimals: 2)])
  }

  @Test(
    "Options of another form are refused",
    arguments: [
      "age", "=digits", "age=", "age=text", "x=decimals:", "x=decimals:19", "x=decimals:-1",
    ]
  )
  func malformedOptions(text: String) {
    var options = SchemaOptions()
    let error = #expect(throws: SchemaError.self) { try options.addField(text) }
    guard case .malformedOption("--field", text, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test("Options that do not suit their field are refused")
  func unsuitableOptions() throws {
    let proto = proto3("string s = 1; float x = 2; int32 age = 3;")
    for (text, field) in [("s=digits", "s"), ("x=scalar", "x"), ("age=decimals:2", "age")] {
      var options = SchemaOptions()
      try options.addField(text)
      let error = schemaError(proto, options: options)
      guard case .unsuitableOption("--field", field, _) = error else {
        Issue.record("\(String(describing: error))")
        continue
      }
    }
    #expect(
      schemaError(proto, options: SchemaOptions(columns: ["t": "T"]))
        == .unknownField(option: "--column", field: "t", candidates: ["s", "x", "age"]))
    #expect(
      schemaError(proto, options: SchemaOptions(fields: ["t": .digits]))
        == .unknownField(option: "--field", field: "t", candidates: ["s", "x", "age"]))
  }

  @Test("Two fields cannot share a column")
  func sharedColumn() {
    #expect(
      schemaError(
        proto3("string a = 1; string b = 2;"), options: SchemaOptions(columns: ["b": "a"]))
        == .sharedColumn(column: "a", fields: ["a", "b"]))
  }

  @Test("A message imported from another file is no candidate and can be nested")
  func imports() throws {
    let folder = try TemporaryFolder()
    _ = try folder.write(
      "syntax = \"proto2\"; package q; message N { optional string a = 1; }", to: "n.proto")
    let path = try folder.write(
      "syntax = \"proto3\"; import \"n.proto\"; message M { q.N n = 1; }", to: "m.proto")
    let schema = try RecordSchema(path: path)
    #expect(schema.messageName == "M")
    // Presence follows the syntax of the file that declares the field.
    #expect(schema.leaves.map(\.isOptional) == [true])
    #expect(
      try RecordSchema(path: path, options: SchemaOptions(message: "q.N")).messageName == "q.N")
  }

  @Test("A compiled descriptor set gives the same schema as its source")
  func compiled() throws {
    let folder = try TemporaryFolder()
    let output = folder.path("customer.binpb")
    let source = example("customer.proto")
    let folderOfSource = String(source.dropLast("/customer.proto".count))
    let result = try run(
      "protoc",
      ["--include_imports", "--descriptor_set_out=\(output)", "-I", folderOfSource, source])
    #expect(result.status == 0)
    #expect(try RecordSchema(path: output) == RecordSchema(path: source))
  }

  @Test("A schema survives being encoded")
  func coding() throws {
    let schema = try RecordSchema(path: example("customer.proto"))
    let data = try JSONEncoder().encode(schema)
    #expect(try JSONDecoder().decode(RecordSchema.self, from: data) == schema)
  }
}
