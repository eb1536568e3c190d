import ArgumentParser
import Autodiff
import Checkpoint
import FakeGen
import Foundation
import Records
import Schema

struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Trains a model on a table of records.",
    discussion: """
      Writes into the output folder: run.checkpoint (to resume), model.checkpoint (for quantize and \
      generate), losses.csv. SIGINT or SIGTERM saves and ends.
      """)

  @OptionGroup var schemaArguments: SchemaArguments

  @Option(help: ArgumentHelp("Training records, CSV or JSON Lines (.jsonl).", valueName: "file"))
  var data: String

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

  @Option(help: ArgumentHelp("Bad rows to leave out before giving up.", valueName: "n"))
  var skipBad = 0

  @Option(help: ArgumentHelp("Threads; the numbers do not depend on it.", valueName: "n"))
  var threads = ProcessInfo.processInfo.activeProcessorCount

  @Option(help: ArgumentHelp("Steps between lines of losses.csv.", valueName: "n"))
  var logInterval = 100

  @Option(help: ArgumentHelp("Steps between checkpoints.", valueName: "n"))
  var checkpointInterval = 1000

  @Option(help: ArgumentHelp("Line that names the data's owner, kept in the model."))
  var attribution = ""

  func validate() throws {
    if threads < 1 { throw ValidationError("--threads: expected at least 1, found \(threads)") }
    if skipBad < 0 { throw ValidationError("--skip-bad: expected at least 0, found \(skipBad)") }
    if logInterval < 1 || checkpointInterval < 1 {
      throw ValidationError("--log-interval, --checkpoint-interval: expected at least 1")
    }
  }

  func run() throws {
    let preset = try Preset.load(path: preset, overrides: set)
    let run = try newRun(preset)
    let paths = RunPaths(folder: output)
    try paths.create()
    if resume {
      try restore(run, paths: paths)
    } else if FileManager.default.fileExists(atPath: paths.resumable) {
      throw TrainerError.outputExists(path: output)
    }
    try train(run, paths: paths)
  }

  private func newRun(_ preset: Preset) throws -> TrainingRun {
    var source = try loadSource(preset: preset)
    guard let from else { return TrainingRun(preset: preset, source: source, threads: threads) }
    let checkpoint = try Checkpoint.load(from)
    let model = try RunMetadata.decode(checkpoint, path: from).model
    var expected = source.description
    expected.provenance = model.provenance
    guard model == expected else {
      throw TrainerError.otherModel(path: from, what: "schema, alphabet or widths")
    }
    source.description.provenance.steps = model.provenance.steps
    source.description.provenance.examples = model.provenance.examples
    let run = TrainingRun(preset: preset, source: source, threads: threads)
    try run.start(from: checkpoint, path: from)
    return run
  }

  private func loadSource(preset: Preset) throws -> TrainingSource {
    let table = try readTable(path: data, schema: schemaArguments.load(), skipBad: skipBad)
    for diagnostic in table.skipped { warn("left out: \(diagnostic.description)") }
    if !table.ignoredColumns.isEmpty {
      warn("\(data): columns without a field: \(table.ignoredColumns.joined(separator: ", "))")
    }
    let file = URL(fileURLWithPath: data)
    return try TrainingSource(
      table: table, name: file.lastPathComponent,
      hash: SHA256.hexadecimal(of: Data(contentsOf: file)), preset: preset,
      attribution: attribution)
  }

  private func restore(_ run: TrainingRun, paths: RunPaths) throws {
    let path = paths.resumable
    let checkpoint = try Checkpoint.load(path)
    let metadata = try RunMetadata.decode(checkpoint, path: path)
    guard let state = metadata.resume else { throw TrainerError.nothingToResume(path: path) }
    guard metadata.preset == run.preset else {
      throw TrainerError.otherModel(path: path, what: "presets")
    }
    let (saved, own) = (metadata.model, run.model.description)
    guard saved.provenance.trainingDataHash == own.provenance.trainingDataHash else {
      throw TrainerError.otherModel(path: path, what: "training data")
    }
    guard saved.schema == own.schema else {
      throw TrainerError.otherModel(path: path, what: "schemas")
    }
    guard saved.provenance.attribution == own.provenance.attribution else {
      throw TrainerError.otherModel(path: path, what: "attributions")
    }
    guard saved.provenance.steps - own.provenance.steps == state.step else {
      throw TrainerError.otherModel(path: path, what: "checkpoints to start --from")
    }
    try run.restore(checkpoint, resume: state, path: path)
  }

  private func train(_ run: TrainingRun, paths: RunPaths) throws {
    let preset = run.preset
    let steps = preset.steps
    let end = min(steps, until ?? steps)
    let stop = StopSignal()
    let log = try LossLog(
      path: paths.losses, components: run.model.components, figures: preset.figures,
      resumingAt: run.step)
    var progress = ProgressLine(
      firstStep: run.step, steps: steps, batchSize: run.preset.batchSize)
    let started = Date()
    while run.step < end, !stop.isRaised {
      let report = run.advance()
      guard report.loss.isFinite, report.gradientNorm.isFinite else {
        throw TrainerError.diverged(step: report.step)
      }
      let isLast = run.step == end || stop.isRaised
      if run.step % logInterval == 0 || isLast {
        try log.append(
          report, batchSize: run.preset.batchSize, seconds: -started.timeIntervalSinceNow)
      }
      if run.step % checkpointInterval == 0 {
        try run.checkpoint(compact: false).save(paths.resumable)
      }
      progress.show(report, isLast: isLast)
    }
    try run.checkpoint(compact: false).save(paths.resumable)
    try run.checkpoint(compact: true).save(paths.model)
    if run.step < steps {
      warn("stopped at step \(run.step) of \(steps); --resume goes on from here")
    }
  }
}

/// Names of the files in a run's folder.
struct RunPaths {
  let folder: String
  var resumable: String { "\(folder)/run.checkpoint" }
  var model: String { "\(folder)/model.checkpoint" }
  var losses: String { "\(folder)/losses.csv" }

  func create() throws {
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw TrainerError.cannotCreate(path: folder, reason: error.localizedDescription)
    }
  }
}

/// One line on stderr.
func warn(_ line: String) {
  FileHandle.standardError.write(Data("trainer: \(line)\n".utf8))
}
