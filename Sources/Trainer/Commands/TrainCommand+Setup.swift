import Autodiff
import Checkpoint
import FloatModel
import Foundation
import Records
import Schema

/// What a run begins with: its data, its canaries, its first state, its folder.
extension TrainCommand {
  /// Makes a run that has taken no step.
  ///
  /// - Throws: `TrainerError`, `TableError`, `SchemaError` or `CheckpointError`; that the ranks are
  ///   too many or exchange too much is said before memory is taken for it.
  func newRun(
    _ preset: Preset, _ communicator: any Communicator
  ) throws -> (TrainingRun, Canaries?) {
    guard communicator.ranks <= preset.piecesPerStep else {
      throw TrainerError.tooManyRanks(
        ranks: communicator.ranks, pieces: preset.piecesPerStep,
        workersPerStep: preset.workersPerStep)
    }
    var (source, canaries) = try loadSource(preset: preset, warns: communicator.isRoot)
    let origin = try from.map { path in (checkpoint: try Checkpoint.load(path), path: path) }
    if let origin { try source.goOn(from: origin.checkpoint, path: origin.path) }
    let model = RecordModel(source.description)
    try CheckpointSize.check(preset, model: model)
    try GradientReduction.check(
      count: model.layout.count, pieces: preset.piecesPerStep, ranks: communicator.ranks)
    try RunResources.checkMemory(
      model, gradients: (preset.piecesPerStep + communicator.ranks - 1) / communicator.ranks,
      copies: 0)
    if communicator.isRoot {
      // The checkpoint, the one that it takes the place of, and the model without the moments.
      let size = try CheckpointSize.bytes(preset, model: model)
      try RunResources.checkSpace(output, bytes: 2 * size + size / 3)
    }
    let run = TrainingRun(
      preset: preset, model: model, table: source.table, threads: threads,
      communicator: communicator)
    if let origin { try run.start(from: origin.checkpoint, path: origin.path) }
    return (run, canaries)
  }

  private func loadSource(preset: Preset, warns: Bool) throws -> (TrainingSource, Canaries?) {
    let hashed = try HashedTable(
      path: data.path, schema: schemaArguments.load(), reading: readingOptions.reading)
    let table = hashed.table
    if warns {
      for warning in table.warnings { warn("\(data.path): \(warning)") }
      for diagnostic in table.skipped { warn("left out: \(diagnostic.description)") }
    }
    if warns, !table.ignoredColumns.isEmpty {
      warn("\(data.path): columns without a field: \(table.ignoredColumns.joined(separator: ", "))")
    }
    let canaries = try canaries.draw(from: hashed, seed: UInt64(preset.seed))
    let source = try TrainingSource(
      table: canaries?.inserted(into: table) ?? table,
      name: data.name, hash: hashed.hash, preset: preset,
      attribution: attribution)
    if warns {
      let repetition = TableWarnings.repetition(
        rows: table.records.count,
        examples: preset.steps.multipliedReportingOverflow(by: preset.examplesPerStep).partialValue)
      let warnings = TableWarnings.columns(table.records, table.schema) + source.warnings
      for warning in warnings + [repetition].compactMap(\.self) {
        warn("\(data.path): \(warning)")
      }
    }
    return (source, canaries)
  }

  /// Makes the run's folder ready: a new one, or the one to resume in.
  ///
  /// - Throws: `TrainerError` if it holds another run.
  func prepareFolder(_ paths: RunPaths, _ canaries: Canaries?) throws {
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
}

extension TrainingSource {
  /// Counts the steps of the model in a checkpoint, to start from its parameters.
  ///
  /// - Throws: `TrainerError.otherModel` if the checkpoint's model is another, `CheckpointError`.
  fileprivate mutating func goOn(from checkpoint: Checkpoint, path: String) throws {
    let model = try RunMetadata(of: checkpoint, path: path).model
    var expected = description
    expected.provenance = model.provenance
    expected.method = model.method
    guard model == expected else {
      throw TrainerError.otherModel(path: path, what: "schema, alphabet or widths")
    }
    description.provenance.steps = model.provenance.steps
    description.provenance.examples = model.provenance.examples
  }
}
