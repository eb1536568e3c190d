import FakeGen

/// A column and the values that `--where` lets through.
struct Condition: Sendable {
  let column: Int
  /// Plain texts as `Generator.append` gives them; null is the empty text.
  var values: [[UInt8]]

  /// Returns the plain text that the column has for what a person wrote.
  ///
  /// - Throws: `UsageError.impossibleValue` if the column never holds it.
  static func plainText(_ value: String, in column: Column) throws(UsageError) -> [UInt8] {
    let bytes = Array(value.utf8)
    if bytes.isEmpty, column.isOptional { return bytes }
    let expected: String
    switch column.kind {
    case .text: return bytes
    case .digits, .integer:
      if let number = Decimal(bytes, decimals: 0) { return number.plainText }
      expected = "a whole number"
    case .real(let decimals):
      if let number = Decimal(bytes, decimals: decimals) { return number.plainText }
      expected = "a number with at most \(decimals) decimals"
    case .boolean:
      if isSame(value, "true") || isSame(value, "false") { return bytes }
      expected = "true or false"
    case .enumeration(let names):
      if names.contains(where: { isSame($0, value) }) { return bytes }
      expected = "one of \(names.joined(separator: ","))"
    case .moment(let layout):
      if layout.units(of: bytes) != nil { return bytes }
      expected = "a moment like \(layout.example)"
    }
    throw .impossibleValue(field: column.name, expected: expected, found: value)
  }
}

/// A decimal number that a person wrote.
private struct Decimal {
  private let units: Int64
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
