import ArgumentParser
import Foundation

/// A time for training.
struct LearningTime: ExpressibleByArgument {
  /// As it was given.
  let text: String
  let seconds: Double

  /// Reads a number with a unit: `90s`, `5m`, `1.5h`.
  init?(argument: String) {
    let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600]
    guard let last = argument.last, let unit = units[last],
      let number = Double(argument.dropLast()), number > 0, number * unit <= 30 * 86_400
    else { return nil }
    text = argument
    seconds = number * unit
  }

  /// Steps of which the last are taken to find out how long one takes.
  private static let trial = (all: 30, measured: 20)
  /// What of the time is for the steps; the rest is for looks, quantizing and comparing.
  private static let share = 0.85

  /// Finds how many steps the time is enough for.
  ///
  /// - Parameters:
  ///   - run: one like that to come, which takes some steps.
  ///   - settings: that the run was made of.
  func steps(of run: TrainingRun, _ settings: LearningSettings) -> Int {
    for _ in Self.trial.measured..<Self.trial.all { _ = run.advance() }
    let started = Date()
    for _ in 0..<Self.trial.measured { _ = run.advance() }
    let step = -started.timeIntervalSinceNow / Double(Self.trial.measured)
    let steps = Int(Self.share * seconds / max(step, 1e-6))
    return min(max(steps, 50), 10 * LearningSettings.steps.upperBound)
  }
}
