import Foundation

/// Finds what floating point left of numbers, as in -10.093959760000004 and 2.6049699499999974, by
/// the numbers of the same column that have none of it.
enum NumberNoise {
  /// Fewest distinct numbers without noise that tell how many digits there are.
  private static let leastClean = 50
  /// Most digits after the point that are looked for.
  private static let mostDecimals = 9
  /// How far noise may be off, of the greatest number: some times what a difference of numbers that
  /// are a few times as great may be.
  private static let tolerance = 2e-14
  /// Of what a last digit is worth noise may be so much.
  private static let leastShare = 1e-3

  /// Returns the digits after the point of all numbers but for noise that some have; nil if none has
  /// any, or if too few tell.
  ///
  /// - Parameter numbers: the distinct ones.
  static func decimals(of numbers: some Collection<DecimalText>) -> Int? {
    let greatest = numbers.map { abs(size($0)) }.max() ?? 0
    return (0...mostDecimals).first { decimals in
      var (clean, noisy) = (0, 0)
      guard greatest * tolerance <= leastShare * pow(10, -Double(decimals)) else { return false }
      for number in numbers {
        if number.decimals <= decimals {
          clean += 1
        } else {
          guard let distance = distance(number, to: decimals), distance <= greatest * tolerance
          else { return false }
          noisy += 1
        }
      }
      return noisy > 0 && clean >= leastClean
    }
  }

  private static func size(_ number: DecimalText) -> Double {
    Double(number.mantissa) * pow(10, -Double(number.decimals))
  }

  /// How far a number is from itself rounded.
  private static func distance(_ number: DecimalText, to decimals: Int) -> Double? {
    guard let rounded = number.units(decimals: decimals)?.scaled(by: number.decimals - decimals)
    else { return nil }
    let (difference, overflows) = number.mantissa.subtractingReportingOverflow(rounded)
    return overflows ? nil : Double(difference.magnitude) * pow(10, -Double(number.decimals))
  }
}

extension DecimalText {
  /// The number rounded, without zeros at its end; nil if 64 bits do not hold it.
  func rounded(to decimals: Int) -> DecimalText? {
    guard self.decimals > decimals else { return self }
    guard let units = units(decimals: decimals) else { return nil }
    let number = FixedDecimal(units: units, decimals: decimals)
    var result = self
    result.mantissa = number.units
    result.decimals = number.decimals
    result.shownDecimals = number.decimals
    result.isCut = false
    return result
  }
}
