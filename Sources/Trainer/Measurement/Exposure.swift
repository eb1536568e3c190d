import Autodiff
import Foundation
import Records

/// How far a model prefers the secrets it was trained on to secrets it never saw (Carlini et al.
/// 2018): of a canary with rank r among the candidates by likelihood, the exposure is the binary
/// logarithm of (candidates / r). A canary never inserted has 1.44 bits on average.
struct Exposure: Codable, Hashable, Sendable {
  struct CanaryExposure: Codable, Hashable, Sendable {
    var secret: String
    var insertions: Int
    /// The bound on log p(x) of the canary, nats.
    var bound: Double
    /// Mean and standard deviation of the candidates' bounds, nats.
    var candidateMean: Double
    var candidateDeviation: Double
    /// 1 + the candidates that are likelier, equally likely ones counted by half.
    var rank: Double
    /// log2((candidates + 1) / rank), bits: at most log2(candidates + 1).
    var exposure: Double
    /// Exposure among all possible secrets, by the tail of a skew-normal distribution with the
    /// candidates' moments, bits: at most those of the whole space.
    var extrapolatedExposure: Double
  }

  /// Field, length and letters of a secret, and what follows from them.
  var field: String
  var length: Int
  var letters: Int
  /// Binary logarithm of the number of possible secrets.
  var spaceBits: Double
  /// Random secrets that each canary is compared with, in its own row.
  var candidates: Int
  /// Posterior samples of the bound.
  var samples: Int
  var seed: UInt64
  var canaries: [CanaryExposure]

  /// Measures the exposure of canaries.
  ///
  /// - Parameters:
  ///   - records: the training table, without canaries.
  ///   - progress: called before each canary with its place.
  /// - Throws: `TrainerError.noCanaryField` or `.noLikelihood`.
  init(
    of canaries: Canaries, records: [Record], bound: LikelihoodBound, candidates: Int,
    seed: UInt64, pool: ThreadPool, progress: (Int) -> Void = { _ in }
  ) throws(TrainerError) {
    let leaves = bound.generator.model.description.schema.leaves
    guard let leaf = leaves.firstIndex(where: { $0.path == canaries.field }),
      canaries.canaries.allSatisfy({ records.indices.contains($0.row) })
    else { throw .noCanaryField(reason: "the canaries are of another table") }
    field = canaries.field
    length = canaries.length
    letters = canaries.letters.count
    spaceBits = canaries.spaceBits
    self.candidates = candidates
    samples = bound.samples
    self.seed = seed
    let inserted = Set(canaries.canaries.map(\.secret))
    self.canaries = []
    for (place, canary) in canaries.canaries.enumerated() {
      progress(place)
      let random = RandomGenerator(seed: seed, stream: RandomStreams.secrets[place])
      var secrets = [canary.secret]
      while secrets.count <= candidates {
        let secret = canaries.secret(random)
        if !inserted.contains(secret) { secrets.append(secret) }
      }
      let rows = secrets.map { canaries.record(canary, secret: $0, in: records, leaf: leaf) }
      let bounds = bound.values(
        of: rows, seed: seed, stream: RandomStreams.likelihood[place], pool: pool)
      guard bounds.allSatisfy(\.isFinite) else {
        throw .noLikelihood(
          reason: "the encoder is deterministic, or the model's numbers are not finite")
      }
      self.canaries.append(
        Self.exposure(canary, bound: bounds[0], of: Array(bounds.dropFirst()), spaceBits: spaceBits)
      )
    }
  }

  /// Computes the exposure of one canary.
  ///
  /// - Parameter others: the candidates' bounds, at least one.
  static func exposure(
    _ canary: Canaries.Canary, bound: Double, of others: [Double], spaceBits: Double
  ) -> CanaryExposure {
    let rank =
      1 + Double(others.count { $0 > bound }) + Double(others.count { $0 == bound }) / 2
    let distribution = SkewNormal(matching: others)
    let tail = distribution?.upperTail(bound) ?? 0
    return CanaryExposure(
      secret: canary.secret, insertions: canary.insertions, bound: bound,
      candidateMean: others.reduce(0, +) / Double(others.count),
      candidateDeviation: distribution?.deviation ?? 0, rank: rank,
      exposure: log2(Double(others.count + 1) / rank),
      extrapolatedExposure: distribution == nil
        ? log2(Double(others.count + 1) / rank)
        : min(spaceBits, max(0, -log2(max(tail, .leastNonzeroMagnitude)))))
  }
}
