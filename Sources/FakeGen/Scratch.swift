/// Working memory for one row, taken from the front. A callee takes from its own copy, so what it
/// took is free again when it returns.
package struct Scratch {
  private var narrow: UnsafeMutableBufferPointer<Int16>
  private var wide: UnsafeMutableBufferPointer<Int32>

  package init(
    narrow: UnsafeMutableBufferPointer<Int16>, wide: UnsafeMutableBufferPointer<Int32>
  ) {
    self.narrow = narrow
    self.wide = wide
  }

  /// Memory for `count` activations; what it holds is unspecified.
  package mutating func takeNarrow(_ count: Int) -> UnsafeMutablePointer<Int16> {
    precondition(count <= narrow.count, "the model's scratch size is wrong")
    let taken = narrow.baseAddress!
    narrow = .init(rebasing: narrow[count...])
    return taken
  }

  /// Memory for `count` sums or gates; what it holds is unspecified.
  package mutating func takeWide(_ count: Int) -> UnsafeMutablePointer<Int32> {
    precondition(count <= wide.count, "the model's scratch size is wrong")
    let taken = wide.baseAddress!
    wide = .init(rebasing: wide[count...])
    return taken
  }
}

/// How much scratch a module needs.
package struct ScratchSize: Sendable, Hashable {
  package var narrow: Int
  package var wide: Int

  package init(narrow: Int = 0, wide: Int = 0) {
    self.narrow = narrow
    self.wide = wide
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
