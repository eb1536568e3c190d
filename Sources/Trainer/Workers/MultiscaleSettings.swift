import Foundation

/// Several scales of the latent loss, each with its own standard deviations (paper, 6): the
/// preset's section `multiscale`. The preset's `beta` is beta_max.
struct MultiscaleSettings: Codable, Hashable, Sendable {
  enum Spacing: String, Codable, Hashable, Sendable {
    /// Every level has beta_max.
    case constant
    /// beta_i = (i + 1) / levels * beta_max (6).
    case linear
    /// beta_i = ratio^(levels - 1 - i) * beta_max (App. J).
    case geometric
  }

  enum Dealing: String, Codable, Hashable, Sendable {
    /// A worker's batches all have its own level (6).
    case workers
    /// Row r of a batch has level r modulo the number of levels (App. L.4).
    case rows
    /// Every row draws its level (App. L.4).
    case randomRows
  }

  /// Number of levels; 1 is a plain beta-VAE.
  var levels: Int
  var spacing: Spacing
  /// Common ratio of geometric spacing.
  var ratio: Double
  /// Divide the reconstruction loss by beta_i instead of multiplying the latent loss (Eq. 8).
  var inverseWeights: Bool
  var dealing: Dealing

  /// Returns beta_i / beta_max.
  func share(ofLevel level: Int) -> Double {
    switch spacing {
    case .constant: 1
    case .linear: Double(level + 1) / Double(levels)
    case .geometric: pow(ratio, Double(levels - 1 - level))
    }
  }
}
