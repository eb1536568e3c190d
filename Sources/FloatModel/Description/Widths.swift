/// Layer widths; the defaults are the paper's (App. B).
public struct Widths: Codable, Hashable, Sendable {
  /// Character embedding.
  public var character = 16
  /// Embedding vectors passed between modules, and the latent space.
  public var embedding = 128
  /// State of the string GRUs.
  public var stringState = 128
  /// State of the tuple GRUs.
  public var tupleState = 128
  /// Hidden layers of the standard-deviation network.
  public var deviation = 128

  public init() {}
}
