/// A probability: `mantissa` * 2^-(32 + `exponent`). Products neither underflow nor overflow, and
/// each loses less than 2^-22 of its value.
package struct Chance: Sendable, Hashable {
  /// 2^31 or more; 0 for a chance of 0.
  private let mantissa: UInt32
  /// How often the mantissa is halved; 0 for a chance of 0.
  private let exponent: Int32

  /// What always happens: (2^32 - 1) / 2^32, since 1 has no mantissa.
  package static let certain = Chance(mantissa: .max, exponent: 0)
  /// What never happens.
  package static let none = Chance(mantissa: 0, exponent: 0)

  private init(mantissa: UInt32, exponent: Int32) {
    self.mantissa = mantissa
    self.exponent = exponent
  }

  /// Creates the chance `part` / `whole`.
  ///
  /// - Parameters:
  ///   - part: at most `whole`.
  ///   - whole: above 0.
  package init(_ part: UInt64, of whole: UInt64) {
    if part == 0 {
      self = .none
      return
    }
    // A divisor of 41 bits leaves 23 bits of the quotient or more.
    let spare = max(0, 23 &- whole.leadingZeroBitCount)
    let divisor = whole &>> UInt64(truncatingIfNeeded: spare)
    let leading = part.leadingZeroBitCount
    let quotient = (part &<< UInt64(truncatingIfNeeded: leading)) / divisor
    self.init(quotient, halvings: leading &+ spare)
  }

  /// Creates the chance `number` * 2^-`halvings`, or the greatest one if that is smaller.
  private init(_ number: UInt64, halvings: Int) {
    let leading = number.leadingZeroBitCount
    let exponent = halvings &+ leading &- 64
    if exponent < 0 {
      self = .certain
      return
    }
    let normal = number &<< UInt64(truncatingIfNeeded: leading)
    self.init(
      mantissa: UInt32(truncatingIfNeeded: normal &>> 32),
      exponent: Int32(truncatingIfNeeded: exponent))
  }

  /// Returns the chance that two independent things both happen.
  package static func * (left: Chance, right: Chance) -> Chance {
    if left.mantissa == 0 || right.mantissa == 0 { return .none }
    return Chance(
      UInt64(left.mantissa) &* UInt64(right.mantissa),
      halvings: 64 &+ Int(left.exponent) &+ Int(right.exponent))
  }

  /// Tells whether the left chance is the smaller one.
  package static func < (left: Chance, right: Chance) -> Bool {
    if left.mantissa == 0 || right.mantissa == 0 { return left.mantissa < right.mantissa }
    return left.exponent == right.exponent
      ? left.mantissa < right.mantissa : left.exponent > right.exponent
  }

  /// Whether it never happens.
  package var isNone: Bool { mantissa == 0 }

  /// Returns min(1, this chance / `bound`) in units of 2^-32.
  ///
  /// - Parameter bound: above 0.
  package func share(of bound: Chance) -> UInt64 {
    if mantissa == 0 { return 0 }
    if !(self < bound) { return 1 &<< 32 }
    let ratio = (UInt64(mantissa) &<< 32) / UInt64(bound.mantissa)
    // Below 2^32 since the chance is smaller; smart shifts give 0 where nothing is left.
    return ratio >> UInt64(truncatingIfNeeded: exponent &- bound.exponent)
  }

  /// Half of the chance.
  package var halved: Chance {
    mantissa == 0 ? .none : Chance(mantissa: mantissa, exponent: exponent &+ 1)
  }

  /// Twice the chance, 1 at most.
  package var doubled: Chance {
    if mantissa == 0 { return .none }
    return exponent == 0 ? .certain : Chance(mantissa: mantissa, exponent: exponent &- 1)
  }

  /// Returns the chance times `number` * 2^-32, 1 at most.
  package func times(_ number: UInt64) -> Chance {
    if mantissa == 0 || number == 0 { return .none }
    let leading = number.leadingZeroBitCount
    let normal = (number &<< UInt64(truncatingIfNeeded: leading)) &>> 32
    return Chance(UInt64(mantissa) &* normal, halvings: 32 &+ Int(exponent) &+ leading)
  }

  /// Chooses among things that exclude each other.
  ///
  /// - Parameters:
  ///   - chances: at most 2^31 of them, and not none.
  ///   - draw: uniform.
  /// - Returns: one of them, in proportion to the chances; and the chance of any.
  package static func choice(
    _ chances: ArraySlice<Chance>, draw: UInt32
  ) -> (index: Int, sum: Chance) {
    var greatest = Chance.none
    for chance in chances where greatest < chance { greatest = chance }
    if greatest.mantissa == 0 { return (0, .none) }
    var sum: UInt64 = 0
    for chance in chances { sum &+= chance.share(of: greatest) }
    let threshold = share(draw, of: sum)
    var cumulative: UInt64 = 0
    for (index, chance) in chances.enumerated() {
      cumulative &+= chance.share(of: greatest)
      if cumulative > threshold { return (index, greatest.times(sum)) }
    }
    return (0, .none)
  }

  /// Returns floor(draw * whole / 2^32), in two parts since the product may exceed 64 bits.
  static func share(_ draw: UInt32, of whole: UInt64) -> UInt64 {
    let draw = UInt64(draw)
    return draw &* (whole &>> 32) &+ (draw &* (whole & 0xFFFF_FFFF)) &>> 32
  }
}
