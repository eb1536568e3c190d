import FakeGen
import Foundation
import TestModels

/// Writes the fuzzers' first inputs into the folders `model`, `interface` and `argument` of the one
/// named: the tests' small models, some of which have every option of a network, and a command line
/// that has every option.
@main struct WriteSeeds {
  static func main() throws {
    let folder = URL(fileURLWithPath: CommandLine.arguments[1])
    let models = [
      ("test", TestModel.bytes), ("tiny", TinyModel.bytes),
      ("numbers", NumberModel.bytes(feedback: .reencoded)), ("rules", RuleModel.bytes),
      ("kinds", KindModel.bytes),
      ("state", try SyntheticModel.bytes(feedback: .state)),
      ("state-embedding", try SyntheticModel.bytes(feedback: .state, codeWidth: 3)),
      ("reencoded", try SyntheticModel.bytes(feedback: .reencoded)),
      ("reencoded-embedding", try SyntheticModel.bytes(feedback: .reencoded, codeWidth: 3)),
    ]
    for (name, bytes) in models {
      try write(bytes, to: folder.appending(path: "model/\(name)"))
      try write(
        bytes + [80, 40, 10, 1, 2, 9, 1, 3], to: folder.appending(path: "interface/\(name)"))
    }
    let arguments = [
      ["-n", "2", "--seed=3", "--start", "4", "--shard", "1/2", "--fields", "KIND,CODE"],
      ["--where", "KIND=BOX", "--where=SOLD=true", "--unique", "--max-tries", "9", "-fsql"],
      ["--no-header", "--delimiter", ";", "--threads", "2", "--format=csv", "-o", "-"],
      ["--table", "t", "--format", "sql", "--progress", "--model", "m", "--kernels", "reference"],
      ["-fsql", "--dialect", "mysql", "--table", "a.\"b.c\"", "--unique-by", "KIND"],
      ["--null", "NA", "--safe-spreadsheet", "--skip-excluded"],
      ["-f", "jsonl", "--json-integers", "number", "--nested"], ["-f", "proto"],
      ["-f", "delimited"],
      ["-f", "jsonl"], ["-f", "json"], ["-f", "tsv"],
      ["--model-info", "--list-fields", "--print-proto", "--self-test", "--version", "--help"],
    ]
    for (index, line) in arguments.enumerated() {
      try write(
        Array(line.joined(separator: "\n").utf8), to: folder.appending(path: "argument/\(index)"))
    }
  }

  private static func write(_ bytes: [UInt8], to file: URL) throws {
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: file)
  }
}
