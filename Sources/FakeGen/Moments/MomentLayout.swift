/// How a moment is written: a subset of strftime (docs/Data.md).
///
/// A moment is a number of units since 1970-01-01 00:00:00, or since midnight if the layout shows no
/// date. A unit is the last digit that the layout shows of a second, a second if it shows none. If it
/// shows the zone, the moment is the local one, and a unit is that of `zoneUnits` ones: which of them
/// says the zone.
public struct MomentLayout: Sendable, Hashable {
  /// The layout, as in `%Y-%m-%d`.
  public let text: String
  /// What it is made of, in order.
  let parts: [Part]
  /// Whether the field is a `google.protobuf.Timestamp`, no text.
  package var isTimestamp = false

  /// A part of the layout.
  enum Part: Sendable, Hashable {
    case literal([UInt8])
    case year, shortYear
    case month(isPadded: Bool)
    case monthName(isShort: Bool)
    case day(isPadded: Bool)
    case weekdayName(isShort: Bool)
    case hour(isPadded: Bool)
    case halfDayHour(isPadded: Bool)
    case halfDay
    case minute, second
    /// With its point before it, or not at all where it is 0, if it is optional.
    case fraction(digits: Int, isOptional: Bool)
    /// The zone's offset from UTC, as in `+01:00`, or without the colon.
    case zone(hasColon: Bool)
  }

  /// What is wrong with a layout.
  package struct Problem: Error, Hashable {
    /// The reason, which goes on from the layout's name.
    package let reason: UTF8Text
  }

  /// Most bytes of a layout.
  package static let maximumLength = 256

  /// Parses a layout.
  ///
  /// - Parameter text: fields after percent signs, all else as it stands.
  /// - Throws: `Problem` for a field that there is not, one that comes twice, or none at all.
  package init(_ text: String) throws(Problem) {
    self.text = text
    var bytes: [UInt8] = []
    bytes.append(text)
    guard bytes.count <= Self.maximumLength else {
      throw Problem(reason: "is longer than \(Self.maximumLength) bytes")
    }
    var parts: [Part] = []
    var literal: [UInt8] = []
    var position = 0
    while position < bytes.count {
      guard bytes[position] == UInt8(ascii: "%") else {
        literal.append(bytes[position])
        position += 1
        continue
      }
      var end = position + 1
      while end < bytes.count, end < position + 3, Self.isPrefix(bytes[end]) { end += 1 }
      guard end < bytes.count else {
        throw Problem(reason: "ends in a percent sign; write %% for one")
      }
      if bytes[end] == UInt8(ascii: "%"), end == position + 1 {
        literal.append(bytes[end])
      } else {
        guard let part = Self.part(bytes[end], prefixes: bytes[(position + 1)..<end]) else {
          let found = String(decoding: bytes[position...end], as: UTF8.self)
          throw Problem(
            reason: """
              has '\(found)'; known are %Y %y %m %-m %d %-d %b %B %a %A %H %-H %I %-I %M %S %p \
              %1f to %9f, %-1f to %-9f, %z, %:z and %%
              """)
        }
        if !literal.isEmpty { parts.append(.literal(literal)) }
        literal = []
        parts.append(part)
      }
      position = end + 1
    }
    if !literal.isEmpty { parts.append(.literal(literal)) }
    self.parts = parts
    try check()
  }

  private static func isPrefix(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "-") || byte == UInt8(ascii: ":")
      || (UInt8(ascii: "1")...UInt8(ascii: "9")).contains(byte)
  }

  private static func part(_ byte: UInt8, prefixes: ArraySlice<UInt8>) -> Part? {
    let isPadded = prefixes.isEmpty
    if prefixes.contains(UInt8(ascii: ":")) || byte == UInt8(ascii: "z") {
      let isZone = byte == UInt8(ascii: "z")
      if isPadded || (prefixes.count == 1 && prefixes.first == UInt8(ascii: ":")) {
        return isZone ? .zone(hasColon: !isPadded) : nil
      }
      return nil
    }
    if let digits = prefixes.last, digits != UInt8(ascii: "-") {
      let isOptional = prefixes.count == 2
      guard byte == UInt8(ascii: "f"), !isOptional || prefixes.first == UInt8(ascii: "-") else {
        return nil
      }
      return .fraction(digits: Int(digits &- UInt8(ascii: "0")), isOptional: isOptional)
    }
    if prefixes.count > 1 { return nil }
    switch byte {
    case UInt8(ascii: "m"): return .month(isPadded: isPadded)
    case UInt8(ascii: "d"): return .day(isPadded: isPadded)
    case UInt8(ascii: "H"): return .hour(isPadded: isPadded)
    case UInt8(ascii: "I"): return .halfDayHour(isPadded: isPadded)
    default: break
    }
    if !isPadded { return nil }
    switch byte {
    case UInt8(ascii: "Y"): return .year
    case UInt8(ascii: "y"): return .shortYear
    case UInt8(ascii: "b"): return .monthName(isShort: true)
    case UInt8(ascii: "B"): return .monthName(isShort: false)
    case UInt8(ascii: "a"): return .weekdayName(isShort: true)
    case UInt8(ascii: "A"): return .weekdayName(isShort: false)
    case UInt8(ascii: "p"): return .halfDay
    case UInt8(ascii: "M"): return .minute
    case UInt8(ascii: "S"): return .second
    default: return nil
    }
  }

  private func check() throws(Problem) {
    var counts = [Int](repeating: 0, count: 10)
    for part in parts { if let kind = part.component { counts[kind] += 1 } }
    guard !counts.allSatisfy({ $0 == 0 }) else { throw Problem(reason: "shows no date or time") }
    guard counts.allSatisfy({ $0 <= 1 }) else {
      throw Problem(reason: "shows a part of a moment twice")
    }
    guard counts[Part.halfDayComponent] == (usesHalfDays ? 1 : 0) else {
      throw Problem(reason: "should show %p with %I, and only with it")
    }
    let date = Part.yearComponent...Part.dayComponent
    guard counts[Part.weekdayComponent] == 0 || counts[date].allSatisfy({ $0 == 1 }) else {
      throw Problem(reason: "should show the whole date with a weekday")
    }
    guard fractionDigits == 0 || counts[Part.secondComponent] == 1 else {
      throw Problem(reason: "should show %S with its fraction")
    }
    guard counts[Part.zoneComponent] == 0 || counts[Part.hourComponent] == 1 else {
      throw Problem(reason: "should show the hour with a zone")
    }
  }

  private var usesHalfDays: Bool {
    for part in parts { if case .halfDayHour = part { return true } }
    return false
  }
}

