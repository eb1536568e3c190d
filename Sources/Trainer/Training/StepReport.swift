/// What one step reports.
struct StepReport: Sendable {
  var step: Int
  /// Weight of the latent loss, in a multiscale VAE that of the step's level, the greatest of several.
  var beta: Double
  var learningRate: Double
  var groundTruthProbability: Double
  /// Reconstruction + latent loss, as weighted.
  var loss: Double
  /// Weighted average of the reconstruction losses.
  var reconstruction: Double
  /// KL divergence in nats per example.
  var divergence: Double
  /// Bits per character of the strings, their ends counted as characters.
  var bitsPerCharacter: Double
  var gradientNorm: Double
  /// Mean unweighted loss of each of the model's components.
  var components: [Double]
  /// What only some methods have to report.
  var figures: [Figure: Double]
}

/// A figure that only some methods have: a column of losses.csv, named as the case is.
enum Figure: String, CaseIterable, Sendable {
  /// Latent dimensions with a mean KL divergence above 0.01 nats.
  case activeUnits
  /// The largest and the median of the dimensions' KL divergences, in nats.
  case largestDivergence
  case medianDivergence
  /// Probability of the ground truth in the strings' scheduled sampling, and the share of the
  /// characters fed back that was drawn.
  case stringGroundTruth
  case sampledCharacters
  /// Level of the step's worker, 0 having the lowest beta, where a step has one.
  case level
  /// The latent loss without its weight, where a step has one.
  case latentLoss
  case discriminatorLoss
  case discriminatorAccuracy
  /// Variants in the step, mean p_sampled, the variants replaced after the step and the mean number of
  /// steps that they had served.
  case variants
  case pSampled
  case replacements
  case meanLifetime

  /// KL divergence in nats above which a latent dimension counts as active.
  static let activeDivergence = 0.01
}

extension Preset {
  /// The figures that a run with this preset reports, in the order of the log.
  var figures: [Figure] {
    let stringsAreSampled = stringGroundTruth.points.contains { $0.value < 1 }
    let hasDiscriminator =
      latent.regularizer == .adversarial
      || augmentation.isActive && augmentation.replacement != .random
    return Figure.allCases.filter {
      switch $0 {
      case .activeUnits, .largestDivergence, .medianDivergence: architecture.deviation != .none
      case .stringGroundTruth, .sampledCharacters: stringsAreSampled
      case .level: multiscale.levels > 1 && stepsHaveOneLevel
      case .latentLoss:
        latent.regularizer != .divergence && latent.regularizer != .none && stepsHaveOneLevel
      case .discriminatorLoss, .discriminatorAccuracy: hasDiscriminator
      case .variants, .replacements, .meanLifetime: augmentation.isActive
      case .pSampled: augmentation.isActive && augmentation.replacement == .random
      }
    }
  }
}
