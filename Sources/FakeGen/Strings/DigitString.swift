/// A `.digits` string as far as it is spelled: which characters may come next, so that it is always
/// the canonical decimal form of an integer in a range and reads back as a value of its field's
/// type.
package struct DigitString: Sendable {
  /// What a character is to a number.
  package enum Kind: Sendable, Hashable {
    /// The end of the string, a character that no number has, and the minus sign.
    case end, other, minus
    /// A digit of this value: one byte, since each code of a model has a kind.
    case digit(UInt8)

    /// Tells what the Unicode scalar value `scalar` is to a number.
    package init(_ scalar: UInt32) {
      switch scalar {
      case 0x2D: self = .minus
      case 0x30...0x39: self = .digit(UInt8(scalar - 0x30))
      default: self = .other
      }
    }
  }

  /// Tells whether a text is the canonical decimal form of an integer of 64 bits.
  ///
  /// - Parameter utf8: the text.
  package static func isCanonical(_ utf8: some Collection<UInt8>) -> Bool {
    var string = DigitString(range: .min ... .max, maximumLength: 20)
    for byte in utf8 {
      let kind = Kind(UInt32(byte))
      if kind == .end || !string.allows(kind) { return false }
      string.append(kind)
    }
    return string.allows(.end)
  }

  /// Tells whether any first digit fits the range: if so, some character of an alphabet that has a
  /// digit above 0 may always come next.
  package static func isValid(_ range: ClosedRange<Int64>) -> Bool {
    range.upperBound >= 9 && (range.lowerBound == 0 || range.lowerBound <= -9)
  }

  private let range: ClosedRange<Int64>
  private let maximumLength: Int
  private var magnitude: UInt64 = 0
  private var hasDigits = false
  private var isNegative = false

  /// Creates an empty string.
  ///
  /// - Parameters:
  ///   - range: of the integer.
  ///   - maximumLength: characters that the string may have; at least 1.
  package init(range: ClosedRange<Int64>, maximumLength: Int) {
    self.range = range
    self.maximumLength = maximumLength
  }

  /// Tells whether a character of this kind may come next.
  package func allows(_ kind: Kind) -> Bool {
    switch kind {
    case .end: return hasDigits
    case .other: return false
    case .minus:
      return !hasDigits && !isNegative && range.lowerBound < 0 && maximumLength > 1
    case .digit(let digit):
      if !hasDigits { return digit > 0 || !isNegative }
      if magnitude == 0 { return false }
      let (tens, tooLarge) = magnitude.multipliedReportingOverflow(by: 10)
      let (next, overflow) = tens.addingReportingOverflow(UInt64(digit))
      let limit = isNegative ? range.lowerBound.magnitude : range.upperBound.magnitude
      return !tooLarge && !overflow && next <= limit
    }
  }

  /// Appends a character that is allowed.
  package mutating func append(_ kind: Kind) {
    switch kind {
    case .end, .other: break
    case .minus: isNegative = true
    case .digit(let digit):
      hasDigits = true
      magnitude = magnitude &* 10 &+ UInt64(digit)
    }
  }
}
