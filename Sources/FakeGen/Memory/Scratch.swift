/// Working memory for a batch of rows, taken from the front. A callee takes from its own copy, so
/// what it took is free again when it returns.
package struct Scratch {
  private var narrow: UnsafeMutableBufferPointer<Int16>
  private var wide: UnsafeMutableBufferPointer<Int32>

  /// Creates scratch of the given memory, which the caller keeps.
  ///
  /// - Parameters:
  ///   - narrow: aligned to 64 bytes, or fast kernels are slower.
  ///   - wide: likewise.
  package init(
    narrow: UnsafeMutableBufferPointer<Int16>, wide: UnsafeMutableBufferPointer<Int32>
  ) {
    self.narrow = narrow
    self.wide = wide
  }

  /// Takes memory for vectors of `count` activations for each of `rows`.
  ///
  /// - Returns: the vectors; what they hold is unspecified.
  package mutating func takeNarrow(_ count: Int, rows: Int = 1) -> Vectors {
    let stride = ScratchSize.padded(count)
    let all = stride * rows
    precondition(all <= narrow.count, "the model's scratch size is wrong")
    let taken = narrow.baseAddress!
    narrow = .init(rebasing: narrow[all...])
    return Vectors(base: taken, stride: stride)
  }

  /// Takes memory for vectors of `count` sums or gates for each of `rows`.
  ///
  /// - Returns: the vectors; what they hold is unspecified.
  package mutating func takeWide(_ count: Int, rows: Int = 1) -> Sums {
    let stride = ScratchSize.padded(count)
    let all = stride * rows
    precondition(all <= wide.count, "the model's scratch size is wrong")
    let taken = wide.baseAddress!
    wide = .init(rebasing: wide[all...])
    return Sums(base: taken, stride: stride)
  }
}
