import FakeGen
import ProtobufSchema
import Schema
import TestSupport
import Testing

@testable import Records

/// Numbers in the spellings of tables, where a message says nothing of them.
@Suite struct SpelledNumberTests {
  private let folder: TemporaryFolder
  private let schema: RecordSchema

  init() throws {
    folder = try TemporaryFolder()
    schema = try RecordSchema(
      path: folder.write(
        "syntax = \"proto3\"; message X { optional double d = 1; optional int64 n = 2; }",
        to: "x.proto"), options: SchemaOptions(fields: ["n": .scalar]))
  }

  private func read(_ cells: [String], separator: String = ";") throws -> Table {
    let lines = ["d\(separator)n"] + cells.map { "\"\($0)\"\(separator)1" }
    return try readTable(
      path: folder.write(lines.joined(separator: "\n"), to: "x.csv"), schema: schema)
  }

  @Test(
    arguments: [
      (["1,5", "2"], ";", [1.5, 2], "point:,"),
      (["1.234,5", "1.234"], ";", [1234.5, 1234], "group:. point:,"),
      (["1,234", "12,5"], ";", [1.234, 12.5], "point:,"),
      (["1,234", "5"], ",", [1234, 5], "group:,"),
      (["1,234", "5"], ";", [1.234, 5], "point:,"),
      (["$1,200.50", "$5"], ",", [1200.5, 5], "prefix:$ group:,"),
      (["-$5.00", "$1"], ",", [-5, 1], "prefix:$"),
      (["$-5.00", "$1"], ",", [-5, 1], "prefix:$ sign:inner"),
      (["5 %", "12.5 %"], ",", [5, 12.5], "suffix:\" %\""),
      (["1 200,50 €", "3 €"], ";", [1200.5, 3], "suffix:\" €\" group:\" \" point:,"),
      (["1'000'000.5", "1"], ",", [1_000_000.5, 1], "group:'"),
      (["USD 5", "USD 6.5"], "\t", [5, 6.5], "prefix:\"USD \""),
      (["85 kg", "7.5 kg"], ",", [85, 7.5], "suffix:\" kg\""),
      (["36.6°C", "-4.0°C"], ",", [36.6, -4], "suffix:°C"),
      (["12 m/s²", "3 m/s²"], ",", [12, 3], "suffix:\" m/s²\""),
      (["120mmHg", "80mmHg"], ",", [120, 80], "suffix:mmHg"),
      (["(1,158.56)", "7.00", "(5.00)"], ",", [-1158.56, 7, -5], "group:, sign:()"),
      (["($1,158.56)", "$7.00"], ",", [-1158.56, 7], "prefix:$ group:, sign:()"),
      (["1.326,68-", "15,00"], ";", [-1326.68, 15], "group:. point:, sign:after"),
      (["1\u{202F}234", "5\u{202F}678"], ",", [1234, 5678], "group:\u{202F}"),
    ] as [([String], String, [Double], String)])
  func areFound(cells: [String], separator: String, values: [Double], spelling: String) throws {
    let table = try read(cells, separator: separator)
    #expect(table.records.map { $0.values[0] } == values.map { .real($0) })
    #expect(table.schema.leaves[0].spelling?.text == spelling)
    #expect(table.warnings.isEmpty)
    // A table of the same schema needs to tell nothing any more, and is written in its spelling.
    let path = folder.path("again.csv")
    try writeTable(table.records, schema: table.schema, path: path)
    let again = try readTable(path: path, schema: table.schema)
    #expect(again.records == table.records)
  }

  /// Several spellings are read and printed plainly; numbers that could be either are told.
  @Test func mixedSpellings() throws {
    let mixed = try read(["$1,200.50", "5%"], separator: ",")
    #expect(mixed.records.map { $0.values[0] } == [.real(1200.5), .real(5)])
    #expect(mixed.schema.leaves[0].spelling == nil)
    #expect(mixed.warnings.count == 1)
    let error = #expect(throws: TableError.self) { try read(["1.5", "1,5"]) }
    #expect(error?.description.contains("x.csv:3: field 'd'") == true)
  }

  @Test func integersToo() throws {
    let path = try folder.write("d,n\n1,\"1,200\"\n2,\"-3,000,000\"\n,7\n", to: "n.csv")
    let table = try readTable(path: path, schema: schema)
    #expect(
      table.records.map { $0.values[1] } == [.integer(1200), .integer(-3_000_000), .integer(7)])
    #expect(table.schema.leaves[1].spelling?.text == "group:,")
    let half = try folder.write("d,n\n1,\"1,200.5\"\n", to: "n.csv")
    let error = #expect(throws: TableError.self) { try readTable(path: half, schema: schema) }
    #expect(error?.description.contains("expected an integer") == true)
  }

  @Test(
    arguments: [
      "5B", "5 AM", "(5", "(5)-", "-(5)", "5 kg 3", "N123", "1-2", "2024-01-31", "12:30", "ab c$5",
      "$", "%", "1,2,3", "5%%", "1..5",
    ])
  func whatIsNoNumber(text: String) {
    #expect(!NumberSpelling.isNumber(Array(text.utf8)[...]))
  }
}
