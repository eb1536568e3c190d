extension MomentLayout {
  /// Appends a moment's text, always of a day that exists and a time before midnight.
  ///
  /// - Parameters:
  ///   - units: since 1970, or since midnight if the layout shows no date.
  ///   - bytes: what the text is appended to, UTF-8.
  package func append(_ units: Int64, to bytes: inout [UInt8]) {
    let zone = floorDivided(units, by: zoneUnits)
    let second = floorDivided(zone.quotient, by: fractionUnits)
    let day = floorDivided(second.quotient, by: 86_400)
    let date = CivilDate(daysSinceEpoch: day.quotient)
    let hour = day.remainder / 3600
    for part in parts {
      switch part {
      case .literal(let literal): bytes.append(contentsOf: literal)
      case .year:
        if date.year < 0 { bytes.append(UInt8(ascii: "-")) }
        appendPadded(date.year.magnitude, width: 4, to: &bytes)
      case .shortYear:
        appendPadded(
          floorDivided(date.year, by: 100).remainder.magnitude, width: 2, to: &bytes)
      case .month(let isPadded):
        appendPadded(UInt64(date.month), width: isPadded ? 2 : 1, to: &bytes)
      case .monthName(let isShort):
        append(Self.monthName(date.month), isShort: isShort, to: &bytes)
      case .day(let isPadded):
        appendPadded(UInt64(date.day), width: isPadded ? 2 : 1, to: &bytes)
      case .weekdayName(let isShort):
        append(
          Self.weekdayName(CivilDate.weekday(daysSinceEpoch: day.quotient)), isShort: isShort,
          to: &bytes)
      case .hour(let isPadded):
        appendPadded(hour.magnitude, width: isPadded ? 2 : 1, to: &bytes)
      case .halfDayHour(let isPadded):
        appendPadded(((hour &+ 11) % 12 &+ 1).magnitude, width: isPadded ? 2 : 1, to: &bytes)
      case .halfDay:
        bytes.append(hour < 12 ? UInt8(ascii: "A") : UInt8(ascii: "P"))
        bytes.append(UInt8(ascii: "M"))
      case .minute: appendPadded((day.remainder / 60 % 60).magnitude, width: 2, to: &bytes)
      case .second: appendPadded((day.remainder % 60).magnitude, width: 2, to: &bytes)
      case .fraction(let digits, let isOptional):
        if isOptional {
          if second.remainder == 0 { continue }
          bytes.append(UInt8(ascii: "."))
        }
        appendPadded(second.remainder.magnitude, width: digits, to: &bytes)
      case .zone(let hasColon):
        let minutes = Self.minutes(ofZone: zone.remainder)
        bytes.append(minutes < 0 ? UInt8(ascii: "-") : UInt8(ascii: "+"))
        appendPadded(minutes.magnitude / 60, width: 2, to: &bytes)
        if hasColon { bytes.append(UInt8(ascii: ":")) }
        appendPadded(minutes.magnitude % 60, width: 2, to: &bytes)
      }
    }
  }

  private func append(_ name: StaticString, isShort: Bool, to bytes: inout [UInt8]) {
    bytes.append(
      contentsOf: UnsafeBufferPointer(
        start: name.utf8Start, count: isShort ? 3 : name.utf8CodeUnitCount))
  }

  /// The English name of a month, 1 for January; the first three letters are its short one.
  static func monthName(_ month: Int) -> StaticString {
    switch month {
    case 1: "January"
    case 2: "February"
    case 3: "March"
    case 4: "April"
    case 5: "May"
    case 6: "June"
    case 7: "July"
    case 8: "August"
    case 9: "September"
    case 10: "October"
    case 11: "November"
    default: "December"
    }
  }

  /// The English name of a weekday, 0 for Monday; the first three letters are its short one.
  static func weekdayName(_ weekday: Int) -> StaticString {
    switch weekday {
    case 0: "Monday"
    case 1: "Tuesday"
    case 2: "Wednesday"
    case 3: "Thursday"
    case 4: "Friday"
    case 5: "Saturday"
    default: "Sunday"
    }
  }
}

/// Appends a number's digits with zeros before them up to `width`.
func appendPadded(_ number: UInt64, width: Int, to bytes: inout [UInt8]) {
  let start = bytes.count
  var rest = number
  repeat {
    let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
    bytes.append(UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: digit))
    rest = quotient
  } while rest > 0 || bytes.count &- start < width
  var low = start
  var high = bytes.count &- 1
  while low < high {
    bytes.swapAt(low, high)
    low &+= 1
    high &-= 1
  }
}
