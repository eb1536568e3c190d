/// Why a model description contradicts itself or asks for too much.
public struct ModelDescriptionError: Error, Hashable, Sendable {
  /// What should be, and what was found.
  public let reason: String
}
