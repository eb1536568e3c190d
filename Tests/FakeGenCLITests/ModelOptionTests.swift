import FakeGen
import Foundation
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
      multiply-adds          672 a row, 124 a string, 156 a character or piece
      checksum               \(information.contentHash)
      architecture           \(information.architectureHash)

      p mean  0.5
      p median  0.4

      """
    #expect(result == RunResult(status: 0, output: expected, error: ""))
  }

  /// A filter of every row there is by the columns KIND and SOLD, of which there are four.
  @Test func rowsThatTheModelMustNotPrint() throws {
    var content = try ModelContent(decoding: TestModel.bytes)
    let columns = ["KIND", "SOLD"].compactMap { name in
      content.schema.columns.firstIndex { content.schema.leaves[$0].name == name }
    }
    func filter(_ rows: [[String]]) -> ExclusionFilter? {
      ExclusionFilter(
        columns: columns,
        keys: Set(rows.map { row in SipHash.hash(row.flatMap { Array($0.utf8) + [0xFF] }) }))
    }
    content.filter = filter([["BOX", "true"], ["BOX", "false"], ["BAG", "true"]])
    let some = try folder.write(content.encoded(), to: "some.fakegen")
    let rows = try Fakegen.run("--model", some, "-n", "200", "--format", "jsonl")
    #expect(rows.status == 0 && rows.error == "")
    let lines = rows.output.split(separator: "\n")
    #expect(lines.count == 200)
    #expect(lines.allSatisfy { $0.contains(#""KIND":"BAG","SOLD":false"#) })
    let information = try Fakegen.run("--model-info", "--model", some)
    #expect(information.output.contains("never printed          3 rows by KIND,SOLD; filter of "))

    content.filter = filter([
      ["BOX", "true"], ["BOX", "false"], ["BAG", "true"], ["BAG", "false"],
    ])
    let all = try folder.write(content.encoded(), to: "all.fakegen")
    let result = try Fakegen.run("--model", all, "--start", "5")
    #expect(result.status == 3)
    #expect(
      result.error
        == "fakegen: row 5: all 64 attempts gave a row that the model must not print; leave it out "
        + "with --start, or quantize with more --exclude-fields\n")
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
    let damaged = [[], Array("LON,LAT\n".utf8), Array(whole.dropLast()), whole + [0], flipped]
    for bytes in damaged {
      let path = folder.path("damaged")
      try Data(bytes).write(to: URL(fileURLWithPath: path))
      for arguments in [["-n", "1"], ["--model-info"]] {
        let result = try Fakegen.run(Fakegen.path, ["--model", path] + arguments)
        #expect(result.status == 1)
        #expect(result.output == "")
        #expect(result.error.hasPrefix("fakegen: \(path): "))
        #expect(result.error.split(separator: "\n").count == 1)
      }
    }
  }
}
