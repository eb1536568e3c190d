/// One value of a row.
public enum Field: Sendable, Hashable {
  /// No value.
  case null
  /// The value of a `.text`, `.digits` or `.moment` column.
  case text(String)
  /// `units` times 10^-decimals.
  case real(units: Int64, decimals: Int)
  /// An integer.
  case integer(Int64)
  /// True or false.
  case boolean(Bool)
  /// The name of an enum's value.
  case enumeration(String)
  /// The elements of a `.list` column, each with a field for each of its columns.
  case list([Row])

  /// Appends the value's plain text as UTF-8, the same in every locale: nothing for null
  /// and lists, reals with all their decimals (`-72.500000`), booleans as `true` and `false`. Nothing
  /// is quoted.
  ///
  /// - Parameter bytes: what the text is appended to.
  public func append(to bytes: inout [UInt8]) {
    switch self {
    case .null: break
    case .text(let text), .enumeration(let text): bytes.append(text)
    case .real(let units, let decimals): appendDecimal(units, decimals: decimals, to: &bytes)
    case .integer(let value): appendDecimal(value, decimals: 0, to: &bytes)
    case .boolean(let value): appendBoolean(value, to: &bytes)
    case .list: break
    }
  }
}

/// Appends `units` times 10^-decimals with exactly `decimals` digits after the point.
func appendDecimal(_ units: Int64, decimals: Int, to bytes: inout [UInt8]) {
  // A sign, digits and a point, from the last one on.
  withUnsafeTemporaryAllocation(of: UInt8.self, capacity: max(decimals, 20) + 3) { text in
    var start = text.count
    func put(_ byte: UInt8) {
      start -= 1
      text[start] = byte
    }
    var rest = units.magnitude
    var written = 0
    repeat {
      if written == decimals && decimals > 0 { put(UInt8(ascii: ".")) }
      let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
      put(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: digit))
      rest = quotient
      written += 1
    } while rest > 0 || written <= decimals
    if units < 0 { put(UInt8(ascii: "-")) }
    bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[start...]))
  }
}

func appendBoolean(_ value: Bool, to bytes: inout [UInt8]) {
  if value {
    bytes.append(contentsOf: [0x74, 0x72, 0x75, 0x65])
  } else {
    bytes.append(contentsOf: [0x66, 0x61, 0x6C, 0x73, 0x65])
  }
}
