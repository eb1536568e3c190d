import Foundation

/// What a run writes and shows after its steps.
struct RunOutput {
  let paths: RunPaths
  let logInterval: Int
  let checkpointInterval: Int
  let log: LossLog
  let generatedLoss: GeneratedLoss?
  var progress: ProgressLine
  private let started = Date()

  init(
    paths: RunPaths, logInterval: Int, checkpointInterval: Int, log: LossLog,
    generatedLoss: GeneratedLoss?, progress: ProgressLine
  ) {
    self.paths = paths
    self.logInterval = logInterval
    self.checkpointInterval = checkpointInterval
    self.log = log
    self.generatedLoss = generatedLoss
    self.progress = progress
  }

  mutating func record(_ report: StepReport, _ run: TrainingRun, isLast: Bool) throws {
    if run.step % logInterval == 0 || isLast {
      try log.append(
        report, examplesPerStep: run.preset.examplesPerStep, seconds: -started.timeIntervalSinceNow)
    }
    try generatedLoss?.record(run)
    if run.step % checkpointInterval == 0 {
      try run.checkpoint(compact: false).save(paths.resumable)
    }
    progress.show(report, isLast: isLast)
  }
}
