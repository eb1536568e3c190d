/// How much scratch a module needs for each row of a batch.
package struct ScratchSize: Sendable, Hashable {
  /// Number of Int16 elements.
  package private(set) var narrow: Int
  /// Number of Int32 elements.
  package private(set) var wide: Int

  /// Creates the size of one vector of each kind, padded as vectors are.
  ///
  /// - Parameters:
  ///   - narrow: Int16 elements.
  ///   - wide: Int32 elements.
  package init(narrow: Int = 0, wide: Int = 0) {
    self.narrow = Self.padded(narrow)
    self.wide = Self.padded(wide)
  }

  /// Rounds `count` up to a multiple of 16, the rows of a block of weights: so that blocks' sums
  /// fit, and vectors begin where cache lines do.
  package static func padded(_ count: Int) -> Int { (count &+ 15) & ~15 }

  /// Returns how many rows have scratch, and as many bytes `besides`, within `bytes`: 1 to `limit`.
  package func rows(within bytes: Int, besides: Int = 0, limit: Int) -> Int {
    let size = narrow * MemoryLayout<Int16>.stride + wide * MemoryLayout<Int32>.stride
    return max(1, min(limit, bytes / max(1, size + besides)))
  }

  /// Adds the need of one part to that of another whose memory is held at the same time.
  package static func + (left: Self, right: Self) -> Self {
    Self(narrow: left.narrow + right.narrow, wide: left.wide + right.wide)
  }

  /// Returns the need of two parts that run one after the other.
  package static func | (left: Self, right: Self) -> Self {
    Self(narrow: max(left.narrow, right.narrow), wide: max(left.wide, right.wide))
  }
}
