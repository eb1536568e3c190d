import Checkpoint
import FakeGen
import FloatModel
import Foundation
import Schema
import TestSupport
import Testing

@testable import Trainer

/// The command as a person runs it: exit statuses, files, interruption.
@Suite struct CommandTests {
  private static let small = [
    "--set", "batchSize=16", "--set",
    "widths={character: 4, embedding: 8, stringState: 8, tupleState: 8, deviation: 8}",
    "--set", "maximumStringLength=20", "--threads", "2", "--log-interval", "1",
  ]

  private static func people(_ folder: TemporaryFolder, rows: Int = 60) throws -> [String] {
    let schema = try folder.write(
      """
      syntax = "proto3";
      message Person { string name = 1; double height = 2; bool tall = 3; }
      """, to: "person.proto")
    let lines = (0..<rows).map { row in
      let height = 1.5 + Double(row % 7) / 10
      return "\(["ANA", "BO", "CLEO"][row % 3]),\(height),\(height > 1.8)"
    }
    let data = try folder.write(
      (["name,height,tall"] + lines).joined(separator: "\n") + "\n", to: "people.csv")
    return ["--schema", schema, "--data", data]
  }

  private func trainer(_ arguments: [String]) throws -> RunResult {
    try runBuilt("trainer", arguments)
  }

  @Test func wrongUsageIsOneLineAndStatus2() throws {
    for arguments in [
      ["train"], ["nonsense"], ["generate"], ["generate", "x", "--count", "many"],
      ["generate", "x", "--threads", "0"], ["schema"], ["bench", "--rounds", "0"],
    ] {
      let result = try trainer(arguments)
      #expect(result.status == 2, "\(arguments)")
      #expect(result.output.isEmpty)
      #expect(result.error.hasPrefix("trainer: "))
      #expect(result.error.filter { $0 == "\n" }.count == 1, "\(result.error)")
      let help = arguments[0] == "nonsense" ? "trainer --help" : "trainer \(arguments[0]) --help"
      #expect(result.error.hasSuffix("; see \(help)\n"), "\(result.error)")
    }
  }

  @Test func failuresAreOneLineAndStatus1() throws {
    let folder = try TemporaryFolder()
    let sound = try Self.people(folder)
    let text = try folder.write("not a checkpoint", to: "text")
    let bad = try folder.write("name,height,tall\nANA,high,true\n", to: "bad.csv")
    for (arguments, part) in [
      (
        ["generate", "/nowhere/x"],
        "/nowhere/x: cannot read the checkpoint: No such file or directory"
      ),
      (["generate", text], "not a checkpoint"),
      (["schema", "/nowhere/x.proto"], "/nowhere/x.proto"),
      (
        ["train", "--schema", sound[1], "--data", bad, "--output", folder.path("run")],
        "bad.csv:2: field 'height'"
      ),
      (
        ["train"] + sound + ["--output", folder.path("run"), "--set", "stepz=1"],
        "unknown key 'stepz'"
      ),
    ] {
      let result = try trainer(arguments)
      #expect(result.status == 1, "\(arguments): \(result)")
      #expect(result.error.contains(part), "\(result.error)")
    }
  }

  @Test func helpAndVersionGoToStandardOutput() throws {
    let help = try trainer(["--help"])
    #expect(help.status == 0 && help.error.isEmpty && help.output.contains("SUBCOMMANDS"))
    #expect(try trainer(["--version"]).output == "\(FakeGenVersion.current)\n")
  }

