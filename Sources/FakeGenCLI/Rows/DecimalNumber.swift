import FakeGen

/// A decimal number that a person wrote.
struct DecimalNumber {
  /// The number in units of its last decimal.
  let units: Int64
  private let decimals: Int

  /// Parses a number; nil unless it is a sign at most, digits, and a point with 1 to `decimals`
  /// digits at most.
  init?(_ text: [UInt8], decimals: Int) {
    let isNegative = text.first == UInt8(ascii: "-")
    var units: Int64 = 0
    var digits = 0
    var digitsAfterPoint: Int?
    for byte in text.dropFirst(isNegative ? 1 : 0) {
      if byte == UInt8(ascii: "."), digits > 0, digitsAfterPoint == nil {
        digitsAfterPoint = 0
        continue
      }
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte),
        let next = Self.next(units, digit: Int64(byte - UInt8(ascii: "0")), isNegative)
      else { return nil }
      units = next
      digits += 1
      digitsAfterPoint = digitsAfterPoint.map { $0 + 1 }
    }
    let written = digitsAfterPoint ?? 0
    guard digits > 0, digitsAfterPoint != 0, written <= decimals else { return nil }
    for _ in written..<decimals {
      guard let next = Self.next(units, digit: 0, isNegative) else { return nil }
      units = next
    }
    self.units = units
    self.decimals = decimals
  }

  /// Parses a number as `NumberSpelling.plain` gives it, perhaps with a plus sign, without a digit
  /// before the point, or with an exponent; nil if it has more than `decimals` decimals that are not 0.
  init?(scientific text: [UInt8], decimals: Int) {
    var rest = text[...]
    var exponent = 0
    if let place = rest.firstIndex(where: { $0 | 0x20 == UInt8(ascii: "e") }) {
      var digits = rest[(place + 1)...]
      let sign = digits.first
      if sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { digits = digits.dropFirst() }
      // The spelling has three digits at most.
      for byte in digits { exponent = exponent * 10 + Int(byte &- UInt8(ascii: "0")) }
      if sign == UInt8(ascii: "-") { exponent = -exponent }
      rest = rest[..<place]
    }
    let isNegative = rest.first == UInt8(ascii: "-")
    if isNegative || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
    let point = rest.firstIndex(of: UInt8(ascii: "."))
    var digits = Array(rest.filter { $0 != UInt8(ascii: ".") })
    // Zeros to be written behind the digits, so that they are units.
    var zeros = exponent + decimals - (point.map { rest.endIndex - $0 - 1 } ?? 0)
    while zeros < 0, digits.last == UInt8(ascii: "0") {
      digits.removeLast()
      zeros += 1
    }
    if digits.isEmpty { zeros = 0 }
    guard zeros >= 0, !rest.isEmpty else { return nil }
    var units: Int64 = 0
    for byte in digits {
      guard let next = Self.next(units, digit: Int64(byte - UInt8(ascii: "0")), isNegative) else {
        return nil
      }
      units = next
    }
    for _ in 0..<zeros where units != 0 {
      guard let next = Self.next(units, digit: 0, isNegative) else { return nil }
      units = next
    }
    self.units = units
    self.decimals = decimals
  }

  /// Returns `units` with a digit behind it; nil if that is too large.
  private static func next(_ units: Int64, digit: Int64, _ isNegative: Bool) -> Int64? {
    let (tens, tooLarge) = units.multipliedReportingOverflow(by: 10)
    let (next, overflow) = tens.addingReportingOverflow(isNegative ? -digit : digit)
    return tooLarge || overflow ? nil : next
  }

  var plainText: [UInt8] {
    var bytes: [UInt8] = []
    Field.real(units: units, decimals: decimals).append(to: &bytes)
    return bytes
  }
}
