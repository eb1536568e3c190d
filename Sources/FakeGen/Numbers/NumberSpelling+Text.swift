extension NumberSpelling {
  /// Appends a number as the column spells it.
  ///
  /// - Parameters:
  ///   - units: of 10^-`decimals`.
  ///   - decimals: digits after the point, 0 to 18.
  ///   - bytes: what the text is appended to, UTF-8.
  package func append(_ units: Int64, decimals: Int, to bytes: inout [UInt8]) {
    let minus = UInt8(ascii: "-")
    if units < 0, sign == .before { bytes.append(minus) }
    if units < 0, sign == .parentheses { bytes.append(UInt8(ascii: "(")) }
    bytes.append(contentsOf: prefix)
    if units < 0, sign == .inner { bytes.append(minus) }
    // 64 bits have 20 digits, and a fraction 18 and a zero before it.
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 24) { digits in
      var rest = units.magnitude
      var count = 0
      // The last digit first.
      while rest > 0 || count <= (scientific == nil ? decimals : 0) {
        digits[count] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
        rest /= 10
        count += 1
      }
      if let scientific {
        append(scientific, digits, count: count, decimals: units == 0 ? 0 : decimals, to: &bytes)
      } else {
        append(digits, count: count, decimals: decimals, to: &bytes)
      }
    }
    bytes.append(contentsOf: suffix)
    if units < 0, sign == .after { bytes.append(minus) }
    if units < 0, sign == .parentheses { bytes.append(UInt8(ascii: ")")) }
  }

  private func append(
    _ digits: UnsafeMutableBufferPointer<UInt8>, count: Int, decimals: Int,
    to bytes: inout [UInt8]
  ) {
    var last = 0
    while last < decimals - (leastDecimals ?? decimals), digits[last] == UInt8(ascii: "0") {
      last += 1
    }
    var place = count
    while place > last {
      if place == decimals {
        bytes.append(point)
      } else if place > decimals, place < count, (place - decimals) % 3 == 0 {
        bytes.append(contentsOf: group)
      }
      place -= 1
      bytes.append(digits[place])
    }
  }

  private func append(
    _ scientific: Scientific, _ digits: UnsafeMutableBufferPointer<UInt8>, count: Int,
    decimals: Int, to bytes: inout [UInt8]
  ) {
    var last = 0
    while last < count - 1, digits[last] == UInt8(ascii: "0") { last += 1 }
    let shown = count - 1 - last
    bytes.append(digits[count - 1])
    if shown > 0 || scientific.decimals > 0 { bytes.append(point) }
    for place in 0..<shown { bytes.append(digits[count - 2 - place]) }
    for _ in 0..<max(0, scientific.decimals - shown) { bytes.append(UInt8(ascii: "0")) }
    bytes.append(scientific.letter)
    let exponent = count - 1 - decimals
    if exponent < 0 {
      bytes.append(UInt8(ascii: "-"))
    } else if scientific.hasPlus {
      bytes.append(UInt8(ascii: "+"))
    }
    if scientific.exponentDigits == 3 { bytes.append(UInt8(ascii: "0")) }
    let size = UInt8(truncatingIfNeeded: exponent.magnitude)
    if size >= 10 || scientific.exponentDigits > 1 { bytes.append(UInt8(ascii: "0") + size / 10) }
    bytes.append(UInt8(ascii: "0") + size % 10)
  }
}
