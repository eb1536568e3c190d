import Foundation
import Records
import TestSupport
import Testing

@testable import Inference

@Suite struct RawTableTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  @Test func csv() throws {
    let path = try folder.write("a,\"b c\"\n1,\n\"x, \"\"y\"\"\",é\n,\n", to: "t.csv")
    let table = try RawTable(paths: [path])
    #expect(table.header == ["a", "b c"])
    #expect(table.texts("a") == ["1", "x, \"y\"", nil])
    #expect(table.texts("b c") == [nil, "é", nil])
    #expect(table.totalRows == 3)
    #expect(table.place(1) == "\(path):3")
    let reference = try run("sha256sum", [path]).output
    #expect(String(decoding: reference, as: UTF8.self).hasPrefix(table.hash))
  }

  @Test func packedFileAndBytesThatAreNone() throws {
    let plain = try folder.write("a\n1\n2\n", to: "t.csv")
    let packed = try run("gzip", ["-c", plain]).output
    let path = try folder.write(Array(packed), to: "t.csv.gz")
    let table = try RawTable(paths: [path])
    #expect(table.texts("a") == ["1", "2"])
    #expect(table.hash == (try RawTable(paths: [plain])).hash)
    let cut = try folder.write(Array(packed.dropLast(6)), to: "cut.csv.gz")
    #expect(throws: InferenceError.self) { try RawTable(paths: [cut]) }
    let none = try folder.write("a\n1\n", to: "none.csv.gz")
    #expect(throws: InferenceError.self) { try RawTable(paths: [none]) }
  }

  @Test func jsonLines() throws {
    let lines = """
      {"b": 1.50, "a": "x\\u00e9\\ud83d\\ude00\\n"}
      {"a": null, "c": true, "b": 12345678901234567890}

      {"c": false, "a": ""}
      """
    let table = try RawTable(paths: [folder.write(lines, to: "t.jsonl")])
    #expect(table.header == ["b", "a", "c"])
    #expect(table.texts("a") == ["xé😀\n", nil, ""])
    #expect(table.texts("b") == ["1.50", "12345678901234567890", nil])
    #expect(table.texts("c") == [nil, "true", "false"])
  }

  @Test(
    arguments: [
      ("{\"a\": {\"b.c\": 1}}", "key 'a.b.c'"), ("{\"a\": [1}", "']'"), ("{\"a\": 01}", "valid"),
      ("[1]", "'{'"), ("{\"a\": 1} x", "follows"), ("{\"a\": \"\\ud800\"}", "half"),
      ("{\"a\": \"x", "end"), ("{\"a\" 1}", "':'"), ("{\"a\": nul}", "value"),
      ("{\"a\n\": 1}", "control"),
    ])
  func refusedLines(line: String, word: String) throws {
    let path = try folder.write(line + "\n", to: "t.ndjson")
    #expect(throws: InferenceError.self) { try RawTable(paths: [path]) }
  }

  @Test func arraysOfObjects() throws {
    let text = "\u{FEFF}[ {\"a\": \"}\\\"\", \"b\": {\"c\": [1, {}]}},\n\n{\"a\": null}\n]\n"
    let path = try folder.write(text, to: "t.json")
    let table = try RawTable(paths: [path])
    #expect(table.header == ["a", "b.c"])
    #expect(table.texts("a") == ["}\"", nil] && table.texts("b.c") == ["[1, {}]", nil])
    #expect(table.place(0) == "\(path):1" && table.place(1) == "\(path):3")
    // A name in brackets is no array.
    let csv = try RawTable(paths: [folder.write("[x],b\n1,2\n", to: "csv.json")])
    #expect(csv.header == ["[x]", "b"])
  }

  @Test(
    arguments: [
      ("[{\"a\": 1} {\"a\": 2}]", 1, "',' or ']'"), ("[{\"a\": 1},\n2]", 2, "an object"),
      ("[{\"a\": 1}]\n[]", 2, "nothing behind the array"), ("[{\"a\": 1}", 1, "',' or ']'"),

      ("{\"a\": 1}\n{\"a\": ", 2, "the end of the object"), ("{\"a\": 1},", 1, "an object"),
    ])
  func arraysThatAreNone(text: String, line: Int, words: String) throws {
    let path = try folder.write(text, to: "t.json")
    let error = try #require(throws: InferenceError.self) { try RawTable(paths: [path]) }
    #expect(error.description.hasPrefix("\(path):\(line): expected \(words)"), "\(error)")
  }

  @Test func severalFilesOfTheSameColumns() throws {
    let first = try folder.write("a,b\n1,x\n", to: "1.csv")
    let second = try folder.write("a,b\n2,y\n3,z\n", to: "2.csv")
    let table = try RawTable(paths: [first, second])
    #expect(table.texts("a") == ["1", "2", "3"])
    #expect(table.place(2) == "\(second):3")
    let other = try folder.write("b,a\n1,2\n", to: "3.csv")
    let error = #expect(throws: InferenceError.self) { try RawTable(paths: [first, other]) }
    #expect(error?.description.contains("3.csv:1: expected the columns of the first file") == true)
  }

  /// Of many rows a sample is kept in their order, each row as likely as another, and memory of texts
  /// that went again is freed.
  @Test func sampleOfManyRows() throws {
    var text = "n,t\n"
    for row in 0..<20_000 { text += "\(row),text number \(row)\n" }
    let path = try folder.write(text, to: "t.csv")
    let table = try RawTable(paths: [path], reading: .init(limit: 500, seed: 3))
    #expect(table.rowCount == 500)
    #expect(table.totalRows == 20_000)
    let numbers = table.texts("n").compactMap { $0.flatMap { Int($0) } }
    #expect(numbers == numbers.sorted())
    #expect(Set(numbers).count == 500)
    #expect(zip(numbers, table.texts("t")).allSatisfy { "text number \($0)" == $1 })
    #expect(table.columns[1].texts.count <= 2_100)
    // A mean of 500 uniform draws: 5 standard deviations.
    let mean = Double(numbers.reduce(0, +)) / 500
    #expect(abs(mean - 10_000) < 5 * 20_000 / (12.0 * 500).squareRoot())
    let again = try RawTable(paths: [path], reading: .init(limit: 500, seed: 3))
    #expect(again.texts("n") == table.texts("n"))
    let other = try RawTable(paths: [path], reading: .init(limit: 500, seed: 4))
    #expect(other.texts("n") != table.texts("n"))
    var reading = RawTable.Reading(limit: 500)
    reading.mostRows = 20_000
    #expect(try RawTable(paths: [path], reading: reading).totalRows == 20_000)
    reading.mostRows = 19_999
    let error = #expect(throws: InferenceError.self) {
      try RawTable(paths: [path], reading: reading)
    }
    #expect(error?.description.contains("t.csv:20001: expected at most 19999 rows") == true)
  }

  @Test func someRows() throws {
    let table = try makeTable([("a", ["x", nil, "z"]), ("b", ["1", "2", "3"])])
    let part = table.rows([2, 0])
    #expect(part.texts("a") == ["z", "x"])
    #expect(part.texts("b") == ["3", "1"])
    #expect(part.place(0) == "table:3")
  }

  @Test(
    arguments: [
      ("a,a\n1,2\n", "'a' appears more than once"), ("a;b\n1\n", "expected 2 cells"),
      ("\"a\nb\",c\n1,2\n", "line ends"), ("a,b\n", "no"),
      ("a,b\n1\n", "expected 2 cells"), ("", "empty"),
    ])
  func refusedHeaders(text: String, words: String) throws {
    let path = try folder.write(text, to: "t.csv")
    let error = #expect(throws: InferenceError.self) { try RawTable(paths: [path]) }
    #expect(error?.description.contains(words) == true)
    #expect(error?.description.contains("t.csv") == true)
  }

  @Test func otherDelimiters() throws {
    let path = try folder.write("a;b\n\"1;5\";2,5\n", to: "t.csv")
    let table = try RawTable(paths: [path], reading: .init(delimiter: UInt8(ascii: ";")))
    #expect(table.texts("a") == ["1;5"])
    #expect(table.texts("b") == ["2,5"])
  }

  @Test func badRowsLeftOut() throws {
    let path = try folder.write("a,b\n1,2\n3\n4,5\n", to: "t.csv")
    let table = try RawTable(paths: [path], reading: .init(skipBad: 1))
    #expect(table.texts("a") == ["1", "4"])
    #expect(throws: InferenceError.self) { try RawTable(paths: [path]) }
  }

  /// Texts are told apart byte by byte, where Swift takes canonically equivalent ones for equal.
  @Test func textsAreBytes() throws {
    let table = try makeTable([("a", ["é", "e\u{301}", "é"])])
    #expect(table.columns[0].codes == [0, 1, 0])
  }
}
