/// Which bytes of a text stand for something else in a format, and what is written in their place.
struct EscapeTable: Sendable {
  /// Per byte: what is written, the first byte lowest, and in the highest byte how many bytes that
  /// is. 0 for a byte that is not special.
  private var entries = [UInt64](repeating: 0, count: 256)

  /// Makes `byte` special: `replacement`, of 1 to 7 bytes, is written for it.
  mutating func set(_ byte: UInt8, _ replacement: [UInt8]) {
    precondition((1...7).contains(replacement.count))
    var entry = UInt64(replacement.count) << 56
    for (index, byte) in replacement.enumerated() { entry |= UInt64(byte) << UInt64(8 * index) }
    entries[Int(byte)] = entry
  }

  /// Replaces the special bytes from `start` on. If there are any and `quote` is given, the whole
  /// is put between two of that byte.
  func escape(_ bytes: inout [UInt8], from start: Int, quote: UInt8? = nil) {
    let growth = growth(of: bytes, from: start)
    guard let growth else { return }
    let oldEnd = bytes.count
    let newEnd = oldEnd + growth + (quote == nil ? 0 : 2)
    bytes.reserveCapacity(newEnd)
    for _ in oldEnd..<newEnd { bytes.append(quote ?? 0) }
    // From the end on, so that nothing is overwritten before it is read.
    var write = newEnd
    if let quote {
      write -= 1
      bytes[write] = quote
    }
    var read = oldEnd
    while read > start {
      read -= 1
      let entry = entries[Int(bytes[read])]
      if entry == 0 {
        write -= 1
        bytes[write] = bytes[read]
        continue
      }
      var index = entry >> 56
      while index > 0 {
        index -= 1
        write -= 1
        bytes[write] = UInt8(truncatingIfNeeded: entry >> (8 * index))
      }
    }
    if let quote { bytes[start] = quote }
  }

  /// Returns how many bytes longer the text from `start` on becomes; nil if no byte of it is
  /// special.
  private func growth(of bytes: [UInt8], from start: Int) -> Int? {
    bytes.withUnsafeBufferPointer { bytes in
      entries.withUnsafeBufferPointer { entries in
        var growth = 0
        var isSpecial = false
        for index in start..<bytes.count {
          let entry = entries[Int(bytes[index])]
          if entry != 0 {
            isSpecial = true
            growth += Int(entry >> 56) - 1
          }
        }
        return isSpecial ? growth : nil
      }
    }
  }
}
