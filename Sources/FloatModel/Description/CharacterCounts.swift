/// How often each Unicode scalar occurs in texts.
public struct CharacterCounts: Hashable, Sendable {
  /// By the scalars' values.
  private var counts = [Int](repeating: 0, count: 0x11_0000)

  /// Creates the counts of no text.
  public init() {}

  /// Counts the scalars of a text.
  public mutating func add(_ text: String) {
    for scalar in text.unicodeScalars { counts[Int(scalar.value)] += 1 }
  }

  /// The scalars that occur and how often, in ascending order of the scalars.
  public var all: [(scalar: Unicode.Scalar, count: Int)] {
    counts.indices.compactMap { value in
      guard counts[value] > 0 else { return nil }
      return Unicode.Scalar(UInt32(value)).map { ($0, counts[value]) }
    }
  }
}
