/// The steps of a run and what is written of them.
extension TrainCommand {
  /// Trains to the end, or until stopped. All ranks take every step and end at the same one; rank 0
  /// writes.
  ///
  /// - Throws: `TrainerError.diverged`; `FileError` or `CheckpointError` if writing fails.
  func train(
    _ run: TrainingRun, paths: RunPaths, _ communicator: any Communicator
  ) throws {
    let steps = run.preset.steps
    let end = min(steps, until ?? steps)
    let stop = StopSignal()
    var output = try communicator.together {
      communicator.isRoot ? try newOutput(run, paths: paths) : nil
    }
    var isStopping = communicator.any(stop.isRaised)
    while run.step < end, !isStopping {
      let report = run.advance()
      isStopping = communicator.any(stop.isRaised)
      let isLast = run.step == end || isStopping
      try communicator.together {
        guard report.loss.isFinite, report.gradientNorm.isFinite else {
          throw TrainerError.diverged(step: report.step)
        }
        try output?.record(report, run, isLast: isLast)
      }
    }
    try communicator.together {
      guard communicator.isRoot else { return }
      try run.checkpoint(compact: false).save(paths.resumable)
      try run.checkpoint(compact: true).save(paths.model)
    }
    if communicator.isRoot, run.step < steps {
      warn("stopped at step \(run.step) of \(steps); --resume goes on from here")
    }
  }

  private func newOutput(_ run: TrainingRun, paths: RunPaths) throws -> RunOutput {
    RunOutput(
      paths: paths, logInterval: logInterval, checkpointInterval: checkpointInterval,
      log: try LossLog(
        path: paths.losses, components: run.model.components, figures: run.preset.figures,
        resumingAt: run.step),
      generatedLoss: try generatedLoss.open(
        run, path: paths.generatedLoss, reading: readingOptions.reading),
      progress: ProgressLine(
        firstStep: run.step, steps: run.preset.steps,
        examplesPerStep: run.preset.examplesPerStep))
  }
}
