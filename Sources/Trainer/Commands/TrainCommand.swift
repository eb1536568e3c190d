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
      generate), losses.csv, generated-loss.csv. SIGINT or SIGTERM saves and ends.
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

  @Option(
    help: ArgumentHelp(
      "Rows held out of training, whose loss generated-loss.csv follows too.", valueName: "file"))
  var test: String?

  @Option(
    help: ArgumentHelp(
      "Steps between lines of generated-loss.csv; 0 leaves it out. Training does not depend on it.",
      valueName: "n"))
  var generatedLossInterval = 1000

  @Option(
    help: ArgumentHelp("Rows of each batch that generated-loss.csv measures.", valueName: "n"))
  var generatedLossRows = 1024

  @Option(
    help: ArgumentHelp(
      "Canaries to put into the training data, how many times each: 0,1,1,16. For trainer exposure.",
      valueName: "counts"))
  var canaries: String?

  @Option(
    help: ArgumentHelp(
      "Field of a canary's secret (the address's street, or else the first text field).",
      valueName: "field"))
  var canaryField: String?

  @Option(help: ArgumentHelp("Letters of a canary's secret.", valueName: "n"))
  var canaryLength = 6

  @Option(help: ArgumentHelp("Line that names the data's owner, kept in the model."))
  var attribution = ""

  func validate() throws {
    if threads < 1 { throw ValidationError("--threads: expected at least 1, found \(threads)") }
    if skipBad < 0 { throw ValidationError("--skip-bad: expected at least 0, found \(skipBad)") }
    if logInterval < 1 || checkpointInterval < 1 {
      throw ValidationError("--log-interval, --checkpoint-interval: expected at least 1")
    }
    if generatedLossInterval < 0 {
      throw ValidationError(
        "--generated-loss-interval: expected at least 0, found \(generatedLossInterval)")
    }
    if !(1...1 << 20).contains(generatedLossRows) {
      throw ValidationError(
        "--generated-loss-rows: expected 1 to 1048576, found \(generatedLossRows)")
    }
    if !(1...64).contains(canaryLength) {
      throw ValidationError("--canary-length: expected 1 to 64, found \(canaryLength)")
    }
    _ = try insertions()
    if test != nil, generatedLossInterval == 0 {
      throw ValidationError("--test needs a --generated-loss-interval of at least 1")
    }
  }

  func run() throws {
    let preset = try Preset.load(path: preset, overrides: set)
    let (run, canaries) = try newRun(preset)
    let paths = RunPaths(folder: output)
    try paths.create()
    if resume {
      try restore(run, paths: paths)
      guard try RunFolder(output).decode(Canaries.self, paths.canaries) == canaries else {
        throw TrainerError.otherModel(path: paths.canaries, what: "canaries")
      }
    } else if FileManager.default.fileExists(atPath: paths.resumable) {
      throw TrainerError.outputExists(path: output)
    } else if let canaries {
      try RunFolder.write(canaries, to: paths.canaries)
    } else {
      // What another run left must not pass for this one's.
      try? FileManager.default.removeItem(atPath: paths.canaries)
    }
    try train(run, paths: paths)
  }

  /// How many times each canary is to be inserted.
  private func insertions() throws -> [Int] {
    guard let canaries else { return [] }
    return try canaries.split(separator: ",", omittingEmptySubsequences: false).map { text in
      guard let count = Int(text), (0...1 << 20).contains(count) else {
        throw ValidationError(
          "--canaries \(canaries): expected counts of 0 to 1048576, such as 0,1,1,16")
      }
      return count
    }
  }

  private func newRun(_ preset: Preset) throws -> (TrainingRun, Canaries?) {
    var (source, canaries) = try loadSource(preset: preset)
    guard let from else {
      return (TrainingRun(preset: preset, source: source, threads: threads), canaries)
    }
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
    return (run, canaries)
  }

  private func loadSource(preset: Preset) throws -> (TrainingSource, Canaries?) {
    let table = try readTable(path: data, schema: schemaArguments.load(), skipBad: skipBad)
    for diagnostic in table.skipped { warn("left out: \(diagnostic.description)") }
    if !table.ignoredColumns.isEmpty {
      warn("\(data): columns without a field: \(table.ignoredColumns.joined(separator: ", "))")
    }
    let file = URL(fileURLWithPath: data)
    let hash = SHA256.hexadecimal(of: try Data(contentsOf: file))
    let insertions = try insertions()
    let canaries =
      try insertions.isEmpty
      ? nil
      : Canaries(
        table: table, hash: hash, field: canaryField, length: canaryLength,
        insertions: insertions, seed: UInt64(preset.seed))
    let source = try TrainingSource(
      table: canaries?.inserted(into: table) ?? table, name: file.lastPathComponent, hash: hash,
      preset: preset, attribution: attribution)
    return (source, canaries)
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
    let generatedLoss = try newGeneratedLoss(run, paths: paths)
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
      try generatedLoss?.record(run)
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

extension TrainCommand {
  private func newGeneratedLoss(_ run: TrainingRun, paths: RunPaths) throws -> GeneratedLoss? {
    guard generatedLossInterval > 0 else { return nil }
    let description = run.model.description
    let table = try test.map { path in
      let records = try readTable(path: path, schema: description.schema, skipBad: skipBad).records
      guard !records.isEmpty else { throw TrainerError.emptyTable(path: path) }
      return EncodedTable(records, description: description)
    }
    return try GeneratedLoss(
      path: paths.generatedLoss, interval: generatedLossInterval, rows: generatedLossRows,
      test: table, resumingAt: run.step)
  }
}

/// Names of the files in a run's folder.
struct RunPaths {
  let folder: String
  var resumable: String { "\(folder)/run.checkpoint" }
  var model: String { "\(folder)/model.checkpoint" }
  var losses: String { "\(folder)/losses.csv" }
  var canaries: String { "\(folder)/canaries.json" }
  var measurements: String { "\(folder)/measurements.json" }
  var exposure: String { "\(folder)/exposure.json" }
  var generatedLoss: String { "\(folder)/generated-loss.csv" }

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
