import Autodiff
import Evaluation
import FloatModel
import Records

/// Rounds of encoding and decoding with the mean vector, `x <- g(mu(x))` (paper, App. E).
struct RepeatedReconstruction: Codable, Hashable, Sendable {
  /// What the rows are like after some rounds.
  struct Round: Codable, Hashable, Sendable {
    /// Rounds of encoding and decoding, 0 for the rows themselves.
    var round: Int
    /// p-values of the coordinates given the zip; nil without the fields.
    var pValues: BoxPlot?
    /// Share of rows whose street is a training row's; nil without the field.
    var knownStreet: Double?
  }

  /// Rows drawn from the prior.
  var generated: [Round]
  /// Training rows drawn at random without replacement.
  var reconstructed: [Round]

  /// Encodes and decodes rows again and again.
  ///
  /// - Parameters:
  ///   - generated, training: the rows of round 0.
  ///   - rounds: rounds of encoding and decoding after it, at most
  ///     `RandomStreams.maximumRounds`.
  init(
    _ generator: FloatGenerator<Float>, generated: GeneratedRows, training: [Record],
    reference: ReferenceData, rounds: Int, seed: UInt64, pool: ThreadPool
  ) {
    func follow(_ rows: GeneratedRows, _ streams: RandomStreams) -> [Round] {
      var rows = rows
      return (0...rounds).map { round in
        if round > 0 {
          rows = generator.reconstruct(
            rows, seed: seed, stream: streams[round: round], pool: pool)
        }
        return Round(
          round: round, pValues: reference.pValues(of: rows.records).flatMap { BoxPlot($0) },
          knownStreet: reference.knownStreetShare(of: rows.records))
      }
    }
    self.generated = follow(generated, .generatedRounds)
    reconstructed = follow(GeneratedRows(training), .trainingRounds)
  }
}