  /// SIGTERM saves; resuming gives the log and the checkpoint of a run never interrupted.
  @Test func interruptedRunResumes() throws {
    let folder = try TemporaryFolder()
    let common =
      ["train"] + (try Self.people(folder)) + Self.small
      + ["--set", "steps=3000", "--checkpoint-interval", "100000"]
    let whole = try trainer(common + ["--output", folder.path("whole")])
    #expect(whole.status == 0)

    let process = Process()
    process.executableURL = URL(fileURLWithPath: builtProgram("trainer"))
    process.arguments = common + ["--output", folder.path("cut")]
    process.standardError = FileHandle.nullDevice
    try process.run()
    let log = folder.path("cut/losses.csv")
    while (try? String(contentsOfFile: log, encoding: .utf8).split(separator: "\n").count) ?? 0
      < 20,
      process.isRunning
    {
      usleep(2000)
    }
    process.terminate()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    let stopped = try folder.readText("cut/losses.csv").split(separator: "\n").count - 1
    #expect(stopped >= 19 && stopped < 3000, "stopped after \(stopped) steps")

    let again = try trainer(common + ["--output", folder.path("cut")])
    #expect(again.status == 1 && again.error.contains("--resume"))
    let other = try trainer(
      common + ["--output", folder.path("cut"), "--resume", "--set", "seed=9"])
    #expect(other.status == 1 && other.error.contains("presets differ"))
    let resumed = try trainer(common + ["--output", folder.path("cut"), "--resume"])
    #expect(resumed.status == 0)

    func losses(_ name: String) throws -> [String] {
      // Without the wall-clock seconds.
      try folder.readText("\(name)/losses.csv").split(separator: "\n").map { line in
        var fields = line.split(separator: ",", omittingEmptySubsequences: false)
        fields.remove(at: 2)
        return fields.joined(separator: ",")
      }
    }
    #expect(try losses("cut") == losses("whole"))
    #expect(try losses("cut").count == 3001)
    for name in ["run.checkpoint", "model.checkpoint"] {
      #expect(try folder.read("cut/\(name)") == folder.read("whole/\(name)"))
    }
  }

  @Test func startsFromAnotherCheckpoint() throws {
    let folder = try TemporaryFolder()
    let common =
      ["train"] + (try Self.people(folder)) + Self.small
      + ["--set", "steps=200", "--set", "learningRate.initial=0.01"]
    #expect(try trainer(common + ["--output", folder.path("a")]).status == 0)
    let result = try trainer(
      common + ["--output", folder.path("b"), "--from", folder.path("a/model.checkpoint")])
    #expect(result.status == 0)
    func firstLoss(_ name: String) throws -> Double {
      let fields = try folder.readText("\(name)/losses.csv").split(separator: "\n")[1]
        .split(separator: ",")
      return try #require(Double(fields[7]))
    }
    #expect(try firstLoss("b") < 0.7 * firstLoss("a"))
    let widths = try trainer(
      common + [
        "--output", folder.path("c"), "--from", folder.path("a/model.checkpoint"), "--set",
        "maximumStringLength=19",
      ])
    #expect(widths.status == 1 && widths.error.contains("differ"))
  }

  @Test func optionsOfGroupsAreChecked() throws {
    let folder = try TemporaryFolder()
    let sound = ["train"] + (try Self.people(folder)) + ["--output", folder.path("run")]
    for option in [
      ["--canary-length", "0"], ["--canaries", "0,x"], ["--generated-loss-interval", "-1"],
      ["--generated-loss-rows", "0"],
      ["--held-out", folder.path("people.csv"), "--generated-loss-interval", "0"],
    ] {
      let result = try trainer(sound + option)
      #expect(result.status == 2, "\(option): \(result)")
      #expect(result.error.contains(option[0]), "\(result.error)")
    }
    let rounds = try trainer(["measure", folder.path, "--data", "x", "--rounds", "4194304"])
    #expect(rounds.status == 2 && rounds.error.contains("--rounds: expected 0 to 4194303"))
  }

