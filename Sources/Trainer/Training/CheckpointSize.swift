import Autodiff
import Checkpoint
import FloatModel

/// How large the checkpoint of a run will be, told before memory is taken for the run.
enum CheckpointSize {
  /// Refuses a run whose checkpoint nothing would read again.
  ///
  /// - Parameter limit: bytes of a checkpoint.
  /// - Throws: `TrainerError.largeCheckpoint`.
  static func check(
    _ preset: Preset, model: RecordModel, limit: Int = Checkpoint.maximumFileSize
  ) throws {
    let bytes = try bytes(preset, model: model)
    guard bytes > limit else { return }
    throw TrainerError.largeCheckpoint(
      bytes: bytes, limit: limit, elements: model.description.schema.columns.count,
      tupleState: preset.modelWidths.tupleState)
  }

  /// Returns the size of the file from which the run resumes, to within a few kilobytes.
  static func bytes(_ preset: Preset, model: RecordModel) throws -> Int {
    let metadata = try RunMetadata(model: model.description, preset: preset, resume: nil).encoded()
    let headers = model.layout.entries.reduce(0) { $0 + headerSize($1.name, rank: $1.shape.count) }
    // The parameters, and the optimizer's two moments of each, which are padded.
    let parameters = 4 * model.layout.parameterCount + 2 * 4 * model.layout.count
    let whitenings = model.scalarTuples.reduce(0) { bytes, scalars in
      let count = scalars.leaves.count
      return bytes + 8 * (count + 2 * count * count)
    }
    let width = model.description.widths.embedding
    let latents = 8 * (width + width * width)
    let generator = RandomGenerator(seed: 0, stream: RandomStreams.parameters.first)
    return metadata.count + headers + parameters + whitenings + latents
      + preset.workers * generator.stateSize + augmentation(preset, width: width)
  }

  private static func augmentation(_ preset: Preset, width: Int) -> Int {
    guard preset.augmentation.isActive else { return 0 }
    return 4 * preset.workers * preset.augmentation.variants * (width + 1)
  }

  /// Bytes of a tensor beside its elements.
  private static func headerSize(_ name: String, rank: Int) -> Int {
    2 + name.utf8.count + 2 + 8 * rank
  }
}
