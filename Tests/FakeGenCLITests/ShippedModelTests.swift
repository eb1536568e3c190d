import FakeGen
import Foundation
import TestSupport
import Testing

/// The bare command, with the model that is inside the binary.
@Suite struct ShippedModelTests {
  /// What Python's csv module finds in the command's output: the header, the number of records, and
  /// whether each has the header's columns and coordinates that are numbers.
  @Test func tenThousandRowsAreReadByPython() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("addrs.csv")
    #expect(try Fakegen.shell(#""$1" --count 10000 > "$2""#, path).status == 0)
    let lines = try folder.readText("addrs.csv").split(separator: "\n")
    #expect(lines.count == 10_001)
    let python = try Fakegen.python(
      """
      import csv, sys
      rows = list(csv.reader(open(sys.argv[1], newline="", encoding="utf-8")))
      print(",".join(rows[0]), len(rows) - 1, {len(row) for row in rows})
      for row in rows[1:]:
          assert -76 < float(row[0]) < -69 and 40 < float(row[1]) < 48, row
      """, path)
    #expect(
      python
        == RunResult(
          status: 0,
          output: "LON,LAT,NUMBER,STREET,UNIT,CITY,DISTRICT,REGION,POSTCODE 10000 {9}\n", error: "")
    )

    let again = try Fakegen.run("--count", "10000")
    #expect(again == RunResult(status: 0, output: try folder.readText("addrs.csv"), error: ""))
    let tail = try Fakegen.run("--start", "5000", "--count", "5000", "--no-header")
    #expect(tail.output == lines.dropFirst(5001).joined(separator: "\n") + "\n")
  }

  private static let models = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("models").path

  /// The default and the one for microcontrollers, of at most 256 KB, each named by the start of its
  /// content's SHA-256.
  @Test func theRepositoryHasTwo() throws {
    var names = try FileManager.default.contentsOfDirectory(atPath: Self.models)
      .filter { $0.hasSuffix(".fakegen") }
    names.sort { $0.count < $1.count }
    #expect(names.count == 2)
    for (name, start) in zip(names, ["vermont-", "vermont-small-"]) {
      let path = "\(Self.models)/\(name)"
      let hash = String(decoding: try run("sha256sum", [path]).output.prefix(8), as: UTF8.self)
      #expect(name == "\(start)\(hash).fakegen")
      let rows = try Fakegen.run("--model", path, "-n", "20")
      #expect(rows.status == 0 && rows.output.split(separator: "\n").count == 21)
    }
    let small = try FileManager.default.attributesOfItem(
      atPath: "\(Self.models)/\(try #require(names.last))")
    #expect(try #require(small[.size] as? Int) <= 256 << 10)
    for arguments in [["-n", "20"], ["--model-info"]] {
      let inside = try Fakegen.run(Fakegen.path, arguments)
      #expect(inside.status == 0)
      #expect(
        try Fakegen.run(
          Fakegen.path, ["--model", "\(Self.models)/\(try #require(names.first))"] + arguments)
          == inside)
    }
  }

  /// Towns and zips are none but those of the data: their vocabularies have no escape.
  @Test func townsAreNeverInvented() throws {
    for name in try FileManager.default.contentsOfDirectory(atPath: Self.models)
    where name.hasSuffix(".fakegen") {
      let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(Self.models)/\(name)"))
      let model = try Model(bytes: [UInt8](bytes))
      let closed = model.content.network.root.elements.compactMap { element -> String? in
        guard case .vocabulary(let field) = element.child, field.isClosed else { return nil }
        return model.content.schema.leaves[field.leaf].name
      }
      #expect(closed.sorted() == ["CITY", "POSTCODE"], "\(name)")
    }
    let towns = try Fakegen.run("--fields", "CITY", "--unique", "-n", "5", "--no-header")
    #expect(towns.status == 0 && towns.output.split(separator: "\n").count == 5)
  }

  /// The README's rows are those that its first command prints, and the models' names are right.
  @Test func theDocumentsShowThem() throws {
    let repository = URL(fileURLWithPath: Self.models).deletingLastPathComponent()
    let readme = try String(contentsOf: repository.appending(path: "README.md"), encoding: .utf8)
    let rows = try Fakegen.run("--count", "10").output.split(separator: "\n")
    #expect(rows.count == 11)
    #expect(readme.contains("```text\n\(rows.joined(separator: "\n"))\n```\n"))
    let cards = try String(
      contentsOf: repository.appending(path: "models/README.md"), encoding: .utf8)
    for name in try FileManager.default.contentsOfDirectory(atPath: Self.models)
    where name.hasSuffix(".fakegen") {
      #expect(cards.contains(name.dropLast(".fakegen".count)), "\(name)")
    }
  }

  /// Bytes that change only when the shipped model or the meaning of its arithmetic does.
  @Test func rowsKeepTheirSignature() throws {
    let golden = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Golden/shipped-model-rows.sha256")
    let expected = try String(contentsOf: golden, encoding: .utf8)
      .trimmingCharacters(in: .whitespacesAndNewlines)
    let result = try Fakegen.shell(#""$1" --count 1000 --seed 1 | sha256sum | cut -d " " -f 1"#)
    #expect(result.output == expected + "\n")
  }

  @Test func theSelfTestRecomputesTheSignature() throws {
    let golden = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Golden/shipped-model-rows.sha256")
    let signature = try String(contentsOf: golden, encoding: .utf8)
      .trimmingCharacters(in: .whitespacesAndNewlines)
    let version = try Fakegen.run("--version").output.dropLast()
    let levels = KernelLevel.allCases.filter(\.isSupported).map(\.name).joined(separator: ", ")
    #expect(
      try Fakegen.run("--self-test")
        == RunResult(
          status: 0,
          output: "\(version): 1000 rows have the SHA-256 \(signature), as they should, "
            + "with the kernels \(levels)\n",
          error: ""))
  }
}
