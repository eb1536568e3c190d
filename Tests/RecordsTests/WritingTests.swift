import Foundation
import ProtobufSchema
import Schema
import TestSupport
import Testing

@testable import Records

@Suite("Writing records")
struct WritingTests {
  let folder: TemporaryFolder
  let customer: RecordSchema

  init() throws {
    folder = try TemporaryFolder()
    customer = try RecordSchema(path: example("customer.proto"))
  }

  @Test("A written table reads back the same", arguments: ["t.csv", "t.jsonl"])
  func roundTrip(name: String) throws {
    let records = randomCustomers(1_000, seed: 7)
    try writeTable(records, schema: customer, path: folder.path(name))
    #expect(try readTable(path: folder.path(name), schema: customer).records == records)
    #expect(try folder.names() == [name])
  }

  @Test("The columns are written in the order of the table that was read")
  func columnOrder() throws {
    let address = try RecordSchema(path: example("address.proto"))
    let text = """
      POSTCODE,LON,LAT,NUMBER,STREET,UNIT,CITY,DISTRICT,REGION
      05001,-73.500000,44.250000,12,"A ""B"", C",,X,,

      """
    let table = try readTable(path: folder.write(text, to: "a.csv"), schema: address)
    try writeTable(table.records, schema: table.schema, path: folder.path("b.csv"))
    #expect(try folder.readText("b.csv") == text)
  }

  @Test("JSON has nested objects, null for what is absent")
  func json() throws {
    let formatter = RecordFormatter(schema: customer, format: .jsonLines)
    #expect(formatter.header.isEmpty)
    #expect(
      formatter.line(JSONLinesTests.fullRecord) == """
        {"name":"Ann","email":"a@b.example","plan":"BASIC","newsletter":true,"age":40,\
        "balance":-1.500000,"home":{"street":"Elm é","city":"","postcode":"12345",\
        "latitude":44.500000,"longitude":-72.500000}}

        """)
    let absent = Record(
      values: [.text("\"\\\n\u{1}"), .null, .choice(0), .choice(0), .integer(-1), .null]
        + Array(repeating: .null, count: 5))
    #expect(
      formatter.line(absent) == """
        {"name":"\\"\\\\\\n\\u0001","email":null,"plan":"FREE","newsletter":false,"age":-1,\
        "balance":null,"home":null}

        """)
  }

  @Test("A lone empty cell is written in quotes, since an empty line holds no row")
  func loneCell() throws {
    let schema = try schema("string a = 1;")
    let records = [Record(values: [.text("")]), Record(values: [.text("x")])]
    try writeTable(records, schema: schema, path: folder.path("t.csv"))
    #expect(try folder.readText("t.csv") == "a\n\"\"\nx\n")
    #expect(try readTable(path: folder.path("t.csv"), schema: schema).records == records)
  }

  @Test("Python's csv and json read what is written")
  func python() throws {
    let records = randomCustomers(500, seed: 11)
    try writeTable(records, schema: customer, path: folder.path("t.csv"))
    try writeTable(records, schema: customer, path: folder.path("t.jsonl"))
    let program = """
      import csv, json, sys
      with open(sys.argv[1], newline="", encoding="utf-8") as file:
          rows = list(csv.DictReader(file))
      with open(sys.argv[2], newline="\\n", encoding="utf-8") as file:
          objects = [json.loads(line) for line in file]
      print(json.dumps([[r["name"], r["email"], r["home.street"]] for r in rows]))
      print(json.dumps([[o["name"], o["email"] or "", (o["home"] or {"street": ""})["street"]]
                        for o in objects]))
      """
    let result = try run(
      "python3", ["-c", program, folder.path("t.csv"), folder.path("t.jsonl")])
    let expected = records.map { record in
      [0, 1, 6].map { index in
        if case .text(let text) = record.values[index] { text } else { "" }
      }
    }
    let lines = String(decoding: result.output, as: UTF8.self).split(separator: "\n")
    try #require(lines.count == 2)
    for line in lines {
      #expect(try JSONDecoder().decode([[String]].self, from: Data(line.utf8)) == expected)
    }
  }

  @Test("Quotes, separators and backslashes count even with a mark that combines with them")
  func combiningMarks() throws {
    let schema = try schema("string a = 1; string b = 2;")
    let marks = ["\"", ",", "\n", "\\", "{", "e"].map { "x\($0)\u{301}y" }
    let records = marks.map { Record(values: [.text($0), .text("z")]) }
    try writeTable(records, schema: schema, path: folder.path("t.csv"))
    try writeTable(records, schema: schema, path: folder.path("t.jsonl"))
    for name in ["t.csv", "t.jsonl"] {
      #expect(try readTable(path: folder.path(name), schema: schema).records == records)
    }
    #expect(RecordFormatter.csvCell("\"\u{301}").utf8.elementsEqual("\"\"\"\u{301}\"".utf8))
    let program = """
      import csv, json, sys
      with open(sys.argv[1], newline="", encoding="utf-8") as file:
          print(json.dumps([r["a"] for r in csv.DictReader(file)]))
      with open(sys.argv[2], newline="\\n", encoding="utf-8") as file:
          print(json.dumps([json.loads(line)["a"] for line in file]))
      """
    let result = try run(
      "python3", ["-c", program, folder.path("t.csv"), folder.path("t.jsonl")])
    let lines = String(decoding: result.output, as: UTF8.self).split(separator: "\n")
    try #require(lines.count == 2)
    for line in lines {
      let texts = try JSONDecoder().decode([String].self, from: Data(line.utf8))
      #expect(texts.map { Array($0.utf8) } == marks.map { Array($0.utf8) })
    }
  }

  @Test("Reals are rounded as Python rounds them; zero has no sign")
  func reals() throws {
    var random = SplitMix(seed: 3)
    var values = [
      0.0, -0.0, 0.5, 1.5, 2.5, 0.125, -0.125, 1e15, -1e15, 4.9e-7, -4.9e-7, 5e-7, 1e-300,
    ]
    for _ in 0..<1_000 {
      values.append(
        (random.uniform() - 0.5)
          * Foundation.pow(10, Double(Int.random(in: -8...15, using: &random))))
    }
    let program = """
      import sys
      for line in sys.stdin:
          texts = [f"{float.fromhex(line):.{d}f}" for d in (0, 2, 6, 9)]
          print(" ".join(t if float(t) else t.lstrip("-") for t in texts))
      """
    let input = try folder.write(
      values.map { String(format: "%a", $0) + "\n" }.joined(), to: "values")
    let result = try run("python3", ["-c", program], input: input)
    let lines = String(decoding: result.output, as: UTF8.self).split(separator: "\n")
    try #require(lines.count == values.count)
    for (value, line) in zip(values, lines) {
      let ours = [0, 2, 6, 9].map { RecordFormatter.text(value, decimals: $0) }
      #expect(ours.joined(separator: " ") == line)
    }
  }
}
