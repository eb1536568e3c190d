/// Distinct texts, numbered from 0 in the order in which they came. Texts are equal if their bytes
/// are.
struct TextDictionary: Sendable {
  private var bytes: [UInt8] = []
  /// Where each text ends in `bytes`.
  private var ends: [Int] = []
  /// Numbers of texts by hash, open addressing; -1 is free. As many as a power of two.
  private var slots: [Int32] = Array(repeating: -1, count: 16)

  /// Number of texts.
  var count: Int { ends.count }

  /// Returns the text of a number.
  subscript(code: Int) -> String { String(decoding: bytes[range(code)], as: UTF8.self) }

  /// The bytes of a text.
  func utf8(_ code: Int) -> ArraySlice<UInt8> { bytes[range(code)] }

  /// Returns the number of a text, a new one if it is new.
  mutating func code(_ text: String) -> Int32 {
    var text = text
    return text.withUTF8 { code($0) }
  }

  /// Returns the number of a text, nil if it is not there.
  func find(_ text: String) -> Int32? {
    var text = text
    return text.withUTF8 { text in
      let code = slots[slot(of: text)]
      return code < 0 ? nil : code
    }
  }

  private mutating func code(_ text: UnsafeBufferPointer<UInt8>) -> Int32 {
    let slot = slot(of: text)
    if slots[slot] >= 0 { return slots[slot] }
    let code = Int32(ends.count)
    bytes.append(contentsOf: text)
    ends.append(bytes.count)
    slots[slot] = code
    if ends.count * 2 > slots.count { grow() }
    return code
  }

  private func range(_ code: Int) -> Range<Int> {
    (code == 0 ? 0 : ends[code - 1])..<ends[code]
  }

  /// The slot that holds the text, or the free one that it would take.
  private func slot(of text: UnsafeBufferPointer<UInt8>) -> Int {
    var slot = Int(truncatingIfNeeded: Self.hash(text)) & (slots.count - 1)
    while slots[slot] >= 0, !isEqual(Int(slots[slot]), text) {
      slot = (slot + 1) & (slots.count - 1)
    }
    return slot
  }

  private func isEqual(_ code: Int, _ text: UnsafeBufferPointer<UInt8>) -> Bool {
    let range = range(code)
    guard range.count == text.count else { return false }
    return bytes.withUnsafeBufferPointer { bytes in
      for (index, byte) in zip(range, text) where bytes[index] != byte { return false }
      return true
    }
  }

  private mutating func grow() {
    slots = Array(repeating: -1, count: slots.count * 2)
    bytes.withUnsafeBufferPointer { bytes in
      for code in ends.indices {
        let text = UnsafeBufferPointer(rebasing: bytes[range(code)])
        var slot = Int(truncatingIfNeeded: Self.hash(text)) & (slots.count - 1)
        while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
        slots[slot] = Int32(code)
      }
    }
  }

  /// FNV-1a with a last mix.
  private static func hash(_ text: UnsafeBufferPointer<UInt8>) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in text { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    hash = (hash ^ (hash >> 32)) &* 0x9E37_79B9_7F4A_7C15
    return hash ^ (hash >> 29)
  }
}
