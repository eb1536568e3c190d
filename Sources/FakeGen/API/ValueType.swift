/// What the values of a column are, decided here once for everything that writes them: SQL's types,
/// the message's, JSON's.
public enum ValueType: Sendable, Hashable {
  /// Any text.
  case text
  /// An integer of 64 bits.
  case integer
  /// A decimal number with this many digits after the point, whose units fit 64 bits.
  case decimal(decimals: Int)
  /// True or false.
  case boolean
  /// A day, written as `2024-01-31`.
  case date
  /// A time of the day, written as `13:05` or `13:05:09`, perhaps with this many digits of a second's
  /// fraction.
  case time(fractionDigits: Int)
  /// A day and a time of it, written as ISO 8601 has them, with a `T` or a space between them; with
  /// `hasZone` a zone follows: `Z` or the offset from UTC, as in `+01:00`.
  case timestamp(fractionDigits: Int, hasZone: Bool)
  /// A list of elements.
  case list
}

extension ColumnKind {
  /// What the column's values are. A moment whose layout is not that of ISO 8601 is a text, and so is
  /// an enumeration's name.
  public var valueType: ValueType {
    switch self {
    case .text, .enumeration: .text
    case .digits, .integer: .integer
    case .real(let decimals): .decimal(decimals: decimals)
    case .boolean: .boolean
    case .moment(let layout): layout.valueType
    case .list: .list
    }
  }
}

extension MomentLayout {
  fileprivate var valueType: ValueType {
    var rest = parts[...]
    let hasDate = Self.take(Self.date, from: &rest)
    if rest.isEmpty, hasDate { return .date }
    if hasDate {
      guard case .literal(let separator)? = rest.popFirst(),
        separator == [UInt8(ascii: " ")] || separator == [UInt8(ascii: "T")]
      else { return .text }
    }
    guard Self.take(Self.clock, from: &rest) else { return .text }
    var hasZone = Self.takeZone(from: &rest)
    if !hasZone, Self.take(Self.second, from: &rest) {
      hasZone = Self.takeZone(from: &rest)
      if !hasZone, case .fraction(_, isOptional: true)? = rest.first {
        rest.removeFirst()
        hasZone = Self.takeZone(from: &rest)
      } else if !hasZone, case .literal(let point)? = rest.first, point == [UInt8(ascii: ".")] {
        rest.removeFirst()
        // The layout was checked: its point may be followed by anything, but what fits is a fraction.
        guard case .fraction? = rest.popFirst() else { return .text }
        hasZone = Self.takeZone(from: &rest)
      }
    }
    guard rest.isEmpty, hasDate || !hasZone else { return .text }
    return hasDate
      ? .timestamp(fractionDigits: fractionDigits, hasZone: hasZone)
      : .time(fractionDigits: fractionDigits)
  }

  private static var date: [Part] {
    let hyphen = Part.literal([UInt8(ascii: "-")])
    return [.year, hyphen, .month(isPadded: true), hyphen, .day(isPadded: true)]
  }

  private static var clock: [Part] {
    [.hour(isPadded: true), .literal([UInt8(ascii: ":")]), .minute]
  }

  private static var second: [Part] { [.literal([UInt8(ascii: ":")]), .second] }

  /// Removes `expected` from the beginning of `parts`; false if they do not begin so.
  private static func take(_ expected: [Part], from parts: inout ArraySlice<Part>) -> Bool {
    guard parts.starts(with: expected) else { return false }
    parts.removeFirst(expected.count)
    return true
  }

  /// Removes the zone that is all of `parts`; false if they are none.
  private static func takeZone(from parts: inout ArraySlice<Part>) -> Bool {
    guard parts.count == 1, let part = parts.first else { return false }
    switch part {
    case .literal(let text): if !isZone(text) { return false }
    case .zone(hasColon: true): break
    default: return false
    }
    parts.removeFirst()
    return true
  }

  /// `Z` or as in `+01:00`.
  private static func isZone(_ text: [UInt8]) -> Bool {
    if text == [UInt8(ascii: "Z")] { return true }
    guard text.count == 6, text[0] == UInt8(ascii: "+") || text[0] == UInt8(ascii: "-"),
      text[3] == UInt8(ascii: ":")
    else { return false }
    for place in [1, 2, 4, 5] where !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(text[place]) {
      return false
    }
    // PostgreSQL takes offsets below 16 hours.
    return text[1] == UInt8(ascii: "0")
      || (text[1] == UInt8(ascii: "1") && text[2] < UInt8(ascii: "5"))
  }
}
