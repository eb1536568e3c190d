import FakeGen
import Foundation
import TestModels
import TestSupport
import Testing

/// What follows by rules, in every format.
@Suite struct RuleTests {
  let folder: TemporaryFolder
  let model: String

  init() throws {
    folder = try TemporaryFolder()
    model = try folder.write(RuleModel.bytes, to: "rules.fakegen")
  }

  private func lines(_ arguments: String...) throws -> [String] {
    let result = try Fakegen.run(Fakegen.path, ["--model", model] + arguments)
    #expect(result.status == 0 && result.error == "", "\(result.error)")
    return result.output.split(separator: "\n").map(String.init)
  }

  /// What `scripts/checks/signature` compares on every platform.
  @Test func rowsKeepTheirSignature() throws {
    let golden = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Golden")
    let file = golden.appending(path: "rules.fakegen")
    #expect(try Array(Data(contentsOf: file)) == RuleModel.bytes)
    let rows = try Fakegen.run("--model", file.path, "--count", "10").output
    let expected = try String(
      contentsOf: golden.appending(path: "rules-ten-rows.sha256"), encoding: .utf8)
    #expect(SHA256.hexadecimal(of: Array(rows.utf8)) + "\n" == expected)
  }

  @Test func csvHasWhatTheLibraryMakes() throws {
    let rows = try TestModel.rows(0..<20, of: RuleModel.bytes)
    let expected = rows.map { row in
      row.map { cell in (cell ?? "").contains(",") ? "\"\(cell ?? "")\"" : cell ?? "" }
        .joined(separator: ",")
    }
    #expect(try Array(lines("-n", "20").dropFirst()) == expected)
  }

  @Test func shardsAndThreadsHaveTheSameKeys() throws {
    let all = try lines("-n", "600", "--no-header", "--fields", "ID,SERIAL,NUMBER")
    var shards: [String] = []
    for shard in 1...8 {
      shards += try lines(
        "-n", "600", "--no-header", "--fields", "ID,SERIAL,NUMBER", "--shard", "\(shard)/8",
        "--threads", "2")
    }
    #expect(shards == all)
    #expect(Set(all).count == 600)
    #expect(
      try lines(
        "-n", "5", "--start", "300", "--no-header", "--fields", "ID,SERIAL,NUMBER")
        == Array(all[300..<305]))
  }

  @Test func formats() throws {
    let json = try lines("-n", "1", "--format", "jsonl", "--fields", "DAY,MADE,LARGE,SERIAL")
    #expect(
      json[0].wholeMatch(
        of:
          /\{"DAY":"\d{4}-\d\d-\d\d","MADE":"\d{4}-\d\d-\d\dT[\d:]{8}Z","LARGE":(null|true|false),"SERIAL":"\d+"\}/
      ) != nil)
    let sql = try lines("-n", "1", "--format", "sql", "--fields", "ID,SERIAL,DAY,SEEN,MADE,LARGE")
    #expect(
      sql.prefix(8) == [
        "CREATE TABLE IF NOT EXISTS \"sale\" (", "  \"ID\" TEXT NOT NULL,",
        "  \"SERIAL\" BIGINT NOT NULL,", "  \"DAY\" DATE NOT NULL,", "  \"SEEN\" TEXT NOT NULL,",
        "  \"MADE\" TIMESTAMP WITH TIME ZONE NOT NULL,", "  \"LARGE\" BOOLEAN", ");",
      ])
    #expect(sql.last?.contains(", '19") == true || sql.last?.contains(", '20") == true)
  }

  @Test func conditionsOnMomentsAndKeys() throws {
    let rows = try lines("-n", "300", "--no-header", "--fields", "DAY,STATE")
    let day = try #require(rows[150].split(separator: ",").first.map(String.init))
    let chosen = try lines("-n", "1", "--no-header", "--where", "DAY=\(day)", "--fields", "DAY")
    #expect(chosen == [day])
    let full = try lines("-n", "20", "--no-header", "--where", "STATE=full", "--fields", "STATE")
    #expect(Set(full) == ["full"])
    let wrong = try Fakegen.run("--model", model, "--where", "DAY=2023-02-29")
    #expect(wrong.status == 2)
    #expect(wrong.error.contains("expected for DAY a moment like 2024-01-31, found '2023-02-29'"))
  }

  @Test func descriptions() throws {
    let fields = try lines("--list-fields")
    #expect(fields.contains("DAY\tmoment(%Y-%m-%d)\tday\tnever null"))
    #expect(fields.contains("TOTAL\treal(2)\ttotal\tmay be null"))
    #expect(!fields.contains { $0.hasPrefix("week") })
    let information = try lines("--model-info")
    for line in [
      "ID: a key like N[0-9]{2}[A-Z] or [xy][èé][ab][a-d] or [0-9a-f]{20}",
      "NUMBER: a key like A--0002/é, A-0001/é", "PRICE: from -0.50 to 999.99 in 4 cells",
      "TOTAL: a sum of PRICE, TAX", "DAY: a sum of week, weekday", "KIND: 2 names",
      "STATE: 2 values for 2 of KIND", "week: from 2400 to 2801 in 2 cells",
    ] {
      #expect(information.contains { $0.hasSuffix("  " + line) }, "\(line)\n\(information)")
    }
  }

  /// protoc takes the message and reads the rows; hidden fields have no number in it.
  @Test func protobuf() throws {
    let proto = try lines("--print-proto")
    #expect(proto.contains("import \"google/protobuf/timestamp.proto\";"))
    #expect(proto.contains("  google.protobuf.Timestamp made = 13;"))
    #expect(proto.contains("  string day = 7;"))
    #expect(!proto.contains { $0.contains("week") })
    let imported = "google/protobuf/timestamp.proto"
    try FileManager.default.createDirectory(
      atPath: folder.path("google/protobuf"), withIntermediateDirectories: true)
    // protoc need not come with it.
    _ = try folder.write(
      """
      syntax = "proto3"; package google.protobuf;
      message Timestamp { int64 seconds = 1; int32 nanos = 2; }
      """, to: imported)
    let source = try folder.write(proto.joined(separator: "\n"), to: "rows.proto")
    let text = try Fakegen.shell(
      #""$1" --model "$2" -n 3 --format proto --fields DAY,MADE,ID | protoc --proto_path="${3%/*}" "#
        + #"--decode=test.Rows "$3""#, model, source)
    #expect(text.status == 0, "\(text.error)")
    let made = try lines("-n", "3", "--no-header", "--fields", "MADE")
    let layout = try MomentLayout("%Y-%m-%dT%H:%M:%SZ")
    for moment in made {
      let seconds = try #require(layout.units(of: Array(moment.utf8)))
      #expect(text.output.contains("made {\n    seconds: \(seconds)\n  }"), "\(text.output)")
      #expect(text.output.contains("day: \"\(moment.prefix(10))\""))
    }
  }
}
