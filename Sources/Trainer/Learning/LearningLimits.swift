import Checkpoint
import FloatModel
import Foundation

/// What would stop a run later, looked at before its first step.
enum LearningLimits {
  /// Held-out rows whose loss is looked at during training.
  static let lossRows = 4_096

  /// Checks that the run's checkpoint and its memory stay within bounds, and that its folder has
  /// room.
  ///
  /// - Parameters:
  ///   - model: to be trained.
  ///   - folder: where the run's state is kept.
  /// - Throws: `TrainerError.tooLarge`, `.cannotCreate` or `.tooLittleSpace`.
  static func check(_ model: RecordModel, folder: String) throws(TrainerError) {
    let count = model.layout.count
    // The parameters and both of the optimizer's moments.
    let checkpoint = 3 * 4 * count
    guard checkpoint < Checkpoint.maximumFileSize else {
      throw .tooLarge(what: "its checkpoint", bytes: checkpoint, limit: Checkpoint.maximumFileSize)
    }
    // The best state and the average beside it.
    try RunResources.checkMemory(model, gradients: 2, copies: 3)
    // These two on disk, and each file twice while it takes another's place.
    try RunResources.checkSpace(folder, bytes: 2 * (checkpoint + 2 * 4 * count))
  }
}
