/// How much scratch a module needs for each row of a batch.
package struct ScratchSize: Sendable, Hashable {
  package private(set) var narrow: Int
  package private(set) var wide: Int

  /// Elements of one vector each.
  package init(narrow: Int = 0, wide: Int = 0) {
    self.narrow = Self.padded(narrow)
    self.wide = Self.padded(wide)
  }

  /// The least multiple of a block of weights' rows that is at least `count`: so that blocks' sums
  /// fit, and vectors begin where cache lines do.
  package static func padded(_ count: Int) -> Int { (count &+ 15) & ~15 }

  /// Rows whose scratch takes at most `bytes`: 1 to `limit`.
  package func rows(within bytes: Int, limit: Int) -> Int {
    let size = narrow * MemoryLayout<Int16>.stride + wide * MemoryLayout<Int32>.stride
    return max(1, min(limit, bytes / max(1, size)))
  }

  /// The need of one part while another's memory is held.
  package static func + (left: Self, right: Self) -> Self {
    Self(narrow: left.narrow + right.narrow, wide: left.wide + right.wide)
  }

  /// The need of two parts one after the other.
  package static func | (left: Self, right: Self) -> Self {
    Self(narrow: max(left.narrow, right.narrow), wide: max(left.wide, right.wide))
  }
}
