import Autodiff

/// What the methods of training decide about a model's parameters and losses.
public struct MethodOptions: Codable, Hashable, Sendable {
  /// Where the latent vectors' standard deviations come from.
  public enum Deviation: String, Codable, Hashable, Sendable {
    /// A network from the mean vector, one for each level (App. B.4).
    case network
    /// One network from the mean vector and beta / beta_max for all levels (App. L.5).
    case conditioned
    /// A layer beside the one that makes the mean vector, one for each level (2.3).
    case lastLayer
    /// A deterministic encoder (Apps. H, I).
    case none
  }

  /// How the character embedding starts.
  public enum CharacterEmbedding: String, Codable, Hashable, Sendable {
    /// Uniform between 0 and 1 (App. B.1).
    case uniform
    /// Uniform with mean 0 and variance 1 (App. L.1).
    case symmetric

    var initialization: Initialization {
      switch self {
      case .uniform: .uniform
      case .symmetric: .symmetric(bound: 3.0.squareRoot())
      }
    }
  }

  /// What the ScalarTuple's encoder applies to its sums.
  public enum ScalarActivation: String, Codable, Hashable, Sendable {
    /// The sigmoid function (App. B.2).
    case sigmoid
    /// The CELU function (App. L.1).
    case celu

    var activation: ActivationFunction {
      switch self {
      case .sigmoid: .sigmoid
      case .celu: .celu
      }
    }
  }

  /// How the losses of the modules are weighed against each other.
  public var weights = ReconstructionWeights()
  /// Number of levels of the latent loss, each with standard deviations of its own.
  public var levels = 1
  /// beta_i / beta_max of the lowest level, the one that measurements of a model are of.
  public var lowestShare = 1.0
  /// Where the latent vectors' standard deviations come from.
  public var deviation = Deviation.network
  /// Number of layers of a conditioned standard-deviation network, from the first, that take
  /// beta / beta_max.
  public var conditionedLayers = 0
  /// How the character embedding starts.
  public var characterEmbedding = CharacterEmbedding.uniform
  /// What the ScalarTuple's encoder applies to its sums.
  public var scalarActivation = ScalarActivation.sigmoid

  /// Creates the paper's options.
  public init() {}
}
