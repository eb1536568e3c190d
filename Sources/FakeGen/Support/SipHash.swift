/// SipHash-2-4 (Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012): 64 bits of hash.
package enum SipHash {
  private struct State {
    var v0: UInt64
    var v1: UInt64
    var v2: UInt64
    var v3: UInt64

    @inline(__always)
    mutating func round() {
      v0 &+= v1
      v1 = State.rotated(v1, 13) ^ v0
      v0 = State.rotated(v0, 32)
      v2 &+= v3
      v3 = State.rotated(v3, 16) ^ v2
      v0 &+= v3
      v3 = State.rotated(v3, 21) ^ v0
      v2 &+= v1
      v1 = State.rotated(v1, 17) ^ v2
      v2 = State.rotated(v2, 32)
    }

    @inline(__always)
    mutating func take(_ word: UInt64) {
      v3 ^= word
      round()
      round()
      v0 ^= word
    }

    @inline(__always)
    static func rotated(_ word: UInt64, _ bits: UInt64) -> UInt64 {
      word &<< bits | word &>> (64 &- bits)
    }
  }

  /// Returns the hash of `bytes`.
  ///
  /// - Parameters:
  ///   - bytes: the message.
  ///   - key: little-endian halves of the key.
  package static func hash(_ bytes: [UInt8], key: (UInt64, UInt64) = (0, 0)) -> UInt64 {
    var state = State(
      v0: key.0 ^ 0x736F_6D65_7073_6575, v1: key.1 ^ 0x646F_7261_6E64_6F6D,
      v2: key.0 ^ 0x6C79_6765_6E65_7261, v3: key.1 ^ 0x7465_6462_7974_6573)
    bytes.withUnsafeBytes { bytes in
      let whole = bytes.count & ~7
      for start in stride(from: 0, to: whole, by: 8) {
        state.take(
          UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: start, as: UInt64.self)))
      }
      var word = UInt64(truncatingIfNeeded: bytes.count & 0xFF) &<< 56
      for index in whole..<bytes.count {
        word |= UInt64(bytes[index]) &<< UInt64(truncatingIfNeeded: 8 &* (index & 7))
      }
      state.take(word)
    }
    state.v2 ^= 0xFF
    for _ in 0..<4 { state.round() }
    return state.v0 ^ state.v1 ^ state.v2 ^ state.v3
  }
}
