extension UInt32 {
  /// Eight hexadecimal digits.
  var hexadecimal: String {
    let digits: [UInt8] = (0..<8).map { position in
      let digit = UInt8(truncatingIfNeeded: (self >> UInt32(28 - 4 * position)) & 15)
      return digit < 10 ? 0x30 + digit : 0x57 + digit
    }
    return String(decoding: digits, as: UTF8.self)
  }
}
