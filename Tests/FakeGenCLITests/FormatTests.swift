import FakeGen
import Foundation
import TestModels
import TestSupport
import Testing

/// Every format, read back by a program that is not ours.
@Suite struct FormatTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder.withModel() }

  /// The rows as a file of the folder.
  func rows(_ name: String, count: Int = 400, _ arguments: String...) throws -> String {
    let path = folder.path(name)
    let result = try Fakegen.run(
      Fakegen.path,
      ["--model", folder.model, "-n", "\(count)", "--seed", "7", "-o", path] + arguments)
    #expect(result == RunResult(status: 0, output: "", error: ""))
    return path
  }

  /// What a Python program makes of the file, which it prints as JSON.
  func parsed<Table: Decodable>(_ program: String, _ arguments: String...) throws -> Table {
    let result = try Fakegen.python(program, arguments)
    #expect(result.status == 0 && result.error == "")
    return try JSONDecoder().decode(Table.self, from: Data(result.output.utf8))
  }

  @Test(arguments: [[], ["--threads", "3"]])
  func aDelimiterOfOnesOwn(threads: [String]) throws {
    for (delimiter, byte) in [(";", ";"), ("\\t", "\t"), (" ", " ")] {
      let path = folder.path("rows.csv")
      let result = try Fakegen.run(
        Fakegen.path,
        ["--model", folder.model, "-n", "400", "--seed", "7", "--delimiter", delimiter, "-o", path]
          + threads)
      #expect(result.status == 0)
      let table: [[String]] = try parsed(
        """
        import csv, json, sys
        rows = csv.reader(open(sys.argv[1], newline="", encoding="utf-8"), strict=True,
            delimiter=sys.argv[2])
        print(json.dumps(list(rows)))
        """, path, byte)
      let expected = try TestModel.rows(0..<400, seed: 7).map { $0.map { $0 ?? "" } }
      #expect(table == [TestModel.names] + expected)
    }
  }

  @Test func pythonReadsTheTSV() throws {
    let table: [[String?]] = try parsed(
      """
      import csv, json, re, sys
      escapes = {"t": "\\t", "n": "\\n", "r": "\\r", "\\\\": "\\\\"}
      def value(cell):
          if cell == "\\\\N": return None
          return re.sub(r"\\\\(.)", lambda match: escapes[match[1]], cell)
      lines = open(sys.argv[1], newline="", encoding="utf-8").read().split("\\n")
      assert lines.pop() == ""
      rows = csv.reader(lines, delimiter="\\t", quoting=csv.QUOTE_NONE)
      print(json.dumps([[value(cell) for cell in row] for row in rows]))
      """, try rows("rows.tsv", "--format", "tsv"))
    #expect(try table == [TestModel.names] + TestModel.rows(0..<400, seed: 7))
  }

  @Test func tsvInFull() throws {
    let result = try Fakegen.run("--model", folder.model, "--count", "3", "-f", "tsv")
    let expected =
      "LON\tCODE\tA \"NAME\", QUOTED\tKIND\tSOLD\tAGE\tNOTE\n"
      + "\\N\t533045\t漢\\\\\"3\\na\tBOX\ttrue\t\\N\t\\N\n"
      + "-72.5000\t107719\t\u{7F}93\u{01}51\tBOX\ttrue\t42\t296\\r6 \n"
      + "-72.5000\t456331\té5032\\n\tBAG\ttrue\t42\t1\u{7F}4'0\\\\\n"
    #expect(result == RunResult(status: 0, output: expected, error: ""))
  }

  @Test func anEmptyTextIsNoNull() throws {
    let model = try folder.write(TestModel.content(alphabet: [0x31]).encoded(), to: "ones.fakegen")
    let options = ["--model", model, "-n", "100", "--fields", "NOTE,SOLD", "--no-header"]
    func nulls(_ format: String, _ null: String, _ empty: String) throws -> [Bool?] {
      try Fakegen.run(Fakegen.path, options + ["-f", format]).output.split(separator: "\n").map {
        $0.hasPrefix(null) ? true : $0.hasPrefix(empty) ? false : nil
      }
    }
    let nullsOfCSV = try nulls("csv", ",", "\"\",")
    #expect(try nullsOfCSV == nulls("tsv", "\\N\t", "\t"))
    for value in [nil, true, false] { #expect(nullsOfCSV.contains(value)) }
  }

  @Test func pythonReadsTheJSONArray() throws {
    let lines = try rows("rows.jsonl", "-f", "jsonl")
    let same: Bool = try parsed(
      """
      import json, sys
      array = json.load(open(sys.argv[1], encoding="utf-8"))
      lines = open(sys.argv[2], encoding="utf-8", newline="").read().split("\\n")[:-1]
      print(json.dumps(array == [json.loads(line) for line in lines] and len(array) == 400))
      """, try rows("rows.json", "--format=json"), lines)
    #expect(same)
  }

  @Test func jsonInFull() throws {
    let fields = "--fields=SOLD,LON,CODE"
    let expected = #"""
      [
      {"SOLD":true,"LON":null,"CODE":"533045"},
      {"SOLD":true,"LON":-72.5000,"CODE":"107719"}
      ]

      """#
    #expect(
      try Fakegen.run("--model", folder.model, "-n", "2", "-f", "json", fields)
        == RunResult(status: 0, output: expected, error: ""))
    #expect(
      try Fakegen.run("--model", folder.model, "-n", "0", "-f", "json", "--no-header").output
        == "[]\n")
  }

  @Test func sqliteReadsTheSQL() throws {
    let path = try rows("rows.sql", count: 1201, "-f", "sql", "--table", "a \"b\"")
    let text = try folder.readText("rows.sql")
    #expect(text.components(separatedBy: "INSERT INTO").count == 4)
    let table: [[String?]] = try parsed(
      """
      import json, sqlite3, sys
      database = sqlite3.connect(":memory:")
      database.executescript(open(sys.argv[1], newline="", encoding="utf-8").read())
      rows = list(database.execute('select * from "a ""b\"""'))
      types = database.execute('select type, "notnull" from pragma_table_info(\\'a "b"\\')')
      print(json.dumps([[f"{name} {notnull}" for name, notnull in types]] + [
          [None if lon is None else f"{lon:.4f}", str(code), name, kind, ["false", "true"][sold],
          None if age is None else str(age), note]
          for lon, code, name, kind, sold, age, note in rows]))
      """, path)
    #expect(
      table[0] == [
        "DECIMAL(19, 4) 0", "BIGINT 1", "TEXT 1", "TEXT 1", "BOOLEAN 1", "BIGINT 0", "TEXT 0",
      ])
    #expect(try Array(table[1...]) == TestModel.rows(0..<1201, seed: 7))
  }

  @Test func sqlInFull() throws {
    let model = ["--model", folder.model, "-f", "sql", "--fields", "LON,KIND,SOLD"]
    let options = model + ["-n", "2"]
    let rows = """
      INSERT INTO "parcel" ("LON", "KIND", "SOLD") VALUES
      (NULL, 'BOX', true),
      (-72.5000, 'BOX', true);

      """
    let table = """
      CREATE TABLE IF NOT EXISTS "parcel" (
        "LON" DECIMAL(19, 4),
        "KIND" TEXT NOT NULL,
        "SOLD" BOOLEAN NOT NULL
      );

      """
    #expect(
      try Fakegen.run(Fakegen.path, options)
        == RunResult(status: 0, output: table + rows, error: ""))
    #expect(try Fakegen.run(Fakegen.path, options + ["--no-header"]).output == rows)
    #expect(try Fakegen.run(Fakegen.path, model + ["-n0"]).output == table)
  }

  /// SQL's texts hold no U+0000: PostgreSQL refuses it, the sqlite3 program ends there.
  @Test func zeroIsReplacedInSQL() throws {
    let model = try folder.write(
      TestModel.content(alphabet: [0, 0x31]).encoded(), to: "zero.fakegen")
    let options = ["--model", model, "-n", "50", "--fields", "NOTE", "--no-header"]
    let values = try Fakegen.run(Fakegen.path, options + ["-f", "sql"]).output
      .split(separator: "\n").dropFirst().map { $0.prefix { $0 != ")" } }
    let cells = try Fakegen.run(Fakegen.path, options + ["-f", "tsv"]).output
      .split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    #expect(cells.contains { $0.contains("\0") } && values.count == 50)
    #expect(
      values
        == cells.map { cell in
          cell == "\\N" ? "(NULL" : "('" + cell.replacing("\0", with: "\u{FFFD}") + "'"
        })
  }
}
