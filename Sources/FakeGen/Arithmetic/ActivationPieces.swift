/// The functions so that one load gives all that is needed of a table.
struct ActivationPieces: Sendable, Hashable {
  /// The value at a piece's start in the low 16 bits, the rise to its end in the high ones.
  let sigmoid: Numbers<UInt32>
  let celu: Numbers<UInt32>
  /// CELU and sigmoid of negative numbers as pairs of pieces, two tables of 256 words each (see
  /// `fakegen_functions`): so small that a processor's registers hold them. Nil if the sigmoid is not
  /// symmetrical, or either too steep or too bent.
  let pairs: Numbers<UInt16>?
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
    pairs = Self.pairs(sigmoid: sigmoid, celu: celu)
    self.exponential = Numbers(count: 16 << 9) { fine in
      for distance in 0..<16 << 9 {
        (fine + distance).initialize(to: interpolated(exponential, at: distance, stepBits: 3))
      }
    }
  }

  private static func pairs(
    sigmoid: Numbers<Int32>, celu: Numbers<Int32>
  ) -> Numbers<UInt16>? {
    let last = sigmoid.count - 1
    guard (0...last).allSatisfy({ sigmoid[last - $0] == 1 << Format.gate - sigmoid[$0] }) else {
      return nil
    }
    var words: [UInt16] = []
    for table in [celu, sigmoid] {
      var rises: [UInt16] = []
      for pair in 0..<256 {
        let (start, middle) = (table[2 * pair], table[2 * pair + 1])
        let (first, second) = (middle - start, table[2 * pair + 2] - middle)
        // Times 6 bits of fraction they have 16 bits.
        guard (0...1023).contains(first), (0...1023).contains(second),
          (-8...7).contains(second - first)
        else { return nil }
        words.append(UInt16(truncatingIfNeeded: start))
        rises.append(UInt16(truncatingIfNeeded: first | (second - first) << 12))
      }
      words += rises
    }
    return Numbers(words)
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
