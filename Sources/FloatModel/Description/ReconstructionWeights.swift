/// How the losses of a model's modules are weighed against each other.
public struct ReconstructionWeights: Codable, Hashable, Sendable {
  /// What losses are summed or averaged over.
  public enum Unit: String, Codable, Hashable, Sendable {
    /// The paper's: a field weighs 1, a string the mean over its characters, the total is their
    /// weighted average, the KL divergence a mean over latent dimensions (2.3).
    case mean
    /// All nats of a record, and all nats of its KL divergence: with beta 1 the evidence lower
    /// bound.
    case nats
  }

  /// What losses are summed or averaged over.
  public var unit = Unit.mean
  /// Weight of the skew losses, relative to their children's.
  public var skew = 1.0
  /// Whether skew losses count in the denominator of the weighted average. The paper says that they
  /// have a weight and that the loss is a weighted average (2.3).
  public var skewInDenominator = true

  /// Creates the paper's weights.
  public init() {}
}