  /// The training file may be a pipe, which can be read once only.
  @Test func dataIsReadOnce() throws {
    let folder = try TemporaryFolder()
    let people = try Self.people(folder)
    let options =
      Self.small + ["--set", "steps=3", "--generated-loss-interval", "0", "--canaries", "0,1"]
    /// Runs the command with the file on a pipe that is its standard input.
    func piped(_ file: String, _ arguments: [String]) throws -> RunResult {
      try runProcess(
        "/bin/sh", ["-c", "cat \"$0\" | \"$@\"", file, builtProgram("trainer")] + arguments)
    }
    func provenance(_ name: String) throws -> Provenance {
      let path = folder.path("\(name)/model.checkpoint")
      return try RunMetadata(of: Checkpoint.load(path), path: path).model.provenance
    }

    let whole = try trainer(["train"] + people + options + ["--output", folder.path("file")])
    #expect(whole.status == 0, "\(whole.error)")
    let pipe = try piped(
      people[3],
      ["train", people[0], people[1], "--data", "/dev/stdin"] + options
        + ["--output", folder.path("pipe")])
    #expect(pipe.status == 0, "\(pipe.error)")
    var (file, other) = (try provenance("file"), try provenance("pipe"))
    #expect(file.trainingDataHash == SHA256.hexadecimal(of: try folder.read("people.csv")))
    #expect(other.trainingData == "stdin")
    other.trainingData = file.trainingData
    #expect(other == file)
    #expect(try folder.read("pipe/canaries.json") == folder.read("file/canaries.json"))

    let dash = try piped(
      people[3],
      ["train", people[0], people[1], "--data", "-"] + options + ["--output", folder.path("dash")])
    #expect(dash.status == 0, "\(dash.error)")
    #expect(try folder.read("dash/model.checkpoint") == folder.read("pipe/model.checkpoint"))
    let exposure = [
      "exposure", folder.path("file"), "--data", "/dev/stdin", "--candidates", "3", "--samples",
      "2",
    ]
    let exposed = try piped(people[3], exposure)
    #expect(exposed.status == 0, "\(exposed.error)")
    let measured = try piped(
      people[3],
      [
        "measure", folder.path("file"), "--data", "/dev/stdin", "--count", "5", "--rounds", "1",
        "--points", "2",
      ])
    #expect(measured.status == 0, "\(measured.error)")
    let longer = try folder.readText("people.csv") + "BO,1.5,false\n"
    let foreign = try piped(folder.write(longer, to: "more.csv"), exposure)
    #expect(foreign.status == 1)
    #expect(foreign.error.contains("not that of the table the model was trained on (people.csv)"))
  }

  /// Of two tables neither is dropped silently.
  @Test func aSecondTableIsRefused() throws {
    let folder = try TemporaryFolder()
    let people = try Self.people(folder)
    for command in [["train", "--output", folder.path("run")], ["bench"]] {
      let result = try trainer(command + people + ["--data", "no-such.csv"])
      #expect(result.status == 2 && result.output.isEmpty, "\(result)")
      #expect(
        result.error.contains("--data: expected one file, found \(people[3]) and no-such.csv"))
      #expect(try folder.names() == ["people.csv", "person.proto"])
    }
  }

  @Test func listsPresetsAndAliases() throws {
    let result = try trainer(["list", "--folder", example("../experiments")])
    #expect(result.status == 0)
    let lines = result.output.split(separator: "\n")
    for table in 4...14 {
      #expect(lines.contains { $0.hasPrefix(String(format: "table-%02d-", table)) })
    }
    #expect(
      lines.contains {
        $0.hasPrefix("table-03-tuple-ss-string-tf ")
          && $0.hasSuffix("= table-06-multiscale-tuple-ss-1.28-0.64")
      })
    #expect(lines.contains { $0.hasPrefix("app-h-aae ") && $0.contains("adversarial") })
    let folder = try TemporaryFolder()
    try FileManager.default.createSymbolicLink(
      atPath: folder.path("link"), withDestinationPath: example("../experiments"))
    #expect(try trainer(["list", "--folder", folder.path("link")]).output == result.output)
    let missing = try trainer(["list", "--folder", "/nowhere"])
    #expect(missing.status == 1 && missing.error.contains("/nowhere: cannot read the folder"))
  }

  @Test func splitsDeterministically() throws {
    let folder = try TemporaryFolder()
    let data = try Self.people(folder, rows: 1000)[3]
    func parts(_ name: String, seed: String) throws -> [String] {
      let result = try trainer(["split", data, "--output", folder.path(name), "--seed", seed])
      #expect(result.status == 0)
      return try ["train", "test", "validation"].map {
        try folder.readText("\(name)/people-\($0).csv")
      }
    }
    let first = try parts("a", seed: "1")
    #expect(try parts("b", seed: "1") == first)
    #expect(try parts("c", seed: "2") != first)
    let counts = first.map { $0.split(separator: "\n").count - 1 }
    #expect(counts.reduce(0, +) == 1000)
    #expect((750...850).contains(counts[0]))
  }
}
