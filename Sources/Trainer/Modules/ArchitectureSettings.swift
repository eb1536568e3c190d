import Autodiff
import Schema

/// Variants of the module tree: the preset's section `architecture`.
struct ArchitectureSettings: Codable, Hashable, Sendable {
  enum Deviation: String, Codable, Hashable, Sendable {
    /// A network from the mean vector, one for each level (App. B.4).
    case network
    /// One network from the mean vector and beta / beta_max for all levels (App. L.5).
    case conditioned
    /// A layer beside the one that makes the mean vector, one for each level (2.3).
    case lastLayer
    /// A deterministic encoder (Apps. H, I).
    case none
  }

  enum CharacterEmbedding: String, Codable, Hashable, Sendable {
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

  enum ScalarActivation: String, Codable, Hashable, Sendable {
    /// App. B.2.
    case sigmoid
    /// App. L.1.
    case celu

    var activation: Activation {
      switch self {
      case .sigmoid: .sigmoid
      case .celu: .celu
      }
    }
  }

  /// What a record becomes.
  var tree: ModelOptions.Tree
  var deviation: Deviation
  /// Layers of a conditioned standard-deviation network, from the first, that take beta / beta_max.
  var conditionedLayers: Int
  var characterEmbedding: CharacterEmbedding
  var scalarActivation: ScalarActivation
}
