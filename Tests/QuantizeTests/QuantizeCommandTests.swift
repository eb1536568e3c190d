import Checkpoint
import FakeGen
import Foundation
import TestModels
import TestSupport
import Testing

@testable import Quantize

@Suite struct QuantizeCommandTests {
  /// Runs `body` in a folder of its own.
  private func inFolder(_ body: (URL) throws -> Void) throws {
    let folder = URL.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder)
  }

  @Test func writesTheModelAndReports() throws {
    try inFolder { folder in
      let checkpoint = SyntheticCheckpoint().checkpoint
      let input = folder.appending(path: "a.checkpoint").path
      let output = folder.appending(path: "a.fakegen").path
      let metrics = folder.appending(path: "metrics.txt").path
      try checkpoint.save(input)
      try "p mean 0.25".write(toFile: metrics, atomically: true, encoding: .utf8)

      let text = QuantizeCommand.outcome(of: [input, "-o", output, "--metrics", metrics])
      #expect(text.status == 0)
      #expect(text.error == "")
      #expect(text.output.contains("record/decoder/0/state_weight"))
      let bytes = Array(try Data(contentsOf: URL(filePath: output)))
      #expect(bytes == (try quantize(checkpoint, metrics: "p mean 0.25").bytes))
      let information = try Model(bytes: bytes).information
      #expect(information.metrics == "p mean 0.25")
      #expect(information.attribution == "Synthetic")
      #expect(information.steps == 20)

      let json = QuantizeCommand.outcome(of: [input, "--output", output, "--report", "json"])
      let report = try JSONDecoder().decode(
        QuantizationReport.self, from: Data(json.output.utf8))
      #expect(report.fileSize == bytes.count - 12)
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
          == ["a.checkpoint", "a.fakegen", "metrics.txt"])
    }
  }

  @Test func devicesStayDevices() throws {
    try inFolder { folder in
      let input = folder.appending(path: "a.checkpoint").path
      try SyntheticCheckpoint().checkpoint.save(input)
      #expect(QuantizeCommand.outcome(of: [input, "-o", "/dev/null"]).status == 0)
      let kind = try FileManager.default.attributesOfItem(atPath: "/dev/null")[.type]
      #expect(kind as? FileAttributeType == .typeCharacterSpecial)
    }
  }

  @Test func badFilesExitOneWithOneLine() throws {
    try inFolder { folder in
      let input = folder.appending(path: "a.checkpoint").path
      let output = folder.appending(path: "a.fakegen").path
      var synthetic = SyntheticCheckpoint()
      synthetic.tensors["record/6/mean"] = nil
      try synthetic.checkpoint.save(input)
      let missing = QuantizeCommand.outcome(of: [input, "-o", output])
      #expect(missing.status == 1)
      #expect(missing.output == "")
      #expect(
        missing.error
          == "quantize: \(input): tensor 'record/6/mean' is missing; write it again with "
          + "'trainer train' of this version\n")
      #expect(!FileManager.default.fileExists(atPath: output))

      let absent = QuantizeCommand.outcome(of: [folder.path + "/none", "-o", output])
      #expect(absent.status == 1)
      #expect(absent.error.split(separator: "\n").count == 1)

      try SyntheticCheckpoint().checkpoint.save(input)
      let unwritable = QuantizeCommand.outcome(of: [input, "-o", folder.path + "/no/where"])
      #expect(unwritable.status == 1)
      #expect(unwritable.error.split(separator: "\n").count == 1)
      try Data([0xFF, 0xFE]).write(to: folder.appending(path: "metrics"))
      let metrics = QuantizeCommand.outcome(
        of: [input, "-o", output, "--metrics", folder.path + "/metrics"])
      #expect(metrics.status == 1)
      #expect(metrics.error.contains("UTF-8"))
    }
  }

  /// The program itself: whatever becomes of standard output, one line and a status.
  @Test func standardOutputThatCannotBeWrittenIsOneLine() throws {
    try inFolder { folder in
      let input = folder.appending(path: "a.checkpoint").path
      try SyntheticCheckpoint().checkpoint.save(input)
      let full = try runProcess(
        "/usr/bin/env",
        [
          "bash", "-c", #""$0" "$1" -o "$2" > /dev/full"#, builtProgram("quantize"), input,
          input + "q",
        ])
      #expect(
        full
          == RunResult(
            status: 1, output: "",
            error: "quantize: standard output: cannot be written: No space left on device\n"))
      let closed = try runProcess(
        "/usr/bin/env",
        [
          "bash", "-c", #"trap '' PIPE; "$0" "$1" -o "$2" | true; exit "${PIPESTATUS[0]}""#,
          builtProgram("quantize"), input, input + "q",
        ])
      #expect(closed.error == "")
      #expect([0, 141].contains(closed.status))
    }
  }

  @Test func rowsToExcludeThatDoNotFit() throws {
    try inFolder { folder in
      let synthetic = SyntheticCheckpoint(seed: 2)
      let input = folder.appending(path: "a.checkpoint").path
      let output = folder.appending(path: "a.fakegen").path
      let table = folder.appending(path: "rows.csv").path
      try synthetic.checkpoint.save(input)
      let (bytes, _) = try quantize(synthetic.checkpoint, metrics: "")
      var generator = Generator(model: try Model(bytes: bytes), seed: 1)
      let columns = generator.model.columns
      var text: [UInt8] = Array(columns.map(\.name).joined(separator: ",").utf8) + [0x0A]
      for row in 0..<300 as Range<UInt64> {
        try generator.select(row: row)
        for column in columns.indices {
          if column > 0 { text.append(0x2C) }
          generator.append(column, to: &text)
        }
        text.append(0x0A)
      }
      text += Array("no,row\n".utf8)
      try Data(text).write(to: URL(filePath: table))

      let bad = QuantizeCommand.outcome(of: [input, "-o", output, "--exclude", table])
      #expect(bad.status == 1 && bad.output == "")
      #expect(bad.error.contains("--skip-bad"))
      #expect(bad.error.split(separator: "\n").count == 2)
      let left = QuantizeCommand.outcome(
        of: [input, "-o", output, "--exclude", table, "--skip-bad", "1", "--report", "json"])
      #expect(left.status == 0)
      #expect(left.error.hasPrefix("quantize: left out: ") && left.error.contains("rows.csv:302"))
      let report = try JSONDecoder().decode(QuantizationReport.self, from: Data(left.output.utf8))
      #expect(try #require(report.filters.first).entries > 200)
      #expect(left.error.split(separator: "\n").count == 1 + report.identifiers.count)
      // Without --exclude-fields, all columns but the reals.
      let expected = columns.filter { column in
        if case .real = column.kind { false } else { true }
      }
      #expect(report.filters.map(\.columns) == [expected.map(\.name)])
      #expect(expected.count < columns.count)

      // Every kind of row is excluded by this column alone.
      let coarse = QuantizeCommand.outcome(
        of: [
          input, "-o", output, "--exclude", table, "--skip-bad", "1", "--exclude-fields", "KIND",
        ])
      #expect(coarse.status == 0)
      #expect(coarse.error.contains("cannot print row 0 of seed 1"))

      // A second set of columns is not the first one's.
      let names = expected.map(\.name)
      let several = QuantizeCommand.outcome(
        of: [
          input, "-o", output, "--exclude", table, "--skip-bad", "1", "--exclude-fields",
          names.joined(separator: ","), "--exclude-fields", names.reversed().joined(separator: ","),
          "--report", "json",
        ])
      #expect(several.status == 0)
      let both = try JSONDecoder().decode(
        QuantizationReport.self, from: Data(several.output.utf8))
      #expect(both.filters.map(\.columns) == [names, names.reversed()])
      let model = try Model(bytes: [UInt8](Data(contentsOf: URL(fileURLWithPath: output))))
      #expect(model.information.filters.map(\.entries) == both.filters.map(\.entries))
      for identifier in both.identifiers {
        #expect(
          several.error.contains(
            "the column \(identifier.column) identifies rows on its own"))
        #expect(several.error.contains("--exclude-fields \(identifier.column)"))
      }

      let unknown = QuantizeCommand.outcome(
        of: [input, "-o", output, "--exclude", table, "--exclude-fields", "nothing"])
      #expect(unknown.status == 2 && unknown.output == "")
      #expect(unknown.error.hasPrefix("quantize: --exclude-fields: expected some of the columns"))
    }
  }

  /// Quantizes and makes 3,000 rows.
  private func rows(_ arguments: [String], model path: String) throws -> [Row] {
    let outcome = QuantizeCommand.outcome(of: arguments)
    #expect(outcome.status == 0 && outcome.error.isEmpty)
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    var generator = Generator(model: try Model(bytes: bytes), seed: 1)
    return try (0..<3000 as Range<UInt64>).map { try generator.row($0) }
  }

  /// Of a closed vocabulary none but the known values are printed, and they are as before otherwise.
  @Test func vocabulariesAreClosed() throws {
    try inFolder { folder in
      let synthetic = SyntheticCheckpoint(seed: 2, options: .every(.state))
      let input = folder.appending(path: "a.checkpoint").path
      let output = folder.appending(path: "a.fakegen").path
      try synthetic.checkpoint.save(input)
      let schema = synthetic.description.schema
      let column = schema.columns.firstIndex { schema.leaves[$0].column == "CITY" } ?? 0
      let known = synthetic.description.knownValues[schema.columns[column]]
      func count(_ options: [String]) throws -> [Int] {
        let rows = try rows([input, "-o", output] + options, model: output)
        return known.map { value in rows.count { $0.fields[column] == .text(value) } }
      }
      let (open, closed) = (try count([]), try count(["--close", "CITY"]))
      #expect(closed.reduce(0, +) == 3000)
      let others = 3000 - open.reduce(0, +)
      #expect(others > 300 && others < 2700)
      // The escape's probability goes to the known values in proportion to theirs.
      for (before, after) in zip(open, closed) {
        #expect(abs(Double(before) / Double(3000 - others) - Double(after) / 3000) < 0.05)
      }

      for wrong in ["STREET", "STATE", "CITY,STREET", "city"] {
        let outcome = QuantizeCommand.outcome(of: [input, "-o", output, "--close", wrong])
        #expect(outcome.status == 2 && outcome.output == "")
        #expect(outcome.error.hasPrefix("quantize: --close"), "\(outcome.error)")
        #expect(outcome.error.split(separator: "\n").count == 1)
      }
    }
  }

  @Test(arguments: [
    [], ["a"], ["a", "-o"], ["a", "-o", "b", "--report", "xml"], ["a", "-o", "a"],
    ["a", "-o", "b", "--nonsense"], ["a", "-o", "b", "--skip-bad", "-1"], ["a", "-o", "./x/../a"],
    ["a", "-o", "b", "--skip-bad", "1"],
  ]) func wrongUsageExitsTwoWithOneLine(arguments: [String]) {
    let outcome = QuantizeCommand.outcome(of: arguments)
    #expect(outcome.status == 2)
    #expect(outcome.output == "")
    #expect(outcome.error.hasPrefix("quantize: "))
    #expect(outcome.error.split(separator: "\n").count == 1)
  }

  @Test func helpGoesToStandardOutput() {
    let outcome = QuantizeCommand.outcome(of: ["--help"])
    #expect(outcome.status == 0)
    #expect(outcome.error == "")
    #expect(outcome.output.contains("USAGE: quantize"))
  }
}
