/// Standard normal draws by the inverse distribution function.
///
/// A draw's 32 bits give the sign and an upper tail probability p = w / 2^33, w odd. z(p) is a
/// table with 32 linear pieces in each octave of p, so that the tail is as fine as the centre; the
/// farthest draw is z(2^-33) = 6.34. Error bound: docs/FixedPoint.md.
package struct GaussianTable: Sendable, Hashable {
  /// z(p) with 16 fraction bits at p = 2^(o - 33) * (1 + j / 32), entry 32 o + j; the last is
  /// z(1/2).
  package let entries: Numbers<Int32>

  /// Creates a table from its entries.
  package init(entries: Numbers<Int32>) {
    self.entries = entries
  }

  /// Number of entries, 1,025.
  package static let count = 32 * 32 + 1

  /// Returns the normal draw in Q3.12 that the uniform 32-bit `draw` stands for.
  @inline(__always)
  package func normal(_ draw: UInt32) -> Int16 {
    // 16 fraction bits of the entries and 26 of the interpolation, to 12.
    let magnitude = requantizedRoundingTiesUp(magnitude(draw), shift: 30)
    return draw &>> 31 == 0 ? magnitude : 0 &- magnitude
  }

  /// Returns the normal draw with 16 fraction bits that the uniform 32-bit `draw` stands for, below
  /// 8 in magnitude.
  @inline(__always)
  package func fineNormal(_ draw: UInt32) -> Int32 {
    let magnitude = Int32(truncatingIfNeeded: shiftedRoundingTiesUp(magnitude(draw), by: 26))
    return draw &>> 31 == 0 ? magnitude : 0 &- magnitude
  }

  /// Returns the magnitude of the normal draw with 42 fraction bits.
  @inline(__always)
  private func magnitude(_ draw: UInt32) -> Int64 {
    let w = (draw &<< 1) | 1
    let leading = w.leadingZeroBitCount
    let mantissa = (w &<< UInt32(leading)) & 0x7FFF_FFFF
    let index = (31 &- leading) &* 32 &+ Int(mantissa &>> 26)
    let fraction = Int64(mantissa & 0x3FF_FFFF)
    let left = Int64(entries[index])
    let rise = Int64(entries[index &+ 1]) &- left
    return (left &<< 26) &+ rise &* fraction
  }
}
