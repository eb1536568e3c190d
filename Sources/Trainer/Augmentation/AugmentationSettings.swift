import Foundation

/// Augmented training (paper, 5): the preset's section `augmentation`.
struct AugmentationSettings: Codable, Hashable, Sendable {
  /// p_sampled over the levels of a multiscale VAE (App. K).
  struct Probability: Codable, Hashable, Sendable {
    enum Spacing: String, Codable, Hashable, Sendable {
      /// `maximum` at every level.
      case constant
      /// minimum + (i + 1) / levels * (maximum - minimum).
      case linear
      /// minimum * (maximum / minimum)^((i + 1) / levels).
      case geometric
    }

    var spacing: Spacing
    var minimum: Double
    var maximum: Double

    func value(level: Int, of levels: Int) -> Double {
      let share = Double(level + 1) / Double(levels)
      return switch spacing {
      case .constant: maximum
      case .linear: minimum + share * (maximum - minimum)
      case .geometric: minimum * pow(maximum / minimum, share)
      }
    }
  }

  enum Source: String, Codable, Hashable, Sendable {
    /// Latent vectors of the current batch's training examples.
    case examples
    /// Draws from the Gaussian that generation draws from (App. L.2).
    case prior
  }

  enum Replacement: String, Codable, Hashable, Sendable {
    /// With probability p_sampled.
    case random
    /// With the probability p_fake(x) that a discriminator gives the variant (App. L.3).
    case discriminator
    /// All but the share `kept` that has the lowest p_fake(x) (App. L.3).
    case highestFake
  }

  /// n_augmented of each worker; 0 is training without variants.
  var variants: Int
  /// gen_start_step.
  var start: Position
  var pSampled: Probability
  /// Go on from sampled latent vectors; else from mean vectors (5: it does not help).
  var noise: Bool
  var source: Source
  var replacement: Replacement
  /// Share of the variants that `highestFake` goes on from.
  var kept: Double

  var isActive: Bool { variants > 0 }
}
