import Autodiff
import FloatModel
import Foundation
import Schema
import Yams

/// Everything that decides what a run computes, but for the data: a YAML file under `experiments/`,
/// with overrides from the command line.
struct Preset: Codable, Hashable, Sendable {
  struct LearningRate: Codable, Hashable, Sendable {
    /// Rate at step 0.
    var initial: Double
    /// The rate decays continuously by this factor per `every`, at least a step (paper, 2.4).
    var decay: Double
    var every: Position
    /// Steps in which the rate rises from 0, evenly.
    var warmUp: Position
    /// How the rate falls.
    var shape: Shape

    /// How the rate falls.
    enum Shape: String, Codable, Hashable, Sendable, CaseIterable {
      /// By `decay` per `every` (paper, 2.4).
      case exponential
      /// Along half a cosine to 0 at the last step.
      case cosine
    }

    func value(at step: Int, of steps: Int) -> Double {
      let rise = min(1, Double(step + 1) / max(1, warmUp.step(of: steps)))
      return switch shape {
      case .exponential: initial * rise * pow(decay, Double(step) / max(1, every.step(of: steps)))
      case .cosine: initial * rise * (0.5 + 0.5 * cos(.pi * Double(step) / Double(steps)))
      }
    }
  }

  struct Optimizer: Codable, Hashable, Sendable {
    var clipNorm: Double
    var decay1: Double
    var decay2: Double
    var epsilon: Double
  }

  struct ModelWidths: Codable, Hashable, Sendable {
    var character: Int
    var embedding: Int
    var stringState: Int
    var tupleState: Int
    var deviation: Int
  }

  var name: String
  /// What the preset is for, one or two sentences.
  var about: String
  /// Other names of the same experiment, as rows that the paper prints twice have.
  var aliases: [String]
  var seed: Int
  var steps: Int
  var batchSize: Int
  /// Logical workers, each with a random stream of its own, that take turns (the paper: 32).
  var workers: Int
  /// Workers whose batches a step takes, their gradients averaged; a divisor of `workers`. More
  /// than 1 gives large clusters enough to do.
  var workersPerStep: Int
  /// Pieces that a worker's batch is cut into; losses depend on it, not on the number of threads.
  var pieces: Int
  var learningRate: LearningRate
  var optimizer: Optimizer
  /// Weight of the latent loss: of the KL divergence per latent dimension, unless `latent` names
  /// another; beta_max of a multiscale VAE.
  var beta: Schedule
  /// Probability of the ground truth in the Tuple's scheduled sampling.
  var tupleGroundTruth: Schedule
  /// Probability of the ground truth in the strings' scheduled sampling.
  var stringGroundTruth: Schedule
  var latent: LatentSettings
  var multiscale: MultiscaleSettings
  var augmentation: AugmentationSettings
  var architecture: ArchitectureSettings
  var widths: ModelWidths
  /// Longest string, in Unicode scalars; longer training values are refused.
  var maximumStringLength: Int
  var weights: ReconstructionWeights
  var model: ModelShape
  /// Share of the activations around a Tuple's elements that are set to zero; 0 for none.
  var dropout: Double
  /// Decay of the moving mean and covariance of the sampled latent vectors (2.4).
  var latentDecay: Double

  /// Training examples of a step.
  var examplesPerStep: Int { batchSize * workersPerStep }
  /// Whether all rows of a step have the same level of the latent loss.
  var stepsHaveOneLevel: Bool {
    multiscale.levels == 1 || multiscale.dealing == .workers && workersPerStep == 1
  }
  /// Pieces that threads and ranks share out.
  var piecesPerStep: Int { pieces * workersPerStep }

  var adam: AdamConfiguration {
    var configuration = AdamConfiguration()
    configuration.clipNorm = optimizer.clipNorm
    configuration.decay1 = optimizer.decay1
    configuration.decay2 = optimizer.decay2
    configuration.epsilon = optimizer.epsilon
    return configuration
  }

  var modelWidths: Widths {
    var result = Widths()
    result.character = widths.character
    result.embedding = widths.embedding
    result.stringState = widths.stringState
    result.tupleState = widths.tupleState
    result.deviation = widths.deviation
    return result
  }
}
