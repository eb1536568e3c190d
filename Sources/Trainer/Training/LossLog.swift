import FloatModel
import Foundation

/// The losses of a run as CSV, one line per logged step, each number with all its digits.
struct LossLog {
  private let file: StepLog
  private let figures: [Figure]

  /// Opens a run's log, keeping the lines of steps up to `step` and dropping later ones.
  init(
    path: String, components: LossComponents, figures: [Figure], resumingAt step: Int
  ) throws {
    self.figures = figures
    let names = components.components.map(\.name)
    let header =
      "step,examples,seconds,learningRate,beta,tupleGroundTruth,loss,reconstruction,divergence,"
      + "bitsPerCharacter,gradientNorm,"
      + (figures.map(\.rawValue) + names).joined(separator: ",")
    file = try StepLog(path: path, header: header, resumingAt: step)
  }

  func append(_ report: StepReport, examplesPerStep: Int, seconds: Double) throws {
    let numbers = [
      report.learningRate, report.beta, report.groundTruthProbability, report.loss,
      report.reconstruction, report.divergence, report.bitsPerCharacter, report.gradientNorm,
    ]
    let cells =
      [
        "\(report.step)", "\(report.step * examplesPerStep)", String(format: "%.3f", seconds),
      ]
      + numbers.map { "\($0)" }
      // Empty where a step has none, as before augmented training starts.
      + figures.map { report.figures[$0].map { "\($0)" } ?? "" }
      + report.components.map { "\($0)" }
    try file.append(cells.joined(separator: ","))
  }
}
