/// How a column's numbers are spelled beyond a sign, digits and a point, as in `$1,200.50`, `5 %`,
/// `1.234,5 €` or `7.842e-09`. It says nothing of what the numbers are.
public struct NumberSpelling: Sendable, Hashable {
  /// What stands before the digits, in UTF-8.
  public var prefix: [UInt8]
  /// What stands after them, in UTF-8.
  public var suffix: [UInt8]
  /// What stands between groups of three digits before the point, in UTF-8; nothing for none.
  public var group: [UInt8]
  /// The decimal mark: a point or a comma.
  public var point: UInt8
  /// Where a number below 0 has its sign.
  public var sign: Sign
  /// Fewest digits after the point, 0 to 18, where zeros at the end are left out, as in `1.0` and
  /// `0.25`; nil where all digits are written.
  public var leastDecimals: Int?
  /// The form of scientific notation; nil for digits alone.
  public var scientific: Scientific?

  /// Where a number below 0 has its sign.
  public enum Sign: UInt8, Sendable, Hashable {
    /// A minus before all else.
    case before
    /// A minus between the prefix and the digits.
    case inner
    /// A minus behind all else.
    case after
    /// Parentheses around all else, and no minus.
    case parentheses
  }

  /// A form of scientific notation: one digit before the point, and a power of ten.
  public struct Scientific: Sendable, Hashable {
    /// Fewest digits after the point, 0 to 18; more are written where a number has them.
    public var decimals: Int
    /// The letter before the exponent, `e` or `E`.
    public var letter: UInt8
    /// Whether an exponent that is not negative has a plus sign.
    public var hasPlus: Bool
    /// Fewest digits of the exponent, 1 to 3.
    public var exponentDigits: Int

    /// Creates a form of scientific notation; without arguments `7e-09`.
    public init(
      decimals: Int = 0, letter: UInt8 = UInt8(ascii: "e"), hasPlus: Bool = true,
      exponentDigits: Int = 2
    ) {
      self.decimals = decimals
      self.letter = letter
      self.hasPlus = hasPlus
      self.exponentDigits = exponentDigits
    }
  }

  /// Most bytes of a prefix, a suffix, or what stands between groups.
  package static let maximumSize = 32

  /// Creates a spelling; without arguments that of plain numbers.
  public init(
    prefix: [UInt8] = [], suffix: [UInt8] = [], group: [UInt8] = [],
    point: UInt8 = UInt8(ascii: "."), sign: Sign = .before, leastDecimals: Int? = nil,
    scientific: Scientific? = nil
  ) {
    self.prefix = prefix
    self.suffix = suffix
    self.group = group
    self.point = point
    self.sign = sign
    self.leastDecimals = leastDecimals
    self.scientific = scientific
  }

  /// What keeps numbers so spelled from being read again; nil if nothing does.
  package var problem: UTF8Text? {
    for part in [prefix, suffix, group] {
      if part.count > Self.maximumSize { return "has a part of more than 32 bytes" }
      for byte in part where byte < 0x20 || byte == 0x7F {
        return "has a control character"
      }
      for byte in part where Self.isDigit(byte) || Self.isSign(byte) {
        return "has a digit or a sign among its marks"
      }
    }
    guard point == UInt8(ascii: ".") || point == UInt8(ascii: ",") else {
      return "has a decimal mark that is neither a point nor a comma"
    }
    if group.first == point { return "has the same mark between groups and before decimals" }
    for byte in [suffix.first, prefix.last] where byte == point {
      return "has a decimal mark beside the digits"
    }
    if let leastDecimals, !(0...18).contains(leastDecimals) {
      return "has more than 18 digits after the point"
    }
    guard let scientific else { return nil }
    guard group.isEmpty, leastDecimals == nil, (0...18).contains(scientific.decimals),
      (1...3).contains(scientific.exponentDigits),
      scientific.letter == UInt8(ascii: "e") || scientific.letter == UInt8(ascii: "E")
    else { return "is no scientific notation" }
    return nil
  }

  static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

  static func isSign(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+")
  }
}
