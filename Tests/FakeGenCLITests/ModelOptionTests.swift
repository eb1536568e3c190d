import FakeGen
import Foundation
import TestModels
import TestSupport
import Testing

@testable import Quantize

@Suite struct ModelOptionTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder.withModel() }

  @Test func modelInformation() throws {
    let result = try Fakegen.run("--model-info", "--model", folder.model)
    let information = try Model(bytes: TestModel.bytes).information
    let expected = """
      message                test.Parcel
      columns                LON,CODE,A "NAME", QUOTED,KIND,SOLD,AGE,NOTE
      attribution            Nobody's data\\u{1b}[31m
      training data          parcels.csv, 12 rows
      training data SHA-256  ab12
      training               preset tiny, 34 steps, 56 examples
      parameters             1296
      file size              \(TestModel.bytes.count) bytes
      multiply-adds          672 a row, and 124 for each string, 156 for each character or piece
      checksum               \(information.contentHash)
      architecture           \(information.architectureHash)
      in plain text          KIND: 2 names
                             AGE: from -1000000 to 1000000
                             all texts: 25 characters

      p mean  0.5
      p median  0.4

      """
    #expect(result == RunResult(status: 0, output: expected, error: ""))
  }

  /// A filter of every row there is by the columns KIND and SOLD, of which there are four.
  @Test func rowsThatTheModelMustNotPrint() throws {
    var content = try Model(bytes: TestModel.bytes).content
    let columns = ["KIND", "SOLD"].compactMap { name in
      content.schema.columns.firstIndex { content.schema.leaves[$0].name == name }
    }
    func filter(_ rows: [[String]]) throws -> [ExclusionFilter] {
      [
        try #require(
          ExclusionFilter(
            columns: columns,
            keys: Set(rows.map { row in SipHash.hash(row.flatMap { Array($0.utf8) + [0xFF] }) })))
      ]
    }
    content.filters = try filter([["BOX", "true"], ["BOX", "false"], ["BAG", "true"]])
    let some = try folder.write(content.encoded(), to: "some.fakegen")
    let rows = try Fakegen.run("--model", some, "-n", "200", "--format", "jsonl")
    #expect(rows.status == 0 && rows.error == "")
    let lines = rows.output.split(separator: "\n")
    #expect(lines.count == 200)
    #expect(lines.allSatisfy { $0.contains(#""KIND":"BAG","SOLD":false"#) })
    let information = try Fakegen.run("--model-info", "--model", some)
    let size = try #require(try Model(bytes: content.encoded()).information.filters.first).size
    #expect(
      information.output.contains(
        "\nnever printed          3 rows by KIND,SOLD; filter of \(size) bytes, which keeps back 1 of "
          + "256 other rows\nin plain text          KIND: 2 names\n"))

    content.filters = try filter([
      ["BOX", "true"], ["BOX", "false"], ["BAG", "true"], ["BAG", "false"],
    ])
    let all = try folder.write(content.encoded(), to: "all.fakegen")
    let result = try Fakegen.run("--model", all, "--start", "5")
    #expect(
      result
        == RunResult(
          status: 3, output: "LON,CODE,\"A \"\"NAME\"\", QUOTED\",KIND,SOLD,AGE,NOTE\n",
          error: "fakegen: row 5: all 64 attempts gave a row that the model must not print; leave "
            + "it out with --start, take another --seed, or quantize with more --exclude-fields; "
            + "--skip-excluded leaves out all such rows\n"))
  }

  @Test func aModelMayComeThroughAPipe() throws {
    let result = try Fakegen.shell(#""$1" --model <(cat "$2")"#, folder.model)
    #expect(try result == Fakegen.run("--model", folder.model))
  }

  @Test func modelsThatCannotBeRead() throws {
    func error(_ path: String) throws -> String {
      let result = try Fakegen.run("--model", path)
      #expect(result.status == 1 && result.output == "")
      return result.error
    }
    let missing = folder.path("a\nb")
    #expect(
      try error(missing)
        == "fakegen: \(folder.path)/a\\u{a}b: cannot be read: No such file or directory\n")
    for path in [folder.path, "/dev/zero"] {
      #expect(
        try error(path)
          == "fakegen: \(path): cannot be read: expected a model file, found no regular file\n")
    }
    let huge = folder.path("huge")
    #expect(FileManager.default.createFile(atPath: huge, contents: nil))
    #expect(truncate(huge, 1 << 40) == 0)
    #expect(
      try error(huge)
        == "fakegen: \(huge): cannot be read: expected at most 268435456 bytes, found more; "
        + "is it a model file?\n")
  }

  @Test func damagedModelsAreOneLineAndStatusOne() throws {
    let whole = TestModel.bytes
    var flipped = whole
    flipped[whole.count / 2] ^= 16
    let noModel = "not a model file: it does not begin with a model file's signature"
    func size(_ found: Int) -> String {
      "the model file should have \(whole.count) bytes, found \(found); fetch it again"
    }
    // The sums are the library's to say.
    let checksum = #expect(throws: ModelError.self) { try Model(bytes: flipped) }
    let damaged = [
      ([], noModel), (Array("LON,LAT\n".utf8), noModel),
      (Array(whole.dropLast()), size(whole.count - 1)), (whole + [0], size(whole.count + 1)),
      (flipped, try #require(checksum).description),
    ]
    for (bytes, reason) in damaged {
      let path = try folder.write(bytes, to: "damaged")
      for option in ["-n1", "--model-info", "--list-fields", "--print-proto"] {
        #expect(
          try Fakegen.run("--model", path, option)
            == RunResult(status: 1, output: "", error: "fakegen: \(path): \(reason)\n"))
      }
    }
  }
}
