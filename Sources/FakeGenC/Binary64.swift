/// Returns the bits of the binary64 number (IEEE 754) nearest to `units` times 10^-`decimals`, of
/// two as near the even one: what a reader makes of the decimal digits.
///
/// - Parameters:
///   - units: any.
///   - decimals: 0...18
func binary64(_ units: Int64, decimals: Int) -> UInt64 {
  if units == 0 { return 0 }
  var divisor: UInt64 = 1
  for _ in 0..<decimals { divisor &*= 10 }
  // Both with their highest bit set: the quotient of 2^63 times one by the other has 63 or 64 bits.
  let numerator = units.magnitude << units.magnitude.leadingZeroBitCount
  let denominator = divisor << divisor.leadingZeroBitCount
  let (quotient, remainder) = denominator.dividingFullWidth(
    (high: numerator >> 1, low: numerator << 63))
  let dropped = 11 - quotient.leadingZeroBitCount
  var significand = quotient >> UInt64(dropped)
  let half: UInt64 = 1 << UInt64(dropped - 1)
  let rest = quotient & (2 * half - 1)
  if rest > half || (rest == half && (remainder > 0 || significand & 1 == 1)) { significand += 1 }
  var exponent =
    dropped - 11 + divisor.leadingZeroBitCount - units.magnitude.leadingZeroBitCount
  if significand == 1 << 53 {
    significand >>= 1
    exponent += 1
  }
  let sign: UInt64 = units < 0 ? 1 << 63 : 0
  return sign | UInt64(exponent + 1023) << 52 | (significand & (1 << 52 - 1))
}
