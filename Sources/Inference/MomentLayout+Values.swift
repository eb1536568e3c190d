extension MomentLayout {
  /// Reads a moment; nil if the text does not have the layout, or is no moment.
  ///
  /// - Returns: units.
  public func units(_ text: String) -> Int64? { units(Array(text.utf8)[...]) }

  func units(_ text: ArraySlice<UInt8>) -> Int64? {
    var rest = text
    var (year, month, day): (Int64, Int64, Int64) = (1970, 1, 1)
    var (hour, minute, second, fraction): (Int64, Int64, Int64, Int64) = (0, 0, 0, 0)
    var (isAfternoon, isHalf) = (false, false)
    var weekday: Int?
    for part in parts {
      switch part {
      case .literal(let byte):
        guard rest.popFirst() == byte else { return nil }
      case .year:
        guard let number = Self.number(&rest, digits: 4) else { return nil }
        year = number
      case .shortYear:
        guard let number = Self.number(&rest, digits: 2) else { return nil }
        year = number < 69 ? 2000 + number : 1900 + number
      case .month(let isPadded):
        guard let number = Self.pair(&rest, isPadded: isPadded), (1...12).contains(number) else {
          return nil
        }
        month = number
      case .monthName(let isFull):
        guard let index = Self.name(&rest, Self.monthNames, isFull: isFull) else { return nil }
        month = Int64(index) + 1
      case .day(let isPadded):
        guard let number = Self.pair(&rest, isPadded: isPadded), number >= 1 else { return nil }
        day = number
      case .weekday(let isFull):
        guard let index = Self.name(&rest, Self.weekdayNames, isFull: isFull) else { return nil }
        weekday = index
      case .hour(let isPadded):
        guard let number = Self.pair(&rest, isPadded: isPadded), number < 24 else { return nil }
        hour = number
      case .halfDayHour(let isPadded):
        guard let number = Self.pair(&rest, isPadded: isPadded), (1...12).contains(number) else {
          return nil
        }
        hour = number % 12
        isHalf = true
      case .halfDay:
        guard let letter = rest.popFirst(), rest.popFirst() == UInt8(ascii: "M"),
          letter == UInt8(ascii: "A") || letter == UInt8(ascii: "P")
        else { return nil }
        isAfternoon = letter == UInt8(ascii: "P")
      case .minute:
        guard let number = Self.number(&rest, digits: 2), number < 60 else { return nil }
        minute = number
      case .second:
        guard let number = Self.number(&rest, digits: 2), number < 60 else { return nil }
        second = number
      case .fraction(let digits):
        guard let number = Self.number(&rest, digits: digits) else { return nil }
        fraction = number
      }
    }
    guard rest.isEmpty else { return nil }
    if isHalf, isAfternoon { hour += 12 }
    guard day <= CivilDay.daysInMonth(year: year, month: month) else { return nil }
    let days = hasDate ? CivilDay(year: year, month: month, day: day).number : 0
    if let weekday, CivilDay.weekday(of: days) != weekday { return nil }
    let seconds = days * 86_400 + hour * 3_600 + minute * 60 + second
    let (units, overflows) = seconds.multipliedReportingOverflow(by: unitsPerSecond)
    return overflows ? nil : units + fraction
  }

  /// Writes a moment.
  ///
  /// - Parameter units: since 1970, or since midnight.
  public func text(_ units: Int64) -> String {
    let fraction = units.remainder(of: unitsPerSecond)
    let seconds = units.dividedDown(by: unitsPerSecond)
    let days = seconds.dividedDown(by: 86_400)
    let time = seconds.remainder(of: 86_400)
    let date = CivilDay(number: days)
    var bytes: [UInt8] = []
    for part in parts {
      switch part {
      case .literal(let byte): bytes.append(byte)
      case .year: Self.write(date.year, digits: 4, to: &bytes)
      case .shortYear: Self.write(date.year.remainder(of: 100), digits: 2, to: &bytes)
      case .month(let isPadded): Self.write(date.month, digits: isPadded ? 2 : 1, to: &bytes)
      case .monthName(let isFull):
        bytes += Self.monthNames[Int(date.month) - 1].prefix(isFull ? .max : 3)
      case .day(let isPadded): Self.write(date.day, digits: isPadded ? 2 : 1, to: &bytes)
      case .weekday(let isFull):
        bytes += Self.weekdayNames[CivilDay.weekday(of: days)].prefix(isFull ? .max : 3)
      case .hour(let isPadded): Self.write(time / 3_600, digits: isPadded ? 2 : 1, to: &bytes)
      case .halfDayHour(let isPadded):
        let hour = time / 3_600 % 12
        Self.write(hour == 0 ? 12 : hour, digits: isPadded ? 2 : 1, to: &bytes)
      case .halfDay: bytes += time < 43_200 ? "AM".utf8 : "PM".utf8
      case .minute: Self.write(time / 60 % 60, digits: 2, to: &bytes)
      case .second: Self.write(time % 60, digits: 2, to: &bytes)
      case .fraction(let digits): Self.write(fraction, digits: digits, to: &bytes)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func write(_ number: Int64, digits: Int, to bytes: inout [UInt8]) {
    let text = String(number).utf8
    for _ in 0..<max(digits - text.count, 0) { bytes.append(0x30) }
    bytes += text
  }

  /// Takes exactly so many digits.
  private static func number(_ rest: inout ArraySlice<UInt8>, digits: Int) -> Int64? {
    guard rest.count >= digits else { return nil }
    var number: Int64 = 0
    for _ in 0..<digits {
      guard let byte = rest.popFirst(), (0x30...0x39).contains(byte) else { return nil }
      number = number * 10 + Int64(byte - 0x30)
    }
    return number
  }

  /// Takes two digits, or as many as a number without zeros before it has.
  private static func pair(_ rest: inout ArraySlice<UInt8>, isPadded: Bool) -> Int64? {
    if isPadded { return number(&rest, digits: 2) }
    let digits = rest.prefix(2).prefix { (0x30...0x39).contains($0) }.count
    guard digits > 0, digits == 1 || rest.first != 0x30 else { return nil }
    return number(&rest, digits: digits)
  }

  private static func name(
    _ rest: inout ArraySlice<UInt8>, _ names: [[UInt8]], isFull: Bool
  ) -> Int? {
    for (index, name) in names.enumerated() {
      let expected = isFull ? name[...] : name.prefix(3)
      if rest.starts(with: expected) {
        rest = rest.dropFirst(expected.count)
        return index
      }
    }
    return nil
  }
}
