import Autodiff
import Checkpoint
import Files
import FloatModel
import Foundation

/// Training until the held-out loss stops falling. The best state is kept; all of it is saved now
/// and then, and goes on exactly from there.
final class Learner {
  let run: TrainingRun
  private(set) var state: LearningState
  private let heldOut: HeldOutLoss
  private let folder: LearningFolder
  /// Moving average of the parameters, which is what is looked at and kept: it does without most of
  /// the noise that a high learning rate leaves (Polyak & Juditsky 1992).
  private let average: ParameterVector<Float>
  /// The average at the best look so far.
  private let best: ParameterVector<Float>
  /// The step of the best look that is on disk.
  private var savedBest: Int?

  /// Seconds between saves.
  private static let saveInterval = 20.0

  init(run: TrainingRun, heldOut: EncodedTable, state: LearningState, folder: LearningFolder) {
    self.run = run
    self.state = state
    self.folder = folder
    average = ParameterVector(count: run.parameters.count)
    average.copy(run.parameters)
    best = ParameterVector(count: run.parameters.count)
    self.heldOut = HeldOutLoss(of: heldOut, parameters: average, run: run)
  }

  /// Goes on with what the folder holds.
  ///
  /// - Throws: `CheckpointError`, `TrainerError` if it is of another table or other options.
  func resume() throws {
    let saved = try folder.state()
    guard saved.origin == state.origin else {
      throw TrainerError.otherLearning(
        path: folder.path, differences: saved.origin.differences(to: state.origin))
    }
    state = saved
    try run.resume(path: folder.resumable)
    state.goBack(to: run.step)
    try read(folder.average(step: run.step), into: average)
    if let look = state.best {
      try read(folder.best(step: look.step), into: best)
      savedBest = look.step
    }
  }

  private func read(_ path: String, into parameters: ParameterVector<Float>) throws {
    var reader = TensorReader(try Checkpoint.load(path), path: path)
    try reader.read(run.model.layout, into: parameters.values)
  }

  /// Trains to the end.
  ///
  /// - Parameter isStopped: asked before each step; ends training early, saved.
  /// - Returns: whether it has come to its end; if not, `resume` goes on.
  /// - Throws: `TrainerError.diverged`, `CheckpointError` or `FileError`.
  func train(isStopped: () -> Bool) throws -> Bool {
    var progress = LearningProgress(firstStep: run.step, state: state)
    var lastSave = Date()
    var lastLook = Date()
    while run.step < state.settings.steps, !state.hasStoppedFalling {
      if isStopped() {
        state.seconds -= lastLook.timeIntervalSinceNow
        try save()
        return false
      }
      let report = run.advance()
      guard report.loss.isFinite, report.gradientNorm.isFinite else {
        throw TrainerError.diverged(step: report.step)
      }
      average.move(towards: run.parameters, share: Self.share(step: run.step))
      state.lossSum += report.loss
      state.lossCount += 1
      if run.step % state.settings.lookEvery == 0 || run.step == state.settings.steps {
        look()
        state.seconds -= lastLook.timeIntervalSinceNow
        lastLook = Date()
        if -lastSave.timeIntervalSinceNow > Self.saveInterval {
          try save()
          lastSave = Date()
        }
      }
      progress.show(run.step, state)
    }
    progress.finish()
    // If what follows fails, as on a full disk, the training is not lost.
    try? save()
    run.parameters.copy(best)
    return true
  }

  /// What of the parameters after a step goes into their average: of few steps all alike.
  private static func share(step: Int) -> Float {
    max(1 / Float(averagedSteps), 9 / Float(step + 8))
  }

  /// Steps that the average remembers.
  private static let averagedSteps = 200

  private func look() {
    let before = state.best?.heldOut ?? .infinity
    let loss = heldOut.value()
    state.looks.append(
      LearningState.Look(
        step: run.step, heldOut: loss, training: state.lossSum / Double(max(1, state.lossCount))))
    (state.lossSum, state.lossCount) = (0, 0)
    if loss < before { best.copy(average) }
  }

  /// Saves everything. Whatever of it is on disk when the program dies, what was saved before is
  /// whole: the run's checkpoint is last, and what only older ones need is removed after it.
  private func save() throws {
    try folder.create()
    if let look = state.best, look.step != savedBest {
      try write(best, to: folder.best(step: look.step))
      savedBest = look.step
    }
    try write(average, to: folder.average(step: run.step))
    try folder.write(state)
    try run.checkpoint(compact: false).save(folder.resumable)
    folder.removeOlder(than: run.step, best: state.best?.step)
  }

  /// Writes the model with other parameters than the run's.
  private func write(_ parameters: ParameterVector<Float>, to path: String) throws {
    let own = ParameterVector<Float>(count: run.parameters.count)
    own.copy(run.parameters)
    run.parameters.copy(parameters)
    defer { run.parameters.copy(own) }
    try run.checkpoint(compact: true).save(path)
  }
}
