import Autodiff
import FloatModel
import Foundation

/// Moves the biases of softmax heads so that generated rows have each class as often as training
/// rows do (docs/Training.md). What is drawn early in a row is a little off, and what follows from
/// it is too: the errors of a row's elements add up, which training, that is told true values, does
/// not see. The correction is that of classifiers whose classes have become more or less frequent
/// (Saerens et al. 2002).
enum HeadCalibration {
  /// How often rows are generated and biases moved.
  private static let rounds = 8
  /// Rows that are generated each time, if rows are short.
  private static let rows = 8_192
  private static let leastRows = 512
  /// Elements that are generated each time; a character of a text takes as long as an element for
  /// every `codesOfElement` codes that it may be. If these are fewer than `leastRows`, nothing is
  /// calibrated.
  private static let budget = 300_000
  private static let codesOfElement = 64
  /// Rows that each class is thought to have beyond those counted, of training rows and of generated
  /// ones alike, so that what is rare moves little: at most this number, and share of the rows.
  private static let prior = (rows: 20.0, share: 0.01)

  /// How much of what is wanted a round's biases are moved: all at first, then less and less, so
  /// that the draws of the last rounds are averaged (Robbins & Monro 1951).
  private static func share(round: Int) -> Double { round < 4 ? 1 : 1 / Double(round - 2) }

  /// Calibrates a run's parameters against its own training rows.
  static func apply(to run: TrainingRun) {
    let heads = run.model.root.heads
    let counts = heads.map { $0.counts(run.table) }
    let codes = run.model.description.codeCount / codesOfElement + 1
    let rows = min(rows, budget / (heads.count + characters(run) * codes + 1))
    guard rows >= leastRows else { return }
    for round in 0..<rounds {
      guard
        let generator = FloatGenerator<Float>(
          model: run.model, parameters: run.parameters, whitenings: run.whitenings,
          latents: run.latents)
      else { return }
      let generated = generator.probabilities(
        of: heads, count: rows, seed: UInt64(run.preset.seed),
        stream: RandomStreams.calibration[round: round], pool: run.pool)
      for (place, head) in heads.enumerated() {
        move(
          head, to: counts[place], from: generated.sums[place],
          share: share(round: round), parameters: run.parameters)
      }
    }
  }

  /// Characters of the texts that a training row spells, on average.
  private static func characters(_ run: TrainingRun) -> Int {
    var total = 0
    for leaf in run.model.stringLeaves {
      let column = run.table.columns[leaf]
      // Nothing is encoded of a leaf that follows from others.
      for row in column.strings.indices
      where column.present[row] && (column.classes.isEmpty || column.classes[row] == 0) {
        total += Int(run.table.characterCounts[Int(column.strings[row])])
      }
    }
    return total / run.table.count
  }

  /// Moves one head's biases by the logarithm of how much more frequent each class should be.
  private static func move(
    _ head: SoftmaxHead, to counts: [Int], from sums: [Double], share: Double,
    parameters: ParameterVector<Float>
  ) {
    let (wanted, found) = (Double(counts.reduce(0, +)), sums.reduce(0, +))
    guard wanted > 0, found > 0 else { return }
    let factor = wanted / found
    let prior = min(prior.rows, prior.share * wanted)
    let shifts = zip(counts, sums).map { count, sum in
      share * log((Double(count) + prior) / (sum * factor + prior))
    }
    let bias = parameters.values + head.layer.bias.offset
    if head.isPresence {
      bias[0] += Float(shifts[0] - shifts[1])
      return
    }
    for (index, shift) in shifts.enumerated() { bias[index] += Float(shift) }
  }
}
