/// The uniform 32-bit draws of one module in one row.
///
/// Counter words: row (low, high), the module's stream number, block of four draws with the attempt
/// at the row in its upper eight bits. The key is the seed. So each draw is a pure function of
/// (seed, row, attempt, stream, position).
package struct RandomStream: Sendable {
  private let key: (UInt32, UInt32)
  private var counter: Philox.Block
  private var block: Philox.Block = (0, 0, 0, 0)
  private var used = 4

  /// Creates a module's draws for one row.
  ///
  /// - Parameters:
  ///   - seed: the key.
  ///   - row: number of the row.
  ///   - stream: the module's stream number.
  ///   - attempt: attempt at the row, below 256.
  package init(seed: UInt64, row: UInt64, stream: UInt32, attempt: UInt32 = 0) {
    key = (UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
    counter = (
      UInt32(truncatingIfNeeded: row), UInt32(truncatingIfNeeded: row >> 32), stream,
      attempt &<< 24
    )
  }

  /// Returns the next draw.
  package mutating func next() -> UInt32 {
    if used == 4 {
      block = Philox.block(counter: counter, key: key)
      counter.3 &+= 1
      used = 0
    }
    used += 1
    switch used {
    case 1: return block.0
    case 2: return block.1
    case 3: return block.2
    default: return block.3
    }
  }
}
