import ArgumentParser
import Autodiff
import Checkpoint
import Foundation
import Records

struct GenerateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate",
    abstract: "Prints rows of a checkpoint, generated in floating point.",
    discussion: "The reference for fakegen's fixed-point rows; fakegen is faster.")

  @Argument(help: ArgumentHelp("A checkpoint.", valueName: "checkpoint"))
  var checkpoint: String

  @Option(name: [.short, .long], help: ArgumentHelp("Rows.", valueName: "n"))
  var count = 10

  @Option(help: "Seed of all random draws.")
  var seed: UInt64 = 1

  @Option(help: ArgumentHelp("Threads.", valueName: "n"))
  var threads = ProcessInfo.processInfo.activeProcessorCount

  func validate() throws {
    if count < 0 { throw ValidationError("--count: expected at least 0, found \(count)") }
    if threads < 1 { throw ValidationError("--threads: expected at least 1, found \(threads)") }
  }

  func run() throws {
    let generator = try FloatGenerator(Checkpoint.load(checkpoint), path: checkpoint)
    let records = generator.generate(
      count: count, seed: seed, pool: ThreadPool(threads: threads))
    FileHandle.standardOutput.write(Data(csv(records, schema: generator.model.description.schema)))
  }
}
