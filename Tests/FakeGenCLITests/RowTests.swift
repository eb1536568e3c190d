import FakeGen
import Foundation
import TestModels
import TestSupport
import Testing

@Suite struct RowTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder.withModel() }

  @Test func pythonReadsTheCSV() throws {
    let result = try Fakegen.shell(
      #""$1" --model "$2" -n 400 --seed 7 > "$3""#, folder.model, folder.path("rows.csv"))
    #expect(result == RunResult(status: 0, output: "", error: ""))
    let parsed = try Fakegen.python(
      """
      import csv, json, sys
      print(json.dumps(list(csv.reader(open(sys.argv[1], newline="", encoding="utf-8"), strict=True))))
      """, folder.path("rows.csv"))
    let table = try JSONDecoder().decode([[String]].self, from: Data(parsed.output.utf8))
    let expected = try TestModel.rows(0..<400, seed: 7).map { $0.map { $0 ?? "" } }
    #expect(table == [TestModel.names] + expected)
    // The rows must hold what needs quotes for this to prove anything.
    let texts = expected.flatMap(\.self)
    for special in [",", "\"", "\n", "\r"] {
      #expect(texts.contains { $0.unicodeScalars.contains(Unicode.Scalar(special)!) })
    }
  }

  @Test func pythonReadsTheJSONLines() throws {
    let result = try Fakegen.shell(
      #""$1" --model "$2" -n 400 --seed 7 -f jsonl > "$3""#, folder.model,
      folder.path("rows.jsonl"))
    #expect(result == RunResult(status: 0, output: "", error: ""))
    // Each value as its JSON type and its text; numbers as they were written.
    let parsed = try Fakegen.python(
      """
      import json, sys
      def number(text): return ["number", text]
      rows = []
      with open(sys.argv[1], newline="", encoding="utf-8") as file:
          for line in file.read().split("\\n")[:-1]:
              pairs = json.loads(line, object_pairs_hook=list, parse_int=number, parse_float=number)
              rows.append([[key] + (value if isinstance(value, list) else
                  ["null", ""] if value is None else
                  ["boolean", str(value).lower()] if isinstance(value, bool) else ["string", value])
                  for key, value in pairs])
      print(json.dumps(rows))
      """, folder.path("rows.jsonl"))
    let table = try JSONDecoder().decode([[[String]]].self, from: Data(parsed.output.utf8))
    let types = ["number", "string", "string", "string", "boolean", "string", "string"]
    let expected = try TestModel.rows(0..<400, seed: 7).map { row in
      zip(zip(TestModel.names, types), row).map { column, text in
        [column.0, text == nil ? "null" : column.1, text ?? ""]
      }
    }
    #expect(table == expected)
    #expect(expected.flatMap(\.self).contains { $0[1] == "null" })
  }

  @Test func csvInFull() throws {
    let result = try Fakegen.run("--model", folder.model, "--count", "3")
    let expected = """
      LON,CODE,"A ""NAME"", QUOTED",KIND,SOLD,AGE,NOTE
      ,533045,"漢\\""3
      a",BOX,true,,
      -72.5000,107719,\u{7F}93\u{01}51,BOX,true,42,"296\r6 "
      -72.5000,456331,"é5032
      ",BAG,true,42,1\u{7F}4'0\\

      """
    #expect(result == RunResult(status: 0, output: expected, error: ""))
  }

  @Test func jsonLinesInFull() throws {
    let result = try Fakegen.run("--model", folder.model, "--count", "3", "--format", "jsonl")
    let expected = #"""
      {"LON":null,"CODE":"533045","A \"NAME\", QUOTED":"漢\\\"3\na","KIND":"BOX","SOLD":true,"AGE":null,"NOTE":null}
      {"LON":-72.5000,"CODE":"107719","A \"NAME\", QUOTED":"\u007f93\u000151","KIND":"BOX","SOLD":true,"AGE":"42","NOTE":"296\r6 "}
      {"LON":-72.5000,"CODE":"456331","A \"NAME\", QUOTED":"é5032\n","KIND":"BAG","SOLD":true,"AGE":"42","NOTE":"1\u007f4'0\\"}

      """#
    #expect(result == RunResult(status: 0, output: expected, error: ""))
  }

  @Test func defaultsAreTenRowsOfSeedOneFromRowZero() throws {
    let plain = try Fakegen.run("--model", folder.model)
    #expect(
      try plain
        == Fakegen.run(
          "--model", folder.model, "--count", "10", "--seed", "1", "--start", "0", "--format", "csv"
        ))
    #expect(try plain == Fakegen.run("--model", folder.model))
    let lines = try Fakegen.run("--model", folder.model, "-fjsonl").output.split(separator: "\n")
    #expect(lines.count == 10)
  }

  @Test(arguments: [
    ["-n", "4"], ["-n4"], ["--count", "4"], ["--count=4"],
  ])
  func spellingsOfAnOption(arguments: [String]) throws {
    let result = try Fakegen.run(Fakegen.path, ["--model", folder.model] + arguments)
    #expect(try result == Fakegen.run("-n", "4", "--model=\(folder.model)"))
    #expect(result.status == 0)
  }

  @Test func aPartOfTheRowsEqualsThatPartOfTheWhole() throws {
    let model = "--model=\(folder.model)"
    let whole = try Fakegen.run(model, "-n", "1000").output
    let header = try Fakegen.run(model, "-n", "0").output
    #expect(header == "LON,CODE,\"A \"\"NAME\"\", QUOTED\",KIND,SOLD,AGE,NOTE\n")
    let parts = try ["0", "250", "500", "750"].map {
      try Fakegen.run(model, "--no-header", "--count", "250", "--start", $0).output
    }
    #expect(whole == header + parts.joined())
    #expect(try Fakegen.run(model, "-n", "1000", "--seed", "2").output != whole)
    #expect(try Fakegen.run(model, "-n", "0", "--no-header").output == "")
    #expect(try Fakegen.run(model, "-n", "0", "-fjsonl").output == "")
  }

  @Test func theLastRowIsTwoToTheSixtyFourMinusOne() throws {
    let last = UInt64.max
    let result = try Fakegen.run(
      "--model", folder.model, "--start", "\(last - 1)", "--count", "2", "--no-header", "-fjsonl")
    #expect(result.status == 0)
    #expect(result.output.split(separator: "\n").count == 2)
    let single = try Fakegen.run(
      "--model", folder.model, "--start", "\(last)", "--count", "1", "-fjsonl")
    #expect(result.output.hasSuffix(single.output))
    #expect(try Fakegen.run("--model", folder.model, "--start", "\(last)", "-n0").status == 0)
  }
}
