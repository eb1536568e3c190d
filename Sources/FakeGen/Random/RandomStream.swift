/// The uniform 32-bit draws of one module in one row.
///
/// Counter words: row (low, high), the module's stream number, block of four draws with the attempt
/// at the row in its upper eight bits and, in lists, the element's number in the twelve bits below.
/// The key is the seed. So each draw is a pure function of (seed, row, attempt, element, stream,
/// position).
package struct RandomStream: Sendable {
  /// Elements of a row that have draws of their own. Each has 2^12 blocks, of which a text of the
  /// greatest length takes half.
  package static let maximumElements = 1 << 12

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
  ///   - element: number of the list's element, below `maximumElements`; 0 outside of lists.
  package init(
    seed: UInt64, row: UInt64, stream: UInt32, attempt: UInt32 = 0, element: UInt32 = 0
  ) {
    key = (UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
    counter = (
      UInt32(truncatingIfNeeded: row), UInt32(truncatingIfNeeded: row >> 32), stream,
      Self.block(attempt: attempt, element: element)
    )
  }

  /// Returns the counter's fourth word at a stream's start.
  static func block(attempt: UInt32, element: UInt32 = 0) -> UInt32 {
    attempt &<< 24 | element &<< 12
  }

  /// Returns the key of the draws of an element that is drawn anew: far from those of seeds near by,
  /// which have other keys for all of their times.
  ///
  /// - Parameters:
  ///   - seed: the key before.
  ///   - retry: number of the time, from 1 on.
  package static func seed(_ seed: UInt64, retry: UInt32) -> UInt64 {
    (seed &+ 0xD1B5_4A32_D192_ED03) &* 0x9E37_79B9_7F4A_7C15 ^ UInt64(retry)
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
