import Autodiff
import FloatModel
import Foundation
import Records

/// Follows the loss of generated rows through a run, scored as if they were data, beside that of
/// training and testing rows (paper, section 4).
///
/// A measurement is a function of the run's state and its step: it draws from streams of its own,
/// so that a run with it learns what a run without it learns.
struct GeneratedLoss {
  /// Where the rows of a batch come from.
  enum Source: String, CaseIterable, Codable, Sendable {
    case train, test, generated
  }

  /// Steps between measurements.
  let interval: Int
  /// Rows of each batch.
  let rows: Int
  /// Rows held out of training, as the model reads them.
  let test: EncodedTable?
  private let log: StepLog

  static let header =
    "step,examples,rows,source,beta,loss,reconstruction,divergence,bitsPerCharacter"

  /// Opens the log, keeping the lines of steps up to `step`.
  init(
    path: String, interval: Int, rows: Int, test: EncodedTable?, resumingAt step: Int
  ) throws {
    self.interval = interval
    self.rows = rows
    self.test = test
    log = try StepLog(path: path, header: Self.header, resumingAt: step)
  }

  /// Measures and writes a line per source if the run's step is due: every `interval` steps and at
  /// the end of the run, however often it was interrupted.
  func record(_ run: TrainingRun) throws {
    guard run.step % interval == 0 || run.step == run.preset.steps else { return }
    let beta = run.settings(level: 0, batchSize: rows).scales[0].beta
    for source in Source.allCases {
      guard let losses = measure(source, run) else { continue }
      let cells =
        ["\(run.step)", "\(run.step * run.preset.examplesPerStep)", "\(rows)", source.rawValue]
        + [beta, losses.loss, losses.reconstruction, losses.divergence, losses.bitsPerCharacter]
        .map { "\($0)" }
      try log.append(cells.joined(separator: ","))
    }
  }

  /// Measures the losses; nil without testing rows, or while the latents' covariance cannot be
  /// drawn from.
  func measure(_ source: Source, _ run: TrainingRun) -> BatchLosses? {
    switch source {
    case .train: return score(run.table, run, rows: .trainingRows, score: .trainingScore)
    case .test: return test.map { score($0, run, rows: .testRows, score: .testScore) }
    case .generated:
      guard
        let generator = FloatGenerator<Float>(
          model: run.model, parameters: run.parameters, whitenings: run.whitenings,
          latents: run.latents)
      else { return nil }
      let generated = generator.generate(
        count: rows, seed: UInt64(run.preset.seed),
        stream: RandomStreams.GeneratedLossPart.generation.first(step: run.step), pool: run.pool)
      return run.losses(
        of: generator.encoded(generated), rows: (0..<rows).map { Int32($0) },
        stream: RandomStreams.GeneratedLossPart.generatedScore.first(step: run.step))
    }
  }

  /// Scores rows drawn from a table with replacement.
  private func score(
    _ table: EncodedTable, _ run: TrainingRun, rows choice: RandomStreams.GeneratedLossPart,
    score: RandomStreams.GeneratedLossPart
  ) -> BatchLosses {
    let random = RandomGenerator(
      seed: UInt64(run.preset.seed), stream: choice.first(step: run.step))
    let chosen = (0..<rows).map { _ in Int32(random.uniform(below: table.count)) }
    return run.losses(of: table, rows: chosen, stream: score.first(step: run.step))
  }
}
