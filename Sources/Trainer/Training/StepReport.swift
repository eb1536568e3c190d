import FloatModel
import Foundation

/// What one step reports.
struct StepReport: Sendable {
  var step: Int
  /// Weight of the latent loss, in a multiscale VAE that of the step's level, the greatest of
  /// several.
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

extension StepReport {
  /// Creates the report of a step from what its pieces have left.
  ///
  /// - Parameters:
  ///   - settings: the step's.
  ///   - step: steps done, this one included.
  ///   - hasOneLevel: whether all rows have the same level of the latent loss.
  ///   - figures: what is known already of what only some methods report.
  init(
    _ output: BatchOutput, settings: StepSettings, step: Int, hasOneLevel: Bool,
    learningRate: Double, gradientNorm: Double, figures: [Figure: Double]
  ) {
    let batchSize = Double(settings.batchSize)
    let scale = settings.scales[settings.level]
    let (weightedReconstruction, latentLoss) = (output.reconstruction, output.latentLoss)
    let characters = output.characters
    self.step = step
    beta = scale.beta
    self.learningRate = learningRate
    groundTruthProbability = settings.groundTruthProbability
    loss = weightedReconstruction + latentLoss
    reconstruction = weightedReconstruction / scale.reconstructionWeight
    divergence = output.divergence / batchSize
    bitsPerCharacter = characters == 0 ? 0 : output.characterNats / characters / log(2)
    self.gradientNorm = gradientNorm
    components = output.losses.map { $0 / batchSize }
    self.figures = figures
    addDivergences(output.dimensionDivergences.map { $0 / batchSize })
    self.figures[.stringGroundTruth] = settings.characterGroundTruthProbability
    self.figures[.sampledCharacters] =
      output.sampledCharacters / max(1, output.fedBackCharacters)
    self.figures[.level] = Double(settings.level)
    if hasOneLevel {
      self.figures[.latentLoss] = scale.latentWeight > 0 ? latentLoss / scale.latentWeight : 0
    }
  }

  /// Adds the figures of the latent dimensions' mean divergences; none if there are no dimensions.
  private mutating func addDivergences(_ divergences: [Double]) {
    let dimensions = divergences.sorted()
    let width = dimensions.count
    guard width > 0 else { return }
    figures[.activeUnits] = Double(dimensions.count { $0 > Figure.activeDivergence })
    figures[.largestDivergence] = dimensions[width - 1]
    figures[.medianDivergence] = (dimensions[(width - 1) / 2] + dimensions[width / 2]) / 2
  }
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
  /// Variants in the step, mean p_sampled, the variants replaced after the step and the mean number
  /// of steps that they had served.
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
