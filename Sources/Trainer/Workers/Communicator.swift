/// The processes that share out one run's pieces, as one of them sees it.
///
/// All of them call the same functions in the same order. Blocks of pieces are contiguous, so that
/// the order of the ranks is the order of the pieces.
protocol Communicator: AnyObject {
  /// This process's number; rank 0 writes files and prints.
  var rank: Int { get }
  /// Number of processes.
  var ranks: Int { get }

  /// Completes `buffer` on every rank: rank r has filled the r-th block, of `counts[r]` bytes.
  func allGather(_ buffer: UnsafeMutableRawPointer, counts: [Int])

  /// Sends the r-th block of `send` to rank r and receives a block from every rank, all in the
  /// order of the ranks; counts are bytes.
  func allToAll(
    _ send: UnsafeRawPointer, counts: [Int], into receive: UnsafeMutableRawPointer,
    receiveCounts: [Int])

  /// Returns the largest of the ranks' values.
  func maximum(_ value: Int) -> Int
}

extension Communicator {
  var isRoot: Bool { rank == 0 }

  /// Returns the r-th of as many contiguous shares of `count` as there are ranks.
  func share(_ rank: Int, of count: Int) -> Range<Int> {
    count * rank / ranks..<count * (rank + 1) / ranks
  }

  /// Tells whether it is so on any rank.
  func any(_ condition: Bool) -> Bool { maximum(condition ? 1 : 0) == 1 }

  /// Runs `body` on every rank; if it fails on some, all of them throw.
  ///
  /// - Throws: `body`'s error on the first rank that it failed on, `TrainerError.otherRank` on the
  ///   others, so that one rank reports it.
  func together<Value>(_ body: () throws -> Value) throws -> Value {
    let result = Result { try body() }
    var failed = false
    if case .failure = result { failed = true }
    let first = ranks - maximum(failed ? ranks - rank : 0)
    guard first < ranks, first != rank else { return try result.get() }
    throw TrainerError.otherRank(first)
  }

  /// Compares bytes of all ranks, as many on each; one rank alone does not make them.
  ///
  /// - Parameters:
  ///   - bytes: what all ranks must have in common.
  ///   - what: what it is made from, for a person.
  /// - Throws: `TrainerError.differentRanks` if they differ, and what making them throws.
  func expectEqual(_ bytes: @autoclosure () throws -> [UInt8], what: String) throws {
    guard ranks > 1 else { return }
    let bytes = try bytes()
    var all = Array(repeating: UInt8(0), count: ranks * bytes.count)
    all.replaceSubrange(rank * bytes.count..<(rank + 1) * bytes.count, with: bytes)
    all.withUnsafeMutableBytes { buffer in
      guard let base = buffer.baseAddress else { return }
      allGather(base, counts: Array(repeating: bytes.count, count: ranks))
    }
    try together {
      let other = (0..<ranks).first {
        all[$0 * bytes.count..<($0 + 1) * bytes.count] != all[0..<bytes.count]
      }
      if let other { throw TrainerError.differentRanks(rank: other, what: what) }
    }
  }
}

/// One process that has all pieces.
final class LocalCommunicator: Communicator {
  let rank = 0
  let ranks = 1

  func allGather(_ buffer: UnsafeMutableRawPointer, counts: [Int]) {}

  func allToAll(
    _ send: UnsafeRawPointer, counts: [Int], into receive: UnsafeMutableRawPointer,
    receiveCounts: [Int]
  ) {
    receive.copyMemory(from: send, byteCount: counts[0])
  }

  func maximum(_ value: Int) -> Int { value }
}
