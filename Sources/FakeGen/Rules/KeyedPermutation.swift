/// Permutations of the numbers below a count, one for each key and tweak: an unbalanced Feistel
/// network of 8 rounds over the next power of two, its round function a word of Philox. Results that
/// lie beyond the count are permuted again until one does not.
struct KeyedPermutation {
  /// Key of Philox.
  let key: (UInt32, UInt32)
  /// Tells the permutations of one key apart.
  let tweak: UInt64

  private static let rounds = 8 as UInt32

  /// Returns what becomes of `number`.
  ///
  /// - Parameters:
  ///   - number: below `count`.
  ///   - count: at least 1.
  func permuted(_ number: UInt64, below count: UInt64) -> UInt64 {
    let bits = UInt64.bitWidth &- (count &- 1).leadingZeroBitCount
    let leftBits = bits / 2
    let rightBits = bits &- leftBits
    var permuted = number
    repeat {
      permuted = mixed(permuted, leftBits: leftBits, rightBits: rightBits)
    } while permuted >= count
    return permuted
  }

  /// The parts have at most 32 bits each.
  private func mixed(_ number: UInt64, leftBits: Int, rightBits: Int) -> UInt64 {
    let leftMask = UInt32(truncatingIfNeeded: (1 as UInt64) &<< UInt64(leftBits) &- 1)
    let rightMask = UInt32(truncatingIfNeeded: (1 as UInt64) &<< UInt64(rightBits) &- 1)
    var left = UInt32(truncatingIfNeeded: number &>> UInt64(rightBits)) & leftMask
    var right = UInt32(truncatingIfNeeded: number) & rightMask
    for round in 0..<Self.rounds {
      if round & 1 == 0 {
        right ^= word(left, round: round) & rightMask
      } else {
        left ^= word(right, round: round) & leftMask
      }
    }
    return UInt64(left) &<< UInt64(rightBits) | UInt64(right)
  }

  private func word(_ half: UInt32, round: UInt32) -> UInt32 {
    Philox.block(
      counter: (
        half, UInt32(truncatingIfNeeded: tweak), UInt32(truncatingIfNeeded: tweak &>> 32), round
      ), key: key
    ).0
  }
}
