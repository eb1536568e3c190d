/// Philox4x32-10, the counter-based generator of Salmon, Moraes, Dror and Shaw, "Parallel random
/// numbers: as easy as 1, 2, 3" (2011): a bijection of a 128-bit counter under a 64-bit key.
package enum Philox {
  /// Four words of 32 bits.
  package typealias Block = (UInt32, UInt32, UInt32, UInt32)

  /// Returns the block of four uniform 32-bit words at `counter` under `key`.
  package static func block(counter: Block, key: (UInt32, UInt32)) -> Block {
    var counter = counter
    var key = key
    for _ in 0..<10 {
      let first = UInt64(counter.0) &* 0xD251_1F53
      let second = UInt64(counter.2) &* 0xCD9E_8D57
      counter = (
        UInt32(truncatingIfNeeded: second >> 32) ^ counter.1 ^ key.0,
        UInt32(truncatingIfNeeded: second),
        UInt32(truncatingIfNeeded: first >> 32) ^ counter.3 ^ key.1,
        UInt32(truncatingIfNeeded: first)
      )
      key = (key.0 &+ 0x9E37_79B9, key.1 &+ 0xBB67_AE85)
    }
    return counter
  }
}
