import FakeGen
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
            + "--exclude-fields\n"))
    let file = try Fakegen.run(
      Fakegen.path, options + ["-n", "1000", "-o", folder.path("rows")])
    #expect(file == RunResult(status: 3, output: "", error: result.error))
    #expect(try folder.names() == ["ones.fakegen"])
  }
}
