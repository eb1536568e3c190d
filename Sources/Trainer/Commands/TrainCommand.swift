import ArgumentParser
import Autodiff
import Checkpoint
import FakeGen
import FloatModel
import Foundation
import Records
import Schema

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
  var heldOut: String?

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
    if heldOut != nil, generatedLossInterval == 0 {
      throw ValidationError("--held-out needs a --generated-loss-interval of at least 1")
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
      guard communicator.ranks <= preset.piecesPerStep else {
        throw TrainerError.tooManyRanks(
          ranks: communicator.ranks, pieces: preset.piecesPerStep,
          workersPerStep: preset.workersPerStep)
      }
      let (run, canaries) = try newRun(preset, communicator)
      if resume { try restore(run, paths: paths) }
      return (run, canaries)
    }
    try communicator.expectEqual(
      fingerprint(of: run), what: "training data, preset, options or checkpoint")
    try communicator.together {
      if communicator.isRoot { try prepareFolder(paths, canaries) }
    }
    try train(run, paths: paths, communicator)
  }

  /// What all ranks must have in common, 32 bytes.
  private func fingerprint(of run: TrainingRun) throws -> [UInt8] {
    var hash = SHA256()
    hash.update(try run.checkpoint(compact: true).encoded())
    hash.update(
      "\(until ?? -1) \(logInterval) \(checkpointInterval) \(generatedLossInterval)".utf8)
    return hash.digest()
  }

  private func prepareFolder(_ paths: RunPaths, _ canaries: Canaries?) throws {
    try paths.create()
    if resume {
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

  private func newRun(
    _ preset: Preset, _ communicator: any Communicator
  ) throws -> (TrainingRun, Canaries?) {
    var (source, canaries) = try loadSource(preset: preset, warns: communicator.isRoot)
    let bytes = GradientReduction.exchangedBytes(
      count: RecordModel(source.description).layout.count,
      pieces: preset.piecesPerStep, ranks: communicator.ranks)
    guard bytes <= Int32.max else {
      throw TrainerError.largeExchange(
        bytes: bytes, ranks: communicator.ranks, pieces: preset.piecesPerStep)
    }
    guard let from else {
      return (
        TrainingRun(
          preset: preset, source: source, threads: threads, communicator: communicator), canaries
      )
    }
    let checkpoint = try Checkpoint.load(from)
    let model = try RunMetadata(of: checkpoint, path: from).model
    var expected = source.description
    expected.provenance = model.provenance
    expected.method = model.method
    guard model == expected else {
      throw TrainerError.otherModel(path: from, what: "schema, alphabet or widths")
    }
    source.description.provenance.steps = model.provenance.steps
    source.description.provenance.examples = model.provenance.examples
    let run = TrainingRun(
      preset: preset, source: source, threads: threads, communicator: communicator)
    try run.start(from: checkpoint, path: from)
    return (run, canaries)
  }

  private func loadSource(preset: Preset, warns: Bool) throws -> (TrainingSource, Canaries?) {
    let table = try readTable(path: data, schema: schemaArguments.load(), skipBad: skipBad)
    if warns {
      for diagnostic in table.skipped { warn("left out: \(diagnostic.description)") }
    }
    if warns, !table.ignoredColumns.isEmpty {
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
    let metadata = try RunMetadata(of: checkpoint, path: path)
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

  /// All ranks take every step; rank 0 writes. They end at the same step.
  private func train(
    _ run: TrainingRun, paths: RunPaths, _ communicator: any Communicator
  ) throws {
    let steps = run.preset.steps
    let end = min(steps, until ?? steps)
    let stop = StopSignal()
    var output = try communicator.together {
      communicator.isRoot ? try newOutput(run, paths: paths) : nil
    }
    var isStopping = communicator.any(stop.isRaised)
    while run.step < end, !isStopping {
      let report = run.advance()
      isStopping = communicator.any(stop.isRaised)
      let isLast = run.step == end || isStopping
      try communicator.together {
        guard report.loss.isFinite, report.gradientNorm.isFinite else {
          throw TrainerError.diverged(step: report.step)
        }
        try output?.record(report, run, isLast: isLast)
      }
    }
    try communicator.together {
      guard communicator.isRoot else { return }
      try run.checkpoint(compact: false).save(paths.resumable)
      try run.checkpoint(compact: true).save(paths.model)
    }
    if communicator.isRoot, run.step < steps {
      warn("stopped at step \(run.step) of \(steps); --resume goes on from here")
    }
  }

  private func newOutput(_ run: TrainingRun, paths: RunPaths) throws -> RunOutput {
    RunOutput(
      paths: paths, logInterval: logInterval, checkpointInterval: checkpointInterval,
      log: try LossLog(
        path: paths.losses, components: run.model.components, figures: run.preset.figures,
        resumingAt: run.step),
      generatedLoss: try newGeneratedLoss(run, paths: paths),
      progress: ProgressLine(
        firstStep: run.step, steps: run.preset.steps,
        examplesPerStep: run.preset.examplesPerStep))
  }

  private func newGeneratedLoss(_ run: TrainingRun, paths: RunPaths) throws -> GeneratedLoss? {
    guard generatedLossInterval > 0 else { return nil }
    let description = run.model.description
    let table = try heldOut.map { path in
      let records = try readTable(path: path, schema: description.schema, skipBad: skipBad).records
      guard !records.isEmpty else { throw TrainerError.emptyTable(path: path) }
      return EncodedTable(records, description: description)
    }
    return try GeneratedLoss(
      path: paths.generatedLoss, interval: generatedLossInterval, rows: generatedLossRows,
      test: table, resumingAt: run.step)
  }
}
