/// A day of the proleptic Gregorian calendar.
struct CivilDate: Hashable {
  var year: Int64
  /// 1...12
  var month: Int
  /// 1...31
  var day: Int

  /// Creates the date `days` after 1970-01-01 (Hinnant, "chrono-compatible low-level date
  /// algorithms", 2013): in years that begin in March, so that a leap day ends its year.
  ///
  /// - Parameter days: within 2^62 of 0.
  init(daysSinceEpoch days: Int64) {
    let shifted = days &+ 719_468
    let era = floorDivided(shifted, by: 146_097)
    let dayOfEra = era.remainder
    let yearOfEra =
      (dayOfEra &- dayOfEra / 1460 &+ dayOfEra / 36_524 &- dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra &- (365 &* yearOfEra &+ yearOfEra / 4 &- yearOfEra / 100)
    let monthFromMarch = (5 &* dayOfYear &+ 2) / 153
    day = Int(truncatingIfNeeded: dayOfYear &- (153 &* monthFromMarch &+ 2) / 5 &+ 1)
    month = Int(truncatingIfNeeded: monthFromMarch < 10 ? monthFromMarch &+ 3 : monthFromMarch &- 9)
    year = yearOfEra &+ era.quotient &* 400 &+ (month <= 2 ? 1 : 0)
  }

  /// Creates a date; nil if there is no such day.
  ///
  /// - Parameters:
  ///   - year: 0...9999
  ///   - month: 1 for January.
  ///   - day: of the month, from 1 on.
  init?(year: Int64, month: Int, day: Int) {
    guard (1...12).contains(month), (1...31).contains(day) else { return nil }
    self.year = year
    self.month = month
    self.day = day
    // A day that the month lacks comes back as one of the next month.
    guard CivilDate(daysSinceEpoch: daysSinceEpoch) == self else { return nil }
  }

  /// Days since 1970-01-01.
  var daysSinceEpoch: Int64 {
    let shifted = month <= 2 ? year &- 1 : year
    let era = floorDivided(shifted, by: 400)
    let monthFromMarch = Int64(month > 2 ? month &- 3 : month &+ 9)
    let dayOfYear = (153 &* monthFromMarch &+ 2) / 5 &+ Int64(day) &- 1
    let dayOfEra =
      era.remainder &* 365 &+ era.remainder / 4 &- era.remainder / 100 &+ dayOfYear
    return era.quotient &* 146_097 &+ dayOfEra &- 719_468
  }

  /// The day of the week `days` after 1970-01-01, 0 for Monday.
  static func weekday(daysSinceEpoch days: Int64) -> Int {
    Int(truncatingIfNeeded: floorDivided(days &+ 3, by: 7).remainder)
  }
}

/// Divides and rounds down, so that the remainder is in `0..<divisor`.
///
/// - Parameter divisor: at least 1.
@inline(__always)
func floorDivided(
  _ number: Int64, by divisor: Int64
) -> (quotient: Int64, remainder: Int64) {
  let (quotient, remainder) = number.quotientAndRemainder(dividingBy: divisor)
  return remainder < 0 ? (quotient &- 1, remainder &+ divisor) : (quotient, remainder)
}
