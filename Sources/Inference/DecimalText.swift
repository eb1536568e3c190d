/// A number as a cell holds it: an optional sign, digits with an optional point, an optional
/// exponent, spaces around them or not.
struct DecimalText: Hashable {
  /// The number times 10^`decimals`.
  var mantissa: Int64 = 0
  /// Digits after the point that tell something: no zeros at the end.
  var decimals = 0
  /// Digits after the point that are shown, exponents counted.
  var shownDecimals = 0
  /// Whether digits after the 18th were left out.
  var isCut = false
  /// Whether a zero that tells nothing comes first, as in `007`.
  var hasLeadingZero = false
  /// Whether it begins with a plus sign.
  var hasPlus = false
  /// Digits before the point.
  var wholeDigits = 0

  /// Reads a cell; nil if it is no number, or too large.
  init?(_ text: some BidirectionalCollection<UInt8>) {
    var rest = text[...]
    while rest.first == 0x20 { rest.removeFirst() }
    while rest.last == 0x20 { rest.removeLast() }
    var isNegative = false
    if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
      isNegative = sign == UInt8(ascii: "-")
      hasPlus = !isNegative
      rest.removeFirst()
    }
    var value: UInt64 = 0
    var (digits, fraction, hasPoint) = (0, 0, false)
    let first = rest.first
    while let byte = rest.first {
      if byte == UInt8(ascii: "."), !hasPoint {
        hasPoint = true
      } else if (0x30...0x39).contains(byte) {
        digits += 1
        if !hasPoint { wholeDigits += 1 }
        let (product, overflows) = value.multipliedReportingOverflow(by: 10)
        let (sum, carries) = product.addingReportingOverflow(UInt64(byte - 0x30))
        if overflows || carries || (hasPoint && sum >= 1_000_000_000_000_000_000) {
          guard hasPoint else { return nil }
          isCut = true
        } else {
          value = sum
          if hasPoint { fraction += 1 }
        }
      } else {
        break
      }
      rest.removeFirst()
    }
    guard digits > 0 else { return nil }
    hasLeadingZero = first == 0x30 && wholeDigits > 1
    var exponent = 0
    if let byte = rest.first, byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E") {
      rest.removeFirst()
      guard rest.count <= 4, let number = Int(String(decoding: rest, as: UTF8.self)) else {
        return nil
      }
      exponent = number
      rest = rest.suffix(0)
    }
    guard rest.isEmpty else { return nil }
    var places = fraction - exponent
    while places > 0, value % 10 == 0, value > 0 {
      value /= 10
      places -= 1
    }
    if value == 0 { places = 0 }
    while places < 0 {
      let (product, overflows) = value.multipliedReportingOverflow(by: 10)
      if overflows { return nil }
      value = product
      places += 1
    }
    while places > FixedDecimal.maximumDecimals {
      isCut = isCut || value % 10 != 0
      value /= 10
      places -= 1
    }
    guard value <= UInt64(Int64.max) + (isNegative ? 1 : 0) else { return nil }
    mantissa = isNegative ? Int64(truncatingIfNeeded: 0 &- value) : Int64(value)
    decimals = places
    shownDecimals = max(fraction - exponent, 0)
  }

  /// The number in units of 10^-decimals, rounded; nil if 64 bits do not hold it.
  func units(decimals wanted: Int) -> Int64? {
    if wanted >= decimals { return mantissa.scaled(by: wanted - decimals) }
    guard let divisor = Int64(1).scaled(by: decimals - wanted) else { return 0 }
    let half = divisor / 2
    let (quotient, rest) = mantissa.quotientAndRemainder(dividingBy: divisor)
    if rest.magnitude >= UInt64(half) { return quotient + (mantissa < 0 ? -1 : 1) }
    return quotient
  }

  /// The number without what floating point left at its end, as in 0.30000000000000004: of 16
  /// digits or more the first 15, rounded.
  var withoutNoise: DecimalText {
    let digits = String(mantissa.magnitude).utf8.count
    let dropped = digits - 15
    guard dropped > 0, decimals >= dropped else { return self }
    guard let shorter = rounded(to: decimals - dropped) else { return self }
    // Noise follows a row of zeros or nines.
    return String(shorter.mantissa.magnitude).utf8.count <= 11 ? shorter : self
  }
}
