import FakeGen
import Foundation
import TestModels
import TestSupport
import Testing

@testable import Quantize

/// A row that the model must not print, however often it is made anew, ends the rows.
@Suite struct ExcludedRowTests {
  let folder: TemporaryFolder
  let model: String
  /// It and the next row can be printed, the one after them cannot.
  let first: UInt64

  /// A model of texts of ones, which must have four of them at least.
  init() throws {
    folder = try TemporaryFolder()
    var content = TestModel.content(alphabet: [0x31])
    let name = try #require(
      content.schema.columns.firstIndex { content.schema.leaves[$0].path == "name" })
    content.filters = [
      try #require(
        ExclusionFilter(
          columns: [name],
          keys: Set(["", "1", "11", "111"].map { SipHash.hash(Array($0.utf8) + [0xFF]) })))
    ]
    model = try folder.write(content.encoded(), to: "ones.fakegen")
    var generator = Generator(model: try Model(bytes: content.encoded()), seed: 1)
    let canBePrinted = (0..<100 as Range<UInt64>).map { (try? generator.row($0)) != nil }
    let found = (0..<98).first { canBePrinted[$0...].prefix(3) == [true, true, false] }
    first = UInt64(try #require(found))
  }

  @Test(arguments: [
    ["-f", "csv"], ["-f", "tsv"], ["-f", "jsonl"], ["-f", "json"], ["-f", "sql"],
    ["-f", "json", "--where", "KIND=BOX", "--where", "KIND=BAG"],
    ["-f", "sql", "--no-header", "--where", "KIND=BOX", "--where=KIND=BAG", "--threads", "3"],
  ])
  func theOutputEndsAfterTheRowsBefore(arguments: [String]) throws {
    let options = ["--model", model, "--start", "\(first)"] + arguments
    let rows = try Fakegen.run(Fakegen.path, options + ["-n", "2"])
    #expect(rows.status == 0 && rows.error == "")
    let result = try Fakegen.run(Fakegen.path, options + ["-n", "1000"])
    #expect(
      result
        == RunResult(
          status: 3, output: rows.output,
          error: "fakegen: row \(first + 2): all 64 attempts gave a row that the model must not "
            + "print; leave it out with --start, take another --seed, or quantize with more "
            + "--exclude-fields; --skip-excluded leaves out all such rows\n"))
    let file = try Fakegen.run(
      Fakegen.path, options + ["-n", "1000", "-o", folder.path("rows")])
    #expect(file == RunResult(status: 3, output: "", error: result.error))
    #expect(try folder.names() == ["ones.fakegen"])
  }

  /// Each format has the other rows, any number of threads and shards the same, and the line says how
  /// many are missing.
  @Test(arguments: [
    ["-f", "tsv"], ["-f", "json"],
  ])
  func theyAreLeftOut(arguments: [String]) throws {
    let bytes = try folder.read("ones.fakegen")
    var generator = Generator(model: try Model(bytes: bytes), seed: 1)
    let numbers = (first..<first + 150).filter { (try? generator.row($0)) != nil }
    #expect(numbers.count < 150)
    let options = ["--model", model] + arguments
    let result = try Fakegen.run(
      Fakegen.path, options + ["--start", "\(first)", "-n", "150", "--skip-excluded"])
    #expect(result.status == 0)
    #expect(
      result.error
        == "fakegen: left out \(150 - numbers.count) of the rows, which the model must not "
        + "print, the first of them row \(first + 2)\n")
    for threads in ["2"] {
      #expect(
        try Fakegen.run(
          Fakegen.path,
          options + [
            "--start", "\(first)", "-n", "150", "--skip-excluded", "--threads", threads,
          ]) == result)
    }
    if arguments[1] == "tsv" {
      let lines = result.output.split(separator: "\n", omittingEmptySubsequences: false)
      #expect(lines.count == numbers.count + 2)
      for (line, row) in zip(lines.dropFirst(), numbers).prefix(5) {
        #expect(
          try Fakegen.run(
            Fakegen.path, options + ["--start", "\(row)", "-n", "1", "--no-header"]
          ).output
            == line + "\n")
      }
      let shards = try (1...3).map { shard in
        try Fakegen.run(
          Fakegen.path,
          options + [
            "--start", "\(first)", "-n", "150", "--skip-excluded", "--no-header", "--shard",
            "\(shard)/3",
          ]
        ).output
      }
      #expect(lines[0] + "\n" + shards.joined() == result.output)
    }
    if arguments[1] == "json" {
      let array = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [Any]
      #expect(array?.count == numbers.count)
    }
  }

  /// With a condition as many rows are printed as were asked for, whatever is left out between them.
  @Test func aConditionGoesOnToOtherRows() throws {
    let options = [
      "--model", model, "--start", "\(first)", "-n", "60", "--where", "KIND=BOX", "-fjsonl",
      "--skip-excluded",
    ]
    let result = try Fakegen.run(Fakegen.path, options + ["--threads", "1"])
    #expect(result.status == 0 && result.output.split(separator: "\n").count == 60)
    let line =
      /fakegen: left out [1-9]\d* of the rows, which the model must not print, the first of them row \d+\n/
    #expect(result.error.wholeMatch(of: line) != nil, "\(result.error)")
    #expect(try Fakegen.run(Fakegen.path, options + ["--threads", "3"]) == result)
    // A file is made as well.
    let file = try Fakegen.run(
      Fakegen.path, options + ["-o", folder.path("rows.jsonl")])
    #expect(file.status == 0 && file.output == "")
    #expect(try folder.names() == ["ones.fakegen", "rows.jsonl"])
  }
}
