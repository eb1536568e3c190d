/// Layer widths; the defaults are the paper's (App. B).
public struct Widths: Codable, Hashable, Sendable {
  /// Width of the character embedding.
  public var character = 16
  /// Width of the embedding vectors passed between modules, and of the latent space.
  public var embedding = 128
  /// Width of the string GRUs' state.
  public var stringState = 128
  /// Width of the tuple GRUs' state.
  public var tupleState = 128
  /// Width of the standard-deviation network's hidden layers.
  public var deviation = 128

  /// Creates the paper's widths.
  public init() {}
}
