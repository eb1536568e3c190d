import Checkpoint
import FloatModel

extension TrainingRun {
  /// Goes on where a run of the same preset, data and options stopped.
  ///
  /// - Parameter path: the checkpoint to resume, `run.checkpoint` of a run's folder.
  /// - Throws: `TrainerError` if it is another run's, `CheckpointError`.
  func resume(path: String) throws {
    let checkpoint = try Checkpoint.load(path)
    let metadata = try RunMetadata(of: checkpoint, path: path)
    guard let state = metadata.resume else { throw TrainerError.nothingToResume(path: path) }
    guard metadata.preset == preset else {
      throw TrainerError.otherModel(path: path, what: "presets")
    }
    let (saved, own) = (metadata.model, model.description)
    guard saved.provenance.trainingDataHash == own.provenance.trainingDataHash else {
      throw TrainerError.otherModel(path: path, what: "training data")
    }
    guard saved.schema == own.schema else {
      throw TrainerError.otherModel(path: path, what: "schemas")
    }
    guard saved.hasClasses(of: own) else {
      throw TrainerError.otherModel(path: path, what: "vocabularies or pieces of texts")
    }
    guard saved.provenance.attribution == own.provenance.attribution else {
      throw TrainerError.otherModel(path: path, what: "attributions")
    }
    guard saved.provenance.steps - own.provenance.steps == state.step else {
      throw TrainerError.otherModel(path: path, what: "checkpoints to start --from")
    }
    try restore(checkpoint, resume: state, path: path)
  }
}

extension ModelDescription {
  /// Whether the classes of softmaxes and the rows of embeddings stand for the same values.
  fileprivate func hasClasses(of other: ModelDescription) -> Bool {
    knownValues == other.knownValues && alphabet == other.alphabet && pieces == other.pieces
      && softmaxOrder == other.softmaxOrder && options == other.options
  }
}
