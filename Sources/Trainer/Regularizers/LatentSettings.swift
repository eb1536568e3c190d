/// What keeps latent vectors near the prior: the preset's section `latent`. The preset's `beta` is
/// the weight of whichever loss it is.
struct LatentSettings: Codable, Hashable, Sendable {
  enum Regularizer: String, Codable, Hashable, Sendable, CaseIterable {
    /// KL divergence per latent dimension (paper, 2.3).
    case divergence
    /// `max(KL - C, 0)` per latent dimension (Eq. 9).
    case capacity
    /// `abs(KL - C)` per latent dimension (App. J: it does not work).
    case absoluteCapacity
    /// KL divergence of which each group of dimensions has some nats free.
    case freeBits
    /// Cross-entropy against a discriminator (App. H).
    case adversarial
    /// Squared W_2 distance per latent dimension (App. I).
    case wasserstein
    case none
  }

  /// Target capacities: level i has `minimum + i * increment` nats.
  struct Capacity: Codable, Hashable, Sendable {
    var minimum: Double
    var increment: Double
  }

  struct FreeBits: Codable, Hashable, Sendable {
    /// Nats that each group has free.
    var minimum: Double
    /// Dimensions of a group; the last may have fewer.
    var groupSize: Int
  }

  var regularizer: Regularizer
  var capacity: Capacity
  var freeBits: FreeBits
}
