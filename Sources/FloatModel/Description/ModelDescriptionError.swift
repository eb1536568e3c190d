/// A model description that does not hang together.
public struct ModelDescriptionError: Error, Hashable, Sendable {
  /// What should be, and what was found.
  public let reason: String
}
