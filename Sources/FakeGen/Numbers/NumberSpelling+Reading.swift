extension NumberSpelling {
  /// Rewrites a number that is spelled so with a sign, digits, a point and an exponent alone.
  ///
  /// - Parameter text: UTF-8. Spaces around it do not count, a sign may stand on either side of the
  ///   prefix wherever numbers below 0 have theirs, and groups may be left out.
  /// - Returns: the plain number, as in `-1200.50` or `7.842e-09`; nil for what is not spelled so.
  package func plain(_ text: ArraySlice<UInt8>) -> [UInt8]? {
    var rest = text
    while rest.first == UInt8(ascii: " ") { rest = rest.dropFirst() }
    while rest.last == UInt8(ascii: " ") { rest = rest.dropLast() }
    var plain: [UInt8] = []
    if sign == .parentheses, rest.first == UInt8(ascii: "("), rest.last == UInt8(ascii: ")") {
      plain.append(UInt8(ascii: "-"))
      rest = rest.dropFirst().dropLast()
    } else if sign == .after, rest.last == UInt8(ascii: "-") {
      plain.append(UInt8(ascii: "-"))
      rest = rest.dropLast()
    } else {
      takeSign(&rest, into: &plain)
    }
    // Spaces at the ends of the marks are not told from those around the text.
    guard Self.take(prefix, from: &rest) else { return nil }
    if plain.isEmpty { takeSign(&rest, into: &plain) }
    guard Self.drop(suffix, from: &rest) else { return nil }
    guard let first = rest.first, Self.isDigit(first) || first == point else { return nil }
    let start = plain.count
    var groupStart = start
    var isGrouped = false
    while let byte = rest.first {
      if Self.isDigit(byte) {
        plain.append(byte)
        rest = rest.dropFirst()
      } else if !group.isEmpty, rest.starts(with: group) {
        let size = plain.count - groupStart
        guard isGrouped ? size == 3 : (1...3).contains(size) else { return nil }
        isGrouped = true
        groupStart = plain.count
        rest = rest.dropFirst(group.count)
      } else {
        break
      }
    }
    // A zero before a group tells nothing: what follows it is no group.
    if isGrouped, plain.count - groupStart != 3 || plain[start] == UInt8(ascii: "0") { return nil }
    if rest.first == point {
      plain.append(UInt8(ascii: "."))
      rest = rest.dropFirst()
      while let byte = rest.first, Self.isDigit(byte) {
        plain.append(byte)
        rest = rest.dropFirst()
      }
    }
    guard let letter = rest.first else { return plain }
    guard letter == UInt8(ascii: "e") || letter == UInt8(ascii: "E") else { return nil }
    plain.append(letter)
    rest = rest.dropFirst()
    takeSign(&rest, into: &plain)
    guard (1...3).contains(rest.count) else { return nil }
    for byte in rest {
      guard Self.isDigit(byte) else { return nil }
      plain.append(byte)
    }
    return plain
  }

  private func takeSign(_ rest: inout ArraySlice<UInt8>, into plain: inout [UInt8]) {
    guard let sign = rest.first, Self.isSign(sign) else { return }
    plain.append(sign)
    rest = rest.dropFirst()
  }

  /// Takes a mark from the front; false if it is not there.
  private static func take(_ mark: [UInt8], from rest: inout ArraySlice<UInt8>) -> Bool {
    let mark = mark.drop { $0 == UInt8(ascii: " ") }
    guard rest.starts(with: mark) else { return false }
    rest = rest.dropFirst(mark.count)
    return true
  }

  /// Takes a mark from the end; false if it is not there.
  private static func drop(_ mark: [UInt8], from rest: inout ArraySlice<UInt8>) -> Bool {
    var mark = mark[...]
    while mark.last == UInt8(ascii: " ") { mark = mark.dropLast() }
    guard rest.count >= mark.count, rest.suffix(mark.count).elementsEqual(mark) else {
      return false
    }
    rest = rest.dropLast(mark.count)
    return true
  }
}
