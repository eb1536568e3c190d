import Autodiff
import Checkpoint
import FloatModel

extension FloatGenerator where S == Double {
  /// Reads all of a checkpoint that fixed point needs.
  ///
  /// - Parameters:
  ///   - checkpoint: a trained model.
  ///   - path: names the checkpoint in errors.
  ///   - closing: columns whose vocabularies are closed.
  /// - Throws: `QuantizationError`, naming the tensor.
  package init(
    quantizing checkpoint: Checkpoint, path: String, closing: [String] = []
  ) throws(QuantizationError) {
    // Keeps OpenBLAS to one thread, so that sums do not depend on the machine.
    _ = ThreadPool(threads: 1)
    do {
      var description = try ModelDescription(metadataOf: checkpoint, path: path)
      try description.close(closing)
      try description.checkForQuantization()
      try self.init(checkpoint, of: description, path: path, needing: .generation)
      try TensorReader(checkpoint, path: path).checkAllKnown(model.manifest)
    } catch let error as QuantizationError {
      throw error
    } catch let error as CheckpointError {
      throw .badCheckpoint(error)
    } catch {
      preconditionFailure("reading a checkpoint throws nothing else")
    }
  }
}
