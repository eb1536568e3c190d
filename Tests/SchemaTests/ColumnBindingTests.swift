import Testing

@testable import ProtobufSchema
@testable import Schema

@Suite("Binding to a header")
struct ColumnBindingTests {
  static let proto = proto3("string zip_code = 1; string city = 2 [json_name = \"CITY\"];")

  @Test("The header sets the order; other columns are ignored")
  func order() throws {
    let binding = try schema(Self.proto).bound(
      toHeader: ["CITY", "", "zipCode", "NOTE", "NOTE"], place: "t.csv:1")
    #expect(binding.schema.columns == [1, 0])
    #expect(binding.leaves == [1, nil, 0, nil, nil])
    #expect(binding.ignoredColumns == ["", "NOTE", "NOTE"])
  }

  @Test("The field's own name serves where the JSON name is missing")
  func fieldName() throws {
    let binding = try schema(Self.proto).bound(toHeader: ["zip_code", "city"], place: "t.csv:1")
    #expect(binding.schema.leaves.map(\.column) == ["zip_code", "city"])
    let both = try schema(Self.proto).bound(
      toHeader: ["zip_code", "CITY", "zipCode"], place: "t.csv:1")
    #expect(both.leaves == [nil, 1, 0])
  }

  @Test("A chosen column is the only one that serves")
  func chosen() throws {
    let schema = try schema(Self.proto, options: SchemaOptions(columns: ["city": "TOWN"]))
    #expect(throws: SchemaError.self) {
      try schema.bound(toHeader: ["zip_code", "city"], place: "t.csv:1")
    }
    let binding = try schema.bound(toHeader: ["TOWN", "zip_code"], place: "t.csv:1")
    #expect(binding.leaves == [1, 0])
  }

  @Test("A field's name does not take another field's column")
  func taken() throws {
    let schema = try schema(
      proto3("string a_b = 1; string c = 2;"), options: SchemaOptions(columns: ["c": "a_b"]))
    let error = #expect(throws: SchemaError.self) {
      try schema.bound(toHeader: ["a_b"], place: "t.csv:1")
    }
    #expect(
      error
        == .missingColumns(place: "t.csv:1", fields: ["a_b"], columns: ["aB"], found: ["a_b"]))
  }

  @Test("Missing and repeated columns are named, with what was found")
  func errors() throws {
    let schema = try schema(Self.proto)
    let missing = #expect(throws: SchemaError.self) {
      try schema.bound(toHeader: ["city", "NAME"], place: "t.csv:1")
    }
    #expect(
      missing?.description
        == "t.csv:1: no column for field 'zip_code' (column 'zipCode'); the header has city, NAME; "
        + "bind fields with json_name or --column FIELD=COLUMN")
    let repeated = #expect(throws: SchemaError.self) {
      try schema.bound(toHeader: ["city", "zipCode", "city"], place: "t.csv:1")
    }
    #expect(repeated == .repeatedColumn(place: "t.csv:1", column: "city"))
  }
}