extension MomentLayout.Part {
  static let yearComponent = 0
  static let dayComponent = 2
  static let weekdayComponent = 3
  static let hourComponent = 4
  static let halfDayComponent = 5
  static let minuteComponent = 6
  static let secondComponent = 7
  static let fractionComponent = 8
  static let zoneComponent = 9

  /// The number of the component of a moment that it shows; nil for a literal.
  var component: Int? {
    switch self {
    case .literal: nil
    case .year, .shortYear: Self.yearComponent
    case .month, .monthName: 1
    case .day: Self.dayComponent
    case .weekdayName: Self.weekdayComponent
    case .hour, .halfDayHour: Self.hourComponent
    case .halfDay: Self.halfDayComponent
    case .minute: Self.minuteComponent
    case .second: Self.secondComponent
    case .fraction: Self.fractionComponent
    case .zone: Self.zoneComponent
    }
  }
}

extension MomentLayout {
  private func shows(_ components: ClosedRange<Int>) -> Bool {
    for part in parts {
      if let component = part.component, components.contains(component) { return true }
    }
    return false
  }

  /// Whether it shows any part of a date.
  package var hasDate: Bool { shows(Part.yearComponent...Part.dayComponent) }

  /// Whether it shows any part of a time.
  package var hasTime: Bool { shows(Part.hourComponent...Part.fractionComponent) }

  /// Whether of two moments the later one never has the text of an earlier one: whatever the layout
  /// shows, it shows with all that is above it.
  package var isOrdered: Bool {
    func shows(_ component: Int) -> Bool { self.shows(component...component) }
    let hasDate = self.hasDate
    let hasWholeDate = parts.contains(.year) && shows(1) && shows(Part.dayComponent)
    let hasWholeTime =
      shows(Part.hourComponent) && (shows(Part.minuteComponent) || !shows(Part.secondComponent))
    return (!hasDate || hasWholeDate) && (!hasTime || hasWholeTime) && !showsZone
  }

  /// Digits that it shows of a second's fraction.
  package var fractionDigits: Int {
    for part in parts { if case .fraction(let digits, _) = part { return digits } }
    return 0
  }

  /// Units of a second: 10^`fractionDigits`, times `zoneUnits`.
  package var unitsPerSecond: Int64 { fractionUnits &* zoneUnits }

  /// Numbers of the last digit of a second's fraction in a second.
  var fractionUnits: Int64 {
    var units: Int64 = 1
    for _ in 0..<fractionDigits { units &*= 10 }
    return units
  }

  /// Whether it shows the offset from UTC.
  package var showsZone: Bool { shows(Part.zoneComponent...Part.zoneComponent) }

  /// Units of the last digit that it shows: the zones there are, from 16 hours behind UTC in steps of
  /// 15 minutes; 1 if it shows none.
  package var zoneUnits: Int64 { showsZone ? Self.zones : 1 }

  /// Number of zones.
  private static let zones: Int64 = 128
  /// Minutes from one zone to the next.
  private static let zoneMinutes: Int64 = 15

  /// Minutes from UTC of a zone.
  ///
  /// - Parameter zone: from 0 to `zoneUnits` - 1.
  static func minutes(ofZone zone: Int64) -> Int64 { (zone &- zones / 2) &* zoneMinutes }

  /// The zone so many minutes from UTC; nil if there is none.
  static func zone(minutes: Int64) -> Int64? {
    let (quotient, remainder) = minutes.quotientAndRemainder(dividingBy: zoneMinutes)
    let zone = quotient &+ zones / 2
    return remainder == 0 && 0 <= zone && zone < zones ? zone : nil
  }

  /// Units of the shortest time that it tells apart, of a day if it shows no time.
  package var resolution: Int64 {
    if shows(Part.fractionComponent...Part.fractionComponent) { return zoneUnits }
    if shows(Part.secondComponent...Part.secondComponent) { return unitsPerSecond }
    if shows(Part.minuteComponent...Part.minuteComponent) { return 60 &* unitsPerSecond }
    return (hasTime ? 3600 : 86_400) &* unitsPerSecond
  }
}
