import Checkpoint
import FloatModel

extension FloatGenerator where S == Double {
  /// Reads all of a checkpoint that fixed point needs.
  ///
  /// - Parameters:
  ///   - checkpoint: a trained model.
  ///   - path: names the checkpoint in errors.
  /// - Throws: `QuantizationError`, naming the tensor.
  package init(quantizing checkpoint: Checkpoint, path: String) throws(QuantizationError) {
    do {
      let description = try ModelDescription(metadataOf: checkpoint, path: path)
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
