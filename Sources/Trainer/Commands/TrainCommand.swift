import ArgumentParser
import FakeGen
import Foundation
import Quantize

struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Trains a model on a table of records.",
    discussion: """
      Writes into the output folder: run.checkpoint (to resume), model.checkpoint (for quantize and \
      generate), losses.csv, generated-loss.csv. SIGINT or SIGTERM saves and ends. Built with the \
      package trait MPI it runs under mpirun too: see docs/Training.md.
      """)

  @OptionGroup var schemaArguments: SchemaArguments

  @OptionGroup var data: DataOption

  @Option(
    help: ArgumentHelp(
      "YAML file with what differs from the paper's setting (see experiments/).",
      valueName: "file"))
  var preset: String?

  @Option(
    help: ArgumentHelp(
      "Overrides a value of the preset, as in learningRate.initial=0.001 (repeatable).",
      valueName: "key=value"))
  var set: [String] = []

  @Option(help: ArgumentHelp("Folder of the run.", valueName: "folder"))
  var output: String

  @Option(
    help: ArgumentHelp(
      "Start from this checkpoint's parameters instead of random ones.", valueName: "checkpoint"))
  var from: String?

  @Option(
    help: ArgumentHelp(
      "Stop after this step of the preset's; --resume goes on from there.", valueName: "step"))
  var until: Int?

  @Flag(help: "Go on where the run in the output folder stopped.")
  var resume = false

  @OptionGroup var readingOptions: ReadingOptions

  @Option(help: ArgumentHelp("Threads; the numbers do not depend on it.", valueName: "n"))
  var threads = ProcessInfo.processInfo.activeProcessorCount

  @Option(help: ArgumentHelp("Steps between lines of losses.csv.", valueName: "n"))
  var logInterval = 100

  @Option(help: ArgumentHelp("Steps between checkpoints.", valueName: "n"))
  var checkpointInterval = 1000

  @OptionGroup var generatedLoss: GeneratedLossOptions

  @OptionGroup var canaries: CanaryOptions

  @Option(help: ArgumentHelp("Line that names the data's owner, kept in the model."))
  var attribution = ""

  func validate() throws {
    if threads < 1 { throw ValidationError("--threads: expected at least 1, found \(threads)") }
    if logInterval < 1 || checkpointInterval < 1 {
      throw ValidationError("--log-interval, --checkpoint-interval: expected at least 1")
    }
  }

  func run() throws {
    #if MPI
      let communicator = MPICommunicator()
    #else
      let communicator = LocalCommunicator()
    #endif
    do {
      try run(communicator)
    } catch {
      guard communicator.ranks > 1 else { throw error }
      // A launcher ends all ranks as soon as one exits with a status, so the reason comes first.
      if case TrainerError.otherRank = error {} else { warn("\(error)") }
      _ = communicator.maximum(0)
      throw TrainerError.otherRank(0)
    }
  }

  private func run(_ communicator: any Communicator) throws {
    let paths = RunPaths(folder: output)
    let (run, canaries) = try communicator.together {
      let preset = try Preset.load(path: preset, overrides: set)
      let (run, canaries) = try newRun(preset, communicator)
      if resume { try run.resume(path: paths.resumable) }
      return (run, canaries)
    }
    try communicator.expectEqual(
      fingerprint(of: run), what: "training data, preset, options or checkpoint")
    try communicator.together {
      if communicator.isRoot { try prepareFolder(paths, canaries) }
    }
    try train(run, paths: paths, communicator)
  }

  /// Hashes what all ranks must have in common, 32 bytes.
  private func fingerprint(of run: TrainingRun) throws -> [UInt8] {
    var hash = SHA256()
    hash.update(try run.checkpoint(compact: true).encoded())
    hash.update(
      "\(until ?? -1) \(logInterval) \(checkpointInterval) \(generatedLoss.interval)".utf8)
    return hash.digest()
  }
}
