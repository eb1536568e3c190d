import Checkpoint
import FloatModel
import Foundation

/// What would stop a run later, looked at before its first step.
enum LearningLimits {
  /// Held-out rows whose loss is looked at during training.
  static let lossRows = 4_096

  /// Checks that the run's checkpoint and its memory stay within bounds.
  ///
  /// - Parameters:
  ///   - model: to be trained.
  ///   - threads: each of which has gradients of its own.
  ///   - rows: that are trained on.
  /// - Throws: `TrainerError.tooLarge`.
  static func check(_ model: RecordModel, threads: Int, rows: Int) throws(TrainerError) {
    let count = model.layout.count
    // The parameters and both of the optimizer's moments.
    let checkpoint = 3 * 4 * count
    guard checkpoint < Checkpoint.maximumFileSize else {
      throw .tooLarge(what: "its checkpoint", bytes: checkpoint, limit: Checkpoint.maximumFileSize)
    }
    // And the gradients of two pieces, the best state, a copy while it is saved.
    let memory = 4 * count * 9
    let available = Int(clamping: ProcessInfo.processInfo.physicalMemory)
    guard memory < available else {
      throw .tooLarge(what: "training", bytes: memory, limit: available)
    }
  }
}
