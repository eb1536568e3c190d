import FakeGen

/// How a column's values lie in memory, as the Arrow C data interface has it.
enum ArrowType {
  /// UTF-8 with 64-bit offsets.
  case text
  /// 64 bits.
  case integer
  /// The nearest binary64 number of units of 10^-`decimals`.
  case real(decimals: Int)
  /// 128 bits: units of 10^-`decimals`.
  case decimal(decimals: Int)
  /// Bits.
  case boolean
  /// 32 bits: days since 1970.
  case date
  /// 64 bits: microseconds since midnight, made of a moment's units.
  case time(MomentUnits)
  /// 64 bits: microseconds since 1970, made of a moment's units.
  case timestamp(MomentUnits, offset: Int64, hasZone: Bool)
  /// 64-bit offsets into a column of values, or into columns of messages' fields.
  case list(ListKind)

  /// Digits of a second's fraction that microseconds keep.
  private static let fractionDigits = 6

  /// The type of a column.
  init(_ kind: ColumnKind, _ layout: ColumnLayout) {
    if layout.isNested, case .list(let list) = kind {
      self = .list(list)
      return
    }
    switch kind.valueType {
    case .integer: self = .integer
    case .decimal(let decimals):
      self = layout.isExact ? .decimal(decimals: decimals) : .real(decimals: decimals)
    case .boolean: self = .boolean
    case .text, .list: self = .text
    case .date: self = .date
    case .time(let digits):
      if case .moment(let layout) = kind, digits <= Self.fractionDigits {
        self = .time(MomentUnits(layout))
      } else {
        self = .text
      }
    case .timestamp(let digits, let hasZone):
      // A zone of each value's own has no place in a column of moments.
      if case .moment(let layout) = kind, digits <= Self.fractionDigits, !layout.showsZone {
        self = .timestamp(
          MomentUnits(layout), offset: hasZone ? zoneSeconds(layout.text) : 0, hasZone: hasZone)
      } else {
        self = .text
      }
    }
  }

  /// The format as the interface spells it, ASCII.
  var format: String {
    switch self {
    case .text: "U"
    case .integer: "l"
    case .real: "g"
    case .decimal(let decimals): "d:19,\(max(decimals, 0))"
    case .boolean: "b"
    case .date: "tdD"
    case .time: "ttu"
    case .timestamp(_, _, let hasZone): hasZone ? "tsu:UTC" : "tsu:"
    case .list: "+L"
    }
  }
}

/// Seconds from UTC to the zone that a layout ends in: `Z`, or as in `+01:00`.
private func zoneSeconds(_ layout: String) -> Int64 {
  let zone = Array(layout.utf8.suffix(6))
  guard zone.count == 6, zone[5] != UInt8(ascii: "Z") else { return 0 }
  func number(_ place: Int) -> Int64 {
    Int64(zone[place] &- UInt8(ascii: "0")) * 10 + Int64(zone[place + 1] &- UInt8(ascii: "0"))
  }
  let seconds = 60 * (60 * number(1) + number(4))
  return zone[0] == UInt8(ascii: "-") ? -seconds : seconds
}

/// From a moment's units to the microseconds of what is printed of it.
struct MomentUnits {
  /// Units of a second.
  let perSecond: Int64
  /// Units of the shortest time that the layout shows.
  let resolution: Int64

  init(_ layout: MomentLayout) {
    perSecond = layout.unitsPerSecond
    resolution = layout.resolution
  }

  /// Returns microseconds of what is shown of `units`; wraps beyond 292,000 years.
  func microseconds(_ units: Int64) -> Int64 {
    let shown = units &- floorRemainder(units, by: resolution)
    return shown &* (1_000_000 / perSecond)
  }
}

/// The remainder of a division that rounds down, in `0..<divisor`; `divisor` is at least 1.
func floorRemainder(_ number: Int64, by divisor: Int64) -> Int64 {
  let remainder = number % divisor
  return remainder < 0 ? remainder &+ divisor : remainder
}
