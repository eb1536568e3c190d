import ArgumentParser
import Autodiff
import Checkpoint
import Files
import FloatModel
import Foundation
import Records

struct GenerateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate",
    abstract: "Prints rows of a checkpoint, generated in floating point.",
    discussion: "The reference for fakegen's fixed-point rows; fakegen is faster.")

  @Argument(help: ArgumentHelp("A checkpoint.", valueName: "checkpoint"))
  var checkpoint: String

  @Option(name: [.customShort("n"), .long], help: ArgumentHelp("Rows.", valueName: "n"))
  var count = 10

  @Option(help: "Seed of all random draws.")
  var seed: UInt64 = 1

  @Option(help: ArgumentHelp("Threads.", valueName: "n"))
  var threads = ProcessInfo.processInfo.activeProcessorCount

  @Option(
    name: [.short, .long],
    help: ArgumentHelp("File to write, CSV or JSON Lines (.jsonl) by its name.", valueName: "file"))
  var output: String?

  func validate() throws {
    if count < 0 { throw ValidationError("--count: expected at least 0, found \(count)") }
    if threads < 1 { throw ValidationError("--threads: expected at least 1, found \(threads)") }
  }

  func run() throws {
    let generator = try FloatGenerator<Float>(ofRun: Checkpoint.load(checkpoint), path: checkpoint)
    let rows = generator.generate(
      count: count, seed: seed, stream: RandomStreams.generation.first,
      pool: ThreadPool(threads: threads))
    let records = rows.records
    let schema = generator.model.description.schema
    if let share = generator.malformedShare(of: rows) {
      let malformed = Int((share * Double(count)).rounded())
      warn("\(malformed) of \(count) rows were malformed text and have no values")
    }
    if let output {
      try writeTable(records, schema: schema, path: output)
    } else {
      let formatter = RecordFormatter(schema: schema, format: .csv)
      try StandardOutput.print(formatter.header + records.map(formatter.line).joined())
    }
  }
}
