/// A decimal number, exactly: `units` times 10^-`decimals`, without zeros at its end.
public struct FixedDecimal: Hashable, Sendable {
  /// Most digits after the point.
  public static let maximumDecimals = 18

  /// The number without its point.
  public private(set) var units: Int64
  /// Digits after the point, 0 to 18.
  public private(set) var decimals: Int

  /// Creates a number; zeros at the end of its fraction are dropped.
  public init(units: Int64, decimals: Int = 0) {
    self.units = units
    self.decimals = units == 0 ? 0 : decimals
    while self.decimals > 0, self.units % 10 == 0 {
      self.units /= 10
      self.decimals -= 1
    }
  }

  /// Reads a number as `text` prints it; nil if it is none, or has more than 18 digits.
  public init?(_ text: some StringProtocol) {
    guard let parsed = DecimalText(Array(text.utf8)), !parsed.isCut else { return nil }
    self.init(units: parsed.mantissa, decimals: parsed.decimals)
  }

  /// The number in digits.
  public var text: String { Self.text(units, decimals: decimals) }

  /// Writes units of 10^-decimals.
  static func text(_ units: Int64, decimals: Int) -> String {
    guard decimals > 0 else { return String(units) }
    var digits = String(units.magnitude)
    if digits.utf8.count <= decimals {
      digits = String(repeating: "0", count: decimals + 1 - digits.utf8.count) + digits
    }
    return (units < 0 ? "-" : "") + digits.dropLast(decimals) + "." + digits.suffix(decimals)
  }

  /// Returns the number in units of 10^-decimals, nil if it is no whole number of them that 64 bits
  /// hold.
  func units(decimals: Int) -> Int64? {
    guard decimals >= self.decimals else { return nil }
    return units.scaled(by: decimals - self.decimals)
  }
}

extension Int64 {
  /// The number times 10^power, nil if 64 bits do not hold it.
  func scaled(by power: Int) -> Int64? {
    var result = self
    for _ in 0..<power {
      let (product, overflows) = result.multipliedReportingOverflow(by: 10)
      if overflows { return nil }
      result = product
    }
    return result
  }

  /// The quotient rounded down; `divisor` is at least 1.
  func dividedDown(by divisor: Int64) -> Int64 {
    let quotient = self / divisor
    return self % divisor < 0 ? quotient - 1 : quotient
  }

  /// What remains of a division rounded down, from 0 up to `divisor`, which is at least 1.
  func remainder(of divisor: Int64) -> Int64 {
    let rest = self % divisor
    return rest < 0 ? rest + divisor : rest
  }

  /// The greatest common divisor; that of a number and 0 is the number.
  static func commonDivisor(_ left: UInt64, _ right: UInt64) -> UInt64 {
    var (left, right) = (left, right)
    while right != 0 { (left, right) = (right, left % right) }
    return left
  }
}
