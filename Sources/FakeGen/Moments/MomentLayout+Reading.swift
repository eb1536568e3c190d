extension MomentLayout {
  /// Reads a moment's text, exactly as `append` writes it.
  ///
  /// - Parameter bytes: the text, UTF-8.
  /// - Returns: its units; nil if it is not the layout's text of a moment, or of one that 64 bits do
  ///   not hold.
  package func units(of bytes: [UInt8]) -> Int64? {
    var components = Components()
    var reader = DigitReader(bytes: bytes)
    for part in parts {
      guard components.read(part, from: &reader) else { return nil }
    }
    guard reader.isAtEnd, let seconds = components.seconds else { return nil }
    let (scaled, tooLarge) = seconds.multipliedReportingOverflow(by: unitsPerSecond)
    let (units, overflow) = scaled.addingReportingOverflow(
      components.fraction &* zoneUnits &+ components.zone)
    guard !tooLarge, !overflow else { return nil }
    // What two texts may say, as 5 and 05 may, only one of them is printed as.
    var written: [UInt8] = []
    append(units, to: &written)
    return written == bytes ? units : nil
  }

  /// The layout's text of 2024-01-31 13:05:09, to show what is expected.
  package var example: String {
    var bytes: [UInt8] = []
    append(1_706_706_309 &* unitsPerSecond &+ zoneUnits / 2, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// A text that is read from its beginning.
private struct DigitReader {
  let bytes: [UInt8]
  var position = 0

  var isAtEnd: Bool { position == bytes.count }

  /// Reads a number of `minimum` to `maximum` digits; nil if there are fewer.
  mutating func number(_ minimum: Int, _ maximum: Int) -> Int64? {
    var number: Int64 = 0
    var count = 0
    while count < maximum, position < bytes.count {
      let digit = bytes[position] &- UInt8(ascii: "0")
      if digit > 9 { break }
      number = number &* 10 &+ Int64(digit)
      count &+= 1
      position &+= 1
    }
    return count < minimum ? nil : number
  }

  /// Passes over a text; false if another one stands there.
  mutating func passes(_ text: some Collection<UInt8>) -> Bool {
    guard bytes.count &- position >= text.count,
      bytes[position..<position &+ text.count].elementsEqual(text)
    else { return false }
    position &+= text.count
    return true
  }

  /// Reads one of several names; nil if none of them stands there.
  mutating func name(
    _ numbers: ClosedRange<Int>, isShort: Bool, _ name: (Int) -> StaticString
  ) -> Int? {
    for number in numbers {
      let text = name(number)
      let utf8 = UnsafeBufferPointer(
        start: text.utf8Start, count: isShort ? 3 : text.utf8CodeUnitCount)
      if passes(utf8) { return number }
    }
    return nil
  }
}

/// What a text says of a moment.
private struct Components {
  // A leap year, so that layouts without a year have all days.
  var year: Int64 = 1972
  var month = 1
  var day = 1
  var isDate = false
  var hour: Int64 = 0
  var isHalfDay = false
  var isAfternoon = false
  var minute: Int64 = 0
  var second: Int64 = 0
  var fraction: Int64 = 0
  var zone: Int64 = 0

  /// Reads a part; false if something else stands there.
  mutating func read(_ part: MomentLayout.Part, from reader: inout DigitReader) -> Bool {
    switch part {
    case .literal(let literal): return reader.passes(literal)
    case .year:
      guard let number = reader.number(4, 4) else { return false }
      year = number
      isDate = true
    case .shortYear:
      guard let number = reader.number(2, 2) else { return false }
      // As POSIX has it.
      year = number < 69 ? 2000 &+ number : 1900 &+ number
      isDate = true
    case .month(let isPadded):
      guard let number = reader.number(isPadded ? 2 : 1, 2) else { return false }
      month = Int(number)
      isDate = true
    case .monthName(let isShort):
      guard
        let number = reader.name(1...12, isShort: isShort, { MomentLayout.monthName($0) })
      else { return false }
      month = number
      isDate = true
    case .day(let isPadded):
      guard let number = reader.number(isPadded ? 2 : 1, 2) else { return false }
      day = Int(number)
      isDate = true
    case .weekdayName(let isShort):
      return reader.name(0...6, isShort: isShort) { MomentLayout.weekdayName($0) } != nil
    case .hour(let isPadded), .halfDayHour(let isPadded):
      guard let number = reader.number(isPadded ? 2 : 1, 2), number < 24 else { return false }
      hour = number
      if case .halfDayHour = part { isHalfDay = true }
    case .halfDay:
      isAfternoon = reader.passes([UInt8(ascii: "P"), UInt8(ascii: "M")])
      return isAfternoon || reader.passes([UInt8(ascii: "A"), UInt8(ascii: "M")])
    case .minute:
      guard let number = reader.number(2, 2), number < 60 else { return false }
      minute = number
    case .second:
      guard let number = reader.number(2, 2), number < 60 else { return false }
      second = number
    case .fraction(let digits, let isOptional):
      if isOptional, !reader.passes([UInt8(ascii: ".")]) { return true }
      guard let number = reader.number(digits, digits) else { return false }
      fraction = number
    case .zone(let hasColon):
      let isBehind = reader.passes([UInt8(ascii: "-")])
      guard isBehind || reader.passes([UInt8(ascii: "+")]), let hours = reader.number(2, 2),
        !hasColon || reader.passes([UInt8(ascii: ":")]), let minutes = reader.number(2, 2),
        minutes < 60
      else { return false }
      let offset = hours &* 60 &+ minutes
      guard let number = MomentLayout.zone(minutes: isBehind ? -offset : offset) else {
        return false
      }
      zone = number
    }
    return true
  }

  /// Seconds since 1970, or since midnight without a date; nil if there is no such day.
  var seconds: Int64? {
    let hours = isHalfDay ? hour % 12 &+ (isAfternoon ? 12 : 0) : hour
    let time = hours &* 3600 &+ minute &* 60 &+ second
    guard isDate else { return time }
    return CivilDate(year: year, month: month, day: day).map {
      $0.daysSinceEpoch &* 86_400 &+ time
    }
  }
}
