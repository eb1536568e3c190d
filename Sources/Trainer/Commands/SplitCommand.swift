import ArgumentParser
import Autodiff
import Files
import Foundation
import Records

struct SplitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "split",
    abstract: "Deals a table's rows into training, testing and validation files, 8:1:1.",
    discussion: "Rows are copied byte for byte; the same seed deals them alike.")

  @Argument(help: ArgumentHelp("Records, CSV or JSON Lines (.jsonl).", valueName: "file"))
  var file: String

  @Option(help: ArgumentHelp("Folder for the files.", valueName: "folder"))
  var output: String

  @Option(help: "Seed of the draws.")
  var seed: UInt64 = 1

  @Option(
    help: ArgumentHelp(
      "Expected shares as name=weight, such as train=8 (repeatable; train=8, test=1 and "
        + "validation=1 unless given).", valueName: "name=weight"))
  var part: [String] = []

  @Option(help: ArgumentHelp("Bad rows to leave out before giving up.", valueName: "n"))
  var skipBad = 0

  func run() throws {
    try RunPaths(folder: output).create()
    let random = RandomGenerator(seed: seed, stream: RandomStreams.split.first)
    let parts = try self.parts()
    let result = try splitTable(path: file, into: parts, skipBad: skipBad) { random.uniform() }
    for diagnostic in result.skipped { warn("left out: \(diagnostic.description)") }
    for (part, count) in zip(parts, result.counts) {
      try StandardOutput.print("\(part.path): \(count) rows")
    }
  }

  private func parts() throws -> [SplitPart] {
    guard !part.isEmpty else { return SplitPart.standard(table: file, folder: output) }
    let kind = URL(fileURLWithPath: file).pathExtension
    return try part.map { text in
      let fields = text.split(separator: "=", maxSplits: 1).map(String.init)
      guard fields.count == 2, let weight = Double(fields[1]), weight > 0, weight.isFinite else {
        throw ValidationError("--part \(text): expected name=weight, such as train=8")
      }
      return SplitPart(
        path: "\(output)/\(fields[0])" + (kind.isEmpty ? "" : ".\(kind)"), weight: weight)
    }
  }
}
