/// What of a day is counted: a part of a date that follows from it.
public enum CalendarPart: UInt8, Sendable, Hashable, CaseIterable {
  /// The year of the Gregorian calendar.
  case year = 1
  /// The quarter of the year, 1 to 4.
  case quarter
  /// The month, 1 to 12.
  case month
  /// The day of the month, 1 to 31.
  case day
  /// The day of the year, 1 to 366.
  case dayOfYear
  /// The week of ISO 8601, 1 to 53.
  case isoWeek
  /// The day of the week, 1 for Monday to 7.
  case weekday
  /// The day of the week, 1 for Sunday to 7.
  case dayOfWeek

  /// Returns the part of a day.
  ///
  /// - Parameter days: since 1970-01-01, within 2^62 of 0.
  package func value(ofDay days: Int64) -> Int64 {
    let date = CivilDate(daysSinceEpoch: days)
    let weekday = Int64(CivilDate.weekday(daysSinceEpoch: days))
    switch self {
    case .year: return date.year
    case .quarter: return Int64((date.month &- 1) / 3 &+ 1)
    case .month: return Int64(date.month)
    case .day: return Int64(date.day)
    case .dayOfYear: return Self.dayOfYear(days, in: date.year)
    case .isoWeek:
      // A week belongs to the year of its Thursday.
      let thursday = days &- weekday &+ 3
      let year = CivilDate(daysSinceEpoch: thursday).year
      return (Self.dayOfYear(thursday, in: year) &- 1) / 7 &+ 1
    case .weekday: return weekday &+ 1
    case .dayOfWeek: return (weekday &+ 1) % 7 &+ 1
    }
  }

  /// The part's least and greatest number; nil for years.
  package var range: ClosedRange<Int64>? {
    switch self {
    case .year: nil
    case .quarter: 1...4
    case .month: 1...12
    case .day: 1...31
    case .dayOfYear: 1...366
    case .isoWeek: 1...53
    case .weekday, .dayOfWeek: 1...7
    }
  }

  /// From 1 on.
  private static func dayOfYear(_ days: Int64, in year: Int64) -> Int64 {
    var first = CivilDate(daysSinceEpoch: days)
    (first.year, first.month, first.day) = (year, 1, 1)
    return days &- first.daysSinceEpoch &+ 1
  }
}
