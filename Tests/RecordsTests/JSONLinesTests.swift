import ProtobufSchema
import Schema
import TestSupport
import Testing

@testable import Records

@Suite("Reading JSON Lines")
struct JSONLinesTests {
  let folder: TemporaryFolder
  let customer: RecordSchema

  init() throws {
    folder = try TemporaryFolder()
    customer = try RecordSchema(path: example("customer.proto"))
  }

  private func read(_ text: String, skipBad: Int = 0) throws -> Table {
    try readTable(
      path: folder.write(text, to: "t.jsonl"), schema: customer,
      reading: TableReading(skipBad: skipBad))
  }

  static let full = """
    {"name": "Ann", "email": "a@b.example", "plan": "BASIC", "newsletter": true, "age": 40, \
    "balance": -1.5, "home": {"street": "Elm \\u00e9", "city": "", "postcode": 12345, \
    "latitude": 44.5, "longitude": -7.25e1}, "other": [1, {"a": null}]}
    """
  static let fullRecord = Record(values: [
    .text("Ann"), .text("a@b.example"), .choice(1), .choice(1), .integer(40), .real(-1.5),
    .text("Elm é"), .text(""), .text("12345"), .real(44.5), .real(-72.5),
  ])

  @Test("Nested objects, other keys ignored")
  func nested() throws {
    #expect(try read(Self.full + "\n").records == [Self.fullRecord])
  }

  @Test("A byte order mark, CRLF, blank lines and a last line without its end")
  func lines() throws {
    let table = try read("\u{FEFF}\(Self.full)\r\n\n  \r\n\(Self.full)")
    #expect(table.records == [Self.fullRecord, Self.fullRecord])
  }

  @Test("Missing keys and null are missing cells")
  func missing() throws {
    let expected = Record(values: [
      .text(""), .null, .choice(2), .choice(0), .integer(0), .null, .null, .null, .null, .null,
      .null,
    ])
    let required = "\"plan\": 2, \"newsletter\": false, \"age\": \"0\""
    for line in [
      "{\(required)}", "{\(required), \"home\": null, \"email\": null, \"name\": null}",
      "{\(required), \"home\": {}}", "{\(required), \"home\": {\"city\": null}}",
    ] {
      #expect(try read(line).records == [expected])
    }
  }

  @Test("An optional string may be empty and yet present")
  func emptyString() throws {
    let table = try read("{\"email\": \"\", \"plan\": 0, \"newsletter\": false, \"age\": 1}")
    #expect(table.records[0].values[1] == .text(""))
  }

  @Test("Field names serve as well as JSON names, and the column as an outer key")
  func names() throws {
    let schema = try schema("message N { string first_name = 1; } N the_n = 1; string b = 2;")
    for line in [
      "{\"theN\": {\"firstName\": \"x\"}}", "{\"the_n\": {\"first_name\": \"x\"}}",
      "{\"theN.firstName\": \"x\"}",
    ] {
      let path = try folder.write(line, to: "n.jsonl")
      let table = try readTable(path: path, schema: schema)
      #expect(table.records[0].values == [.text("x"), .text("")])
    }
  }

  @Test("Integers keep all their digits")
  func largeIntegers() throws {
    let schema = try schema("int64 n = 1; uint64 id = 2;")
    let path = try folder.write(
      "{\"n\": -9223372036854775808, \"id\": 9223372036854775807}", to: "n.jsonl")
    #expect(
      try readTable(path: path, schema: schema).records[0].values
        == [.integer(.min), .text("9223372036854775807")])
  }

  @Test(
    "What does not fit is named",
    arguments: [
      ("{\"name\": 5}", "field 'name': expected a string, found a number"),
      ("{\"newsletter\": 1}", "field 'newsletter': expected true or false, found a number"),
      ("{\"newsletter\": \"true\"}", "field 'newsletter': expected true or false, found a string"),
      (
        "{\"age\": true}",
        "field 'age': expected a number or a string that holds one, found a boolean"
      ),
      (
        "{\"age\": [1]}",
        "field 'age': expected a number or a string that holds one, found an array"
      ),
      (
        "{\"age\": {}}",
        "field 'age': expected a number or a string that holds one, found an object"
      ),
      ("{\"age\": 1.5}", "field 'age': expected an integer, found \"1.5\""),
      ("{\"home\": \"x\"}", "field 'home.street': expected an object, found a string"),
      ("{\"name\": \"a\\u0000b\"}", "field 'name': found a zero character; remove it"),
      ("[1]", "expected a JSON object: found an array"),
      ("5", "expected a JSON object: found a number"),
      ("{\"name\": ", "expected a JSON object: the line is not valid JSON"),
      ("{'name': 1}", "expected a JSON object: the line is not valid JSON"),
    ])
  func problems(line: String, message: String) throws {
    var line = line
    for (key, value) in [("plan", "0"), ("newsletter", "true"), ("age", "3")]
    where line.hasPrefix("{\"") && line.hasSuffix("}") && !line.contains("\"\(key)\"") {
      line = String(line.dropLast()) + ", \"\(key)\": \(value)}"
    }
    let path = folder.path("t.jsonl")
    let error = #expect(throws: TableError.self) { try read(Self.full + "\n" + line + "\n") }
    #expect(
      error?.description.hasPrefix("\(path):2: \(message)") == true, "\(String(describing: error))")
    let table = try read(Self.full + "\n" + line + "\n", skipBad: 1)
    #expect(table.skipped.map(\.line) == [2])
    #expect(table.records == [Self.fullRecord])
  }

  @Test("Bytes that are not UTF-8, and files without rows")
  func files() throws {
    let path = try folder.write(
      Array("{\"name\": \"".utf8) + [0xFF] + Array("\"}".utf8), to: "b.jsonl")
    let error = #expect(throws: TableError.self) { try readTable(path: path, schema: customer) }
    #expect(error?.description.hasPrefix("\(path):1: expected UTF-8") == true)
    #expect(throws: TableError.empty(path: folder.path("t.jsonl"))) { try read("\n\n") }
    #expect(throws: TableError.noRows(path: folder.path("t.jsonl"), skipped: 1)) {
      try read("{}", skipBad: 1)
    }
  }

  @Test("Lines are found whatever the size of what is read at a time")
  func chunks() throws {
    let path = try folder.write("\u{FEFF}ab\r\n\nc\n\t\nde", to: "t.jsonl")
    for chunkSize in [1, 2, 3, 100] {
      var reader = try LineReader(path: path, chunkSize: chunkSize)
      var found: [String] = []
      while try reader.next() {
        found.append("\(reader.line):" + String(decoding: reader.rawLine, as: UTF8.self))
      }
      #expect(found == ["1:ab\r\n", "3:c\n", "5:de"])
    }
  }

  @Test("A line without end is an error before it takes much memory")
  func endless() throws {
    let text = String(repeating: "[", count: LineReader.maximumLineSize + (2 << 20))
    #expect(
      throws: TableError.rowTooLong(
        path: folder.path("t.jsonl"), line: 1, limit: LineReader.maximumLineSize)
    ) { try read(text) }
    let deep = String(repeating: "[", count: 1 << 20)
    #expect(throws: TableError.self) { try read(deep) }
  }
}
