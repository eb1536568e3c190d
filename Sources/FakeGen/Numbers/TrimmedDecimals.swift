/// The commonest spellings: nothing beside the digits, with zeros left out at their end, or a comma
/// for the point.
struct TrimmedDecimals: Sendable {
  /// Digits after the point, 0 to 18.
  let decimals: Int
  /// How many of them are written though they are zeros.
  let least: Int
  /// The decimal mark.
  let point: UInt8

  /// Creates the form of a column's spelling; nil if it has none, or one that says more.
  init?(_ column: Column) {
    guard let spelling = column.spelling, spelling.prefix.isEmpty, spelling.suffix.isEmpty,
      spelling.group.isEmpty, spelling.sign == .before, spelling.scientific == nil
    else { return nil }
    decimals = column.kind.plainDecimals
    least = min(decimals, spelling.leastDecimals ?? decimals)
    point = spelling.point
  }

  /// Appends a number, as `NumberSpelling.append` would.
  ///
  /// - Parameters:
  ///   - units: of 10^-`decimals`.
  ///   - bytes: what the text is appended to.
  func append(_ units: Int64, to bytes: inout [UInt8]) {
    appendDecimal(units, decimals: decimals, to: &bytes)
    var shown = decimals
    while shown > least, bytes[bytes.count - 1] == UInt8(ascii: "0") {
      bytes.removeLast()
      shown -= 1
    }
    if shown > 0 {
      bytes[bytes.count - 1 - shown] = point
    } else if decimals > 0 {
      bytes.removeLast()
    }
  }
}
