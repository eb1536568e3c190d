/// Keeps a `.digits` string the canonical decimal form of an integer of at most 18 digits, so that
/// it always reads back as a 64-bit integer: which characters may come next.
package struct DigitString {
  package enum Kind: Sendable, Hashable {
    case end, other, minus, zero, digit

    package init(_ scalar: UInt32) {
      switch scalar {
      case 0x2D: self = .minus
      case 0x30: self = .zero
      case 0x31...0x39: self = .digit
      default: self = .other
      }
    }
  }

  static let maximumDigits = 18
  private let maximumLength: Int
  private var digits = 0
  private var isNegative = false
  private var isZero = false

  package init(maximumLength: Int) {
    self.maximumLength = maximumLength
  }

  package func allows(_ kind: Kind) -> Bool {
    switch kind {
    case .end: digits > 0
    case .other: false
    case .minus: digits == 0 && !isNegative && maximumLength > 1
    case .zero: digits == 0 ? !isNegative : !isZero && digits < Self.maximumDigits
    case .digit: !isZero && digits < Self.maximumDigits
    }
  }

  package mutating func append(_ kind: Kind) {
    switch kind {
    case .end, .other: break
    case .minus: isNegative = true
    case .zero:
      isZero = digits == 0
      digits += 1
    case .digit: digits += 1
    }
  }
}
