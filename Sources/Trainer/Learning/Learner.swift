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
  /// Parameters of the best look so far.
  private let best: ParameterVector<Float>
  /// The step of the best look that is on disk.
  private var savedBest: Int?

  /// Seconds between saves.
  private static let saveInterval = 20.0

  init(run: TrainingRun, heldOut: EncodedTable, state: LearningState, folder: LearningFolder) {
    self.run = run
    self.state = state
    self.folder = folder
    self.heldOut = HeldOutLoss(of: heldOut, run: run)
    best = ParameterVector(count: run.parameters.count)
  }

  /// Goes on with what the folder holds.
  ///
  /// - Throws: `CheckpointError`, `TrainerError` if it is of another table or other options.
  func resume() throws {
    let saved = try folder.state()
    guard saved.origin == state.origin else {
      throw TrainerError.otherModel(path: folder.path, what: "table or options")
    }
    state = saved
    try run.resume(path: folder.resumable)
    state.goBack(to: run.step)
    if let look = state.best {
      let path = folder.best(step: look.step)
      var reader = TensorReader(try Checkpoint.load(path), path: path)
      try reader.read(run.model.layout, into: best.values)
      savedBest = look.step
    }
  }

  /// Trains to the end.
  ///
  /// - Parameter stop: ends it early, saved.
  /// - Returns: whether it has come to its end; if not, `resume` goes on.
  /// - Throws: `TrainerError.diverged`, `CheckpointError` or `FileError`.
  func train(stop: StopSignal) throws -> Bool {
    var progress = LearningProgress(firstStep: run.step, state: state)
    var lastSave = Date()
    var lastLook = Date()
    while run.step < state.settings.steps, !state.hasStoppedFalling {
      if stop.isRaised {
        state.seconds -= lastLook.timeIntervalSinceNow
        try save()
        return false
      }
      let report = run.advance()
      guard report.loss.isFinite, report.gradientNorm.isFinite else {
        throw TrainerError.diverged(step: report.step)
      }
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
    run.parameters.values.update(from: best.values, count: best.count)
    return true
  }

  private func look() {
    let before = state.best?.heldOut ?? .infinity
    let loss = heldOut.value()
    state.looks.append(
      LearningState.Look(
        step: run.step, heldOut: loss, training: state.lossSum / Double(max(1, state.lossCount))))
    (state.lossSum, state.lossCount) = (0, 0)
    if loss < before { best.values.update(from: run.parameters.values, count: best.count) }
  }

  /// Saves everything. Whatever of it is on disk when the program dies, what was saved before is
  /// whole: the run's checkpoint is last, and what only older ones need is removed after it.
  private func save() throws {
    try folder.create()
    if let look = state.best, look.step != savedBest {
      let parameters = ParameterVector<Float>(count: best.count)
      parameters.values.update(from: run.parameters.values, count: best.count)
      run.parameters.values.update(from: best.values, count: best.count)
      defer { run.parameters.values.update(from: parameters.values, count: best.count) }
      try run.checkpoint(compact: true).save(folder.best(step: look.step))
      savedBest = look.step
    }
    try folder.write(state)
    try run.checkpoint(compact: false).save(folder.resumable)
    folder.removeBest(except: state.best?.step)
  }
}
