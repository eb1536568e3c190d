import FakeGen
import Foundation
import TestModels
import TestSupport
import Testing

/// Columns, conditions, repeats, shards.
@Suite struct SelectionTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder.withModel() }

  /// Runs on the test model.
  func run(_ arguments: String...) throws -> RunResult {
    try Fakegen.run(Fakegen.path, ["--model", folder.model] + arguments)
  }

  /// The rows of JSON lines, as the texts of `TestModel.rows`.
  func texts(_ lines: String) throws -> [[String?]] {
    try lines.utf8.split(separator: 10).map { line in
      let row = try JSONDecoder().decode([String: Cell].self, from: Data(Array(line)))
      return TestModel.names.map { row[$0]?.text }
    }
  }

  private struct Cell: Decodable {
    var text: String?

    init(from decoder: Decoder) throws {
      let value = try decoder.singleValueContainer()
      if let text = try? value.decode(String.self) {
        self.text = text
      } else if let flag = try? value.decode(Bool.self) {
        text = "\(flag)"
      } else if let lon = try? value.decode(Double.self) {
        text = String(format: "%.4f", lon)
      }
    }
  }

  @Test func fieldsInTheirOrder() throws {
    let expected = """
      NOTE,"A ""NAME"", QUOTED",LON
      ,"漢\\""3
      a",
      "296\r6 ",\u{7F}93\u{01}51,-72.5000

      """
    #expect(
      try run("-n2", "--fields", #"NOTE,"A ""NAME"", QUOTED",LON"#)
        == RunResult(status: 0, output: expected, error: ""))
    // A lone column of empty cells has no empty lines, which readers would skip.
    #expect(try run("-n2", "--fields=AGE", "--no-header").output == "\"\"\n42\n")
  }

  @Test func listOfFields() throws {
    let expected = """
      LON\treal(4)\tplace.long\tmay be null
      CODE\tdigits\tcode\tnever null
      A "NAME", QUOTED\ttext\tname\tnever null
      KIND\tenum(BOX,BAG)\tkind\tnever null
      SOLD\tboolean\tsold\tnever null
      AGE\tinteger\tplace.age\tmay be null
      NOTE\ttext\tplace.note\tmay be null

      """
    #expect(try run("--list-fields") == RunResult(status: 0, output: expected, error: ""))
  }

  @Test(arguments: [
    (["KIND=BAG"], [3: ["BAG"]]),
    (["KIND=BAG", "SOLD=false"], [3: ["BAG"], 4: ["false"]]),
    (["LON=-72.5"], [0: ["-72.5000"]]),
    (["LON=-072.50"], [0: ["-72.5000"]]),
    (["LON="], [0: [nil]]),
    (["AGE=42", "AGE="], [5: ["42", nil]]),
    (["NOTE=", "KIND=BOX"], [6: ["", nil], 3: ["BOX"]]),
    (["A \"NAME\", QUOTED="], [2: [""]]),
  ])
  func conditions(arguments: [String], meaning: [Int: [String?]]) throws {
    let candidates = try TestModel.rows(0..<3000, seed: 3)
    let expected = candidates.filter { row in
      meaning.allSatisfy { column, values in values.contains(row[column]) }
    }.prefix(40)
    #expect(expected.count == 40 || meaning[2] != nil)
    #expect(!expected.isEmpty)
    let options =
      ["--model", folder.model, "--seed=3", "-fjsonl", "-n", "\(expected.count)"]
      + arguments.flatMap { ["--where", $0] }
    for threads in ["1", "3"] {
      let result = try Fakegen.run(Fakegen.path, options + ["--threads", threads])
      #expect(result.status == 0 && result.error == "")
      #expect(try texts(result.output) == Array(expected))
    }
  }

  @Test(arguments: [
    ("AGE=old", "AGE a whole number, found 'old'"),
    ("AGE=9223372036854775808", "AGE a whole number, found '9223372036854775808'"),
    ("CODE=", "CODE a whole number, found ''"),
    ("CODE=7.0", "CODE a whole number, found '7.0'"),
    ("LON=1e3", "LON a number with at most 4 decimals, found '1e3'"),
    ("LON=7.", "LON a number with at most 4 decimals, found '7.'"),
    ("KIND=box", "KIND one of BOX,BAG, found 'box'"),
    ("SOLD=yes", "SOLD true or false, found 'yes'"),
  ])
  func valuesThatNoRowHas(condition: String, line: String) throws {
    #expect(
      try run("--where", condition)
        == RunResult(status: 2, output: "", error: "fakegen: --where: expected for \(line)\n"))
  }

  @Test func fieldsThatAreNone() throws {
    let columns = "LON,CODE,A \"NAME\", QUOTED,KIND,SOLD,AGE,NOTE"
    for (option, value) in [("--fields", "lon"), ("--where", "lon=1")] {
      let shown = option == "--where" ? "--where FIELD=VALUE" : option
      #expect(
        try run(option, value)
          == RunResult(
            status: 2, output: "",
            error: "fakegen: \(shown): expected fields among \(columns), found '\(value)'\n"))
    }
  }

  @Test func aMillionRowsAreTriedUnlessItIsSaid() throws {
    #expect(
      try run("--where", "AGE=43", "--no-header")
        == RunResult(
          status: 3, output: "",
          error: "fakegen: ran dry after 1000000 rows: 0 of 10 passed, none of the last 1000000; "
            + "ask for less, or raise --max-tries\n"))
  }

  @Test func conditionsCountFromTheStart() throws {
    let expected = try TestModel.rows(500..<1500).filter { $0[3] == "BAG" }.prefix(20)
    let result = try run("--where=KIND=BAG", "--start", "500", "-n20", "-fjsonl")
    #expect(try texts(result.output) == Array(expected))
    let last = try run("--start", "\(UInt64.max)", "--where", "AGE=43", "-n1")
    #expect(
      last.error == "fakegen: ran dry after 1 rows: 0 of 1 passed, none of the last 1; "
        + "ask for less, or raise --max-tries\n")
    #expect(last.status == 3)
  }

  @Test(arguments: ["1", "4"]) func conditionsRunDry(threads: String) throws {
    let result = try run(
      "--where", "AGE=43", "--max-tries", "1000", "-fjson", "--threads", threads)
    #expect(
      result
        == RunResult(
          status: 3, output: "[]\n",
          error: "fakegen: ran dry after 1000 rows: 0 of 10 passed, none of the last 1000; "
            + "ask for less, or raise --max-tries\n"))
    // --output leaves no file with too few rows, and one that was there as it was.
    let path = folder.path("rows.csv")
    for old in [nil, "old\n"] {
      if let old { _ = try folder.write(old, to: "rows.csv") }
      #expect(
        try run("--where=AGE=43", "--max-tries=1000", "-o", path, "--threads", threads)
          == RunResult(status: 3, output: "", error: result.error))
      #expect(try folder.names() == ["model.fakegen"] + (old == nil ? [] : ["rows.csv"]))
      if let old { #expect(try folder.readText("rows.csv") == old) }
    }
  }

  /// How many rows were tried is counted to the row, whatever the size of chunks.
  @Test func triesAreCountedFromTheLastRowThatPassed() throws {
    let rows = try TestModel.rows(0..<4000)
    let matches = rows.indices.filter { rows[$0][2] == "" }
    let gaps = zip(matches, matches.dropFirst()).map { $1 - $0 - 1 }
    let longest = try #require(gaps.max())
    let position = try #require(gaps.firstIndex(of: longest))
    #expect(longest > 1 && matches[0] < longest)
    let options = [
      "--model", folder.model, "--where", "A \"NAME\", QUOTED=", "-fjsonl",
    ]
    let result = try Fakegen.run(
      Fakegen.path, options + ["--max-tries", "\(longest)", "-n1000000"])
    #expect(
      result.error
        == "fakegen: ran dry after \(matches[position] + 1 + longest) rows: \(position + 1) of "
        + "1000000 passed, none of the last \(longest); ask for less, or raise --max-tries\n")
    #expect(try texts(result.output) == matches[...position].map { rows[$0] })
    let further = try Fakegen.run(
      Fakegen.path,
      options + ["--max-tries", "\(longest + 1)", "-n", "\(position + 2)"])
    #expect(further.status == 0)
  }

  @Test(arguments: ["1", "3"]) func uniqueRows(threads: String) throws {
    let options = [
      "--model", folder.model, "--unique", "--fields=SOLD,KIND", "--no-header", "--max-tries=500",
      "--threads", threads,
    ]
    var seen: [[String?]] = []
    var tried = 0
    for (index, row) in try TestModel.rows(0..<1000).enumerated()
    where !seen.contains([row[4], row[3]]) {
      seen.append([row[4], row[3]])
      tried = index + 1
    }
    #expect(seen.count == 4)
    let lines = seen.map { $0.map { $0 ?? "" }.joined(separator: ",") + "\n" }.joined()
    #expect(
      try Fakegen.run(Fakegen.path, options + ["-n4"])
        == RunResult(status: 0, output: lines, error: ""))
    #expect(
      try Fakegen.run(Fakegen.path, options + ["-n5"])
        == RunResult(
          status: 3, output: lines,
          error: "fakegen: ran dry after \(tried + 500) rows: 4 of 5 passed, none of the last 500; "
            + "ask for less, or raise --max-tries\n"))
  }

  /// All columns are printed, and rows are told apart by some.
  @Test(arguments: ["1", "3"]) func uniqueBySomeColumns(threads: String) throws {
    var seen: [[String?]] = []
    var expected: [[String?]] = []
    for row in try TestModel.rows(0..<2000) where !seen.contains([row[3], row[0]]) {
      seen.append([row[3], row[0]])
      expected.append(row)
    }
    #expect(expected.count == 4 && Set(expected.map { $0[6] }).count > 2)
    let options = ["-fjsonl", "-n4", "--unique-by", "KIND,LON", "--threads", threads]
    let result = try Fakegen.run(Fakegen.path, ["--model", folder.model] + options)
    #expect(result.status == 0 && result.error == "")
    #expect(try texts(result.output) == expected)
    // Columns that are not printed count as well.
    let some = try run("-n4", "--unique-by=KIND,LON", "--fields=SOLD", "--no-header")
    #expect(some.output == expected.map { "\($0[4] ?? "")\n" }.joined() && some.status == 0)
    #expect(try run("-n5", "--unique-by=KIND,LON", "--max-tries=500").status == 3)
  }

  /// Of rows that agree in the chosen columns the first is printed; a null is no empty text.
  @Test func uniqueCodes() throws {
    var seen: Set<String?> = []
    let expected = try TestModel.rows(0..<40_000).map { $0[6] }.filter { seen.insert($0).inserted }
    #expect(expected.count > 1000 && expected.contains(nil) && expected.contains(""))
    let result = try run(
      "--unique", "--fields", "NOTE", "-n", "\(expected.count)", "--format=jsonl")
    #expect(try texts(result.output).map { $0[6] } == expected)
  }

  @Test(arguments: ["csv", "tsv", "jsonl", "proto", "delimited"])
  func shardsInOrderAreTheWhole(format: String) throws {
    let script = #"""
      program=$1 model=$2 format=$3
      rows() { "$program" --model "$model" --no-header -f "$format" -n 1003 --start 7 "$@"; }
      for shard in 1 2 3 4 5 6 7; do rows --shard $shard/7; done | cmp - <(rows)
      """#
    #expect(
      try Fakegen.shell(script, folder.model, format)
        == RunResult(status: 0, output: "", error: ""))
  }

  @Test func everyShardIsWholeInItself() throws {
    var rows: [[String?]] = []
    for shard in 1...3 {
      let result = try run("-n10", "--shard", "\(shard)/3", "-fjson")
      let array = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [Any]
      #expect(array?.count == [3, 3, 4][shard - 1])
      let table = try run("-n10", "--shard=\(shard)/3").output
      #expect(table.hasPrefix("LON,CODE,"))
      rows += try texts(try run("-n10", "--shard=\(shard)/3", "-fjsonl").output)
    }
    #expect(try rows == TestModel.rows(0..<10))
    #expect(try run("-n2", "--shard=1/3", "-fjsonl").output == "")
  }

  @Test func shardsOfAllThereIs() throws {
    let result = try run(
      "-n", "\(UInt64.max)", "--shard", "\(UInt64.max)/\(UInt64.max)", "-fjsonl")
    #expect(
      try result == run("--start", "\(UInt64.max - 1)", "-n1", "-fjsonl"))
    #expect(result.status == 0)
  }
}
