import Schema
import TestSupport
import Testing

@testable import Records

/// What `readTable` says of the bytes it reads.
@Suite struct ReadBytesTests {
  private let folder: TemporaryFolder
  private let schema: RecordSchema

  init() throws {
    folder = try TemporaryFolder()
    schema = try RecordSchema(
      path: folder.write(
        "syntax = \"proto3\"; message House { string number = 1; string street = 2; }",
        to: "house.proto"))
  }

  /// Every byte of the file in order, once, whatever of them the table keeps.
  @Test(arguments: ["t.csv", "t.jsonl"]) func areTheFiles(name: String) throws {
    let street = String(repeating: "Ä", count: 1000)
    let isCSV = name == "t.csv"
    let row = isCSV ? "1,\"\(street)\"\r\n\n" : "{\"street\": \"\(street)\"}\r\n\n"
    let text =
      "\u{FEFF}" + (isCSV ? "number,street\n" : "") + String(repeating: row, count: 1500)
      + row.dropLast(2)
    let path = try folder.write(text, to: name)
    var (bytes, pieces) = ([UInt8](), 0)
    let table = try readTable(path: path, schema: schema) {
      bytes += $0
      pieces += 1
    }
    #expect(table.records.count == 1501)
    #expect(bytes == Array(text.utf8))
    #expect(pieces > 2)
  }
}
