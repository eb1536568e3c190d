/// The functions so that one load gives all that is needed of a table.
struct ActivationPieces: Sendable, Hashable {
  /// The value at a piece's start in the low 16 bits, the rise to its end in the high ones.
  let sigmoid: Numbers<UInt32>
  let celu: Numbers<UInt32>
  /// exp(-d) at each d in UQ7.9 below 16: 8,192 entries.
  let exponential: Numbers<Int32>

  /// Creates the pieces of the tables.
  ///
  /// - Parameters:
  ///   - sigmoid: ascending, by less than 2^16 from the first entry to the last.
  ///   - celu: likewise.
  ///   - exponential: the entries at steps of 1/64.
  init(sigmoid: Numbers<Int32>, celu: Numbers<Int32>, exponential: Numbers<Int32>) {
    self.sigmoid = Self.pieces(sigmoid)
    self.celu = Self.pieces(celu)
    self.exponential = Numbers(count: 16 << 9) { fine in
      for distance in 0..<16 << 9 {
        (fine + distance).initialize(to: interpolated(exponential, at: distance, stepBits: 3))
      }
    }
  }

  private static func pieces(_ entries: Numbers<Int32>) -> Numbers<UInt32> {
    Numbers(count: entries.count - 1) { pieces in
      for index in 0..<entries.count - 1 {
        let rise = UInt32(truncatingIfNeeded: entries[index + 1] - entries[index])
        let start = UInt32(truncatingIfNeeded: entries[index]) & 0xFFFF
        (pieces + index).initialize(to: rise << 16 | start)
      }
    }
  }
}
