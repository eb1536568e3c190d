/// A layout of dates and times, a part of strftime's: `%Y %y %m %-m %d %-d %b %B %a %A %H %-H %I
/// %-I %M %S %p`, `%1f` to `%9f` for so many digits of a second's fraction, `%%`, and any other
/// characters as they are. It has a year and a month, or an hour, or both.
///
/// A moment is an integer: units since 1970-01-01 00:00:00, or since midnight if the layout has no
/// date. A unit is the last digit that the layout shows of a second, a second if it shows none.
public struct MomentLayout: Hashable, Sendable {
  enum Part: Hashable {
    case literal(UInt8)
    case year
    case shortYear
    case month(isPadded: Bool)
    case monthName(isFull: Bool)
    case day(isPadded: Bool)
    case weekday(isFull: Bool)
    case hour(isPadded: Bool)
    case halfDayHour(isPadded: Bool)
    case halfDay
    case minute
    case second
    case fraction(digits: Int)
  }

  /// The layout as it is written.
  public let text: String
  let parts: [Part]
  /// Whether it shows a date.
  public let hasDate: Bool
  /// Whether it shows the time of the day.
  public let hasTime: Bool
  /// Whether it shows the day of the month.
  public let hasDay: Bool
  /// Units of a second: 1, or 10 to the number of digits that are shown of its fraction.
  public let unitsPerSecond: Int64

  /// Reads a layout; nil if it is none.
  public init?(_ text: String) {
    var parts: [Part] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        guard byte >= 0x20 else { return nil }
        parts.append(.literal(byte))
        continue
      }
      guard var letter = rest.popFirst() else { return nil }
      let isPadded = letter != UInt8(ascii: "-")
      if !isPadded {
        guard let next = rest.popFirst() else { return nil }
        letter = next
      }
      switch (letter, isPadded) {
      case (UInt8(ascii: "Y"), true): parts.append(.year)
      case (UInt8(ascii: "y"), true): parts.append(.shortYear)
      case (UInt8(ascii: "m"), _): parts.append(.month(isPadded: isPadded))
      case (UInt8(ascii: "d"), _): parts.append(.day(isPadded: isPadded))
      case (UInt8(ascii: "b"), true): parts.append(.monthName(isFull: false))
      case (UInt8(ascii: "B"), true): parts.append(.monthName(isFull: true))
      case (UInt8(ascii: "a"), true): parts.append(.weekday(isFull: false))
      case (UInt8(ascii: "A"), true): parts.append(.weekday(isFull: true))
      case (UInt8(ascii: "H"), _): parts.append(.hour(isPadded: isPadded))
      case (UInt8(ascii: "I"), _): parts.append(.halfDayHour(isPadded: isPadded))
      case (UInt8(ascii: "p"), true): parts.append(.halfDay)
      case (UInt8(ascii: "M"), true): parts.append(.minute)
      case (UInt8(ascii: "S"), true): parts.append(.second)
      case (UInt8(ascii: "%"), true): parts.append(.literal(letter))
      case (UInt8(ascii: "1")...UInt8(ascii: "9"), true):
        guard rest.popFirst() == UInt8(ascii: "f") else { return nil }
        parts.append(.fraction(digits: Int(letter) - 0x30))
      default: return nil
      }
    }
    let fields = parts.filter { if case .literal = $0 { false } else { true } }.map(\.field)
    guard Set(fields).count == fields.count else { return nil }
    let has = { (field: String) in fields.contains(field) }
    let isDate = has("year") && has("month")
    let isTime = has("hour") && (has("half") == parts.contains { $0.isHalfDayHour })
    guard isDate || !(has("year") || has("month") || has("day") || has("weekday")),
      isDate || isTime, isTime || !(has("hour") || has("half") || has("minute") || has("second")),
      has("day") || !has("weekday"), has("second") || !has("fraction"),
      has("minute") || !has("second")
    else { return nil }
    self.text = text
    self.parts = parts
    hasDate = isDate
    hasTime = isTime
    hasDay = has("day")
    unitsPerSecond =
      parts.lazy.compactMap {
        if case .fraction(let digits) = $0 { Int64(1).scaled(by: digits) } else { nil }
      }.first ?? 1
  }

  static let monthNames = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
  ].map { Array($0.utf8) }
  /// From Monday.
  static let weekdayNames = [
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
  ].map { Array($0.utf8) }
}

extension MomentLayout.Part {
  fileprivate var field: String {
    switch self {
    case .literal: ""
    case .year, .shortYear: "year"
    case .month, .monthName: "month"
    case .day: "day"
    case .weekday: "weekday"
    case .hour, .halfDayHour: "hour"
    case .halfDay: "half"
    case .minute: "minute"
    case .second: "second"
    case .fraction: "fraction"
    }
  }

  fileprivate var isHalfDayHour: Bool {
    if case .halfDayHour = self { true } else { false }
  }
}
