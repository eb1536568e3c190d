/// What a model has beyond the paper's modules; the defaults are the paper's. docs/ModelOptions.md
/// says what each computes.
public struct ModelOptions: Codable, Hashable, Sendable {
  /// What the Tuple's decoder is told about the element it has just decoded.
  public enum Feedback: String, Codable, Hashable, Sendable, CaseIterable {
    /// The embedding that the element was decoded from (paper, 2.3).
    case own
    /// The value that was sampled, through the child's encoder.
    case reencoded
    /// The value that was sampled, as the child's decoder knows it: no string encoder is needed.
    case state
  }

  /// What a record becomes.
  public enum Tree: String, Codable, Hashable, Sendable, CaseIterable {
    /// Tuples whose elements follow each other (paper, 2.3).
    case tuple
    /// Tuples that pass their embedding on to all elements, and strings with models of their own
    /// (App. G).
    case passThrough
    /// One string of comma-separated values (App. F).
    case text
  }

  /// What the record's decoder starts from.
  public enum Latent: String, Codable, Hashable, Sendable, CaseIterable {
    /// A latent vector, sampled around what an encoder says of the record (paper, 2.1).
    case gaussian
    /// Nothing: each element is told all those before it, and no encoder is needed. Goes with
    /// feedback `state`.
    case none
  }

  /// What a record becomes.
  public var tree = Tree.tuple
  /// What the record's decoder starts from.
  public var latent = Latent.gaussian
  /// What the Tuple's decoder is told about the element it has just decoded.
  public var feedback = Feedback.own
  /// Number of Gaussians of a ScalarTuple's mixture density; 0 for the paper's squared error.
  public var scalarMixture = 0
  /// Number of clusters of the factored softmax over string codes; 0 for a single softmax.
  public var softmaxClusters = 0
  /// Known values of a vocabulary, or bins of a number, from which on their softmax is factored; 0
  /// for never.
  public var factoredClasses = 0

  /// Creates the paper's options.
  public init() {}

  /// Reads options; the paper's stand for those that are missing.
  ///
  /// - Throws: `DecodingError` if they are malformed.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    tree = try container.decodeIfPresent(Tree.self, forKey: .tree) ?? .tuple
    latent = try container.decodeIfPresent(Latent.self, forKey: .latent) ?? .gaussian
    feedback = try container.decodeIfPresent(Feedback.self, forKey: .feedback) ?? .own
    scalarMixture = try container.decodeIfPresent(Int.self, forKey: .scalarMixture) ?? 0
    softmaxClusters = try container.decodeIfPresent(Int.self, forKey: .softmaxClusters) ?? 0
    factoredClasses = try container.decodeIfPresent(Int.self, forKey: .factoredClasses) ?? 0
  }
}
