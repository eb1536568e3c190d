/// A closed range of integers.
public struct IntegerRange: Codable, Hashable, Sendable {
  /// The least integer of the range.
  public var minimum: Int64
  /// The greatest integer of the range, at least `minimum`.
  public var maximum: Int64

  /// Creates the range `minimum...maximum`.
  public init(minimum: Int64, maximum: Int64) {
    self.minimum = minimum
    self.maximum = maximum
  }
}
