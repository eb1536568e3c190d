#if MPI
  import CMPI

  /// The ranks that mpirun, or another launcher, has started.
  final class MPICommunicator: Communicator {
    let rank: Int
    let ranks: Int

    /// Starts MPI, which a process can do once.
    init() {
      var (rank, ranks): (Int32, Int32) = (0, 1)
      let code = cmpi_start(&rank, &ranks)
      (self.rank, self.ranks) = (Int(rank), Int(ranks))
      check(code)
    }

    deinit { _ = cmpi_finish() }

    func allGather(_ buffer: UnsafeMutableRawPointer, counts: [Int]) {
      let blocks = blocks(counts)
      check(cmpi_all_gather(buffer, blocks.counts, blocks.offsets))
    }

    func allToAll(
      _ send: UnsafeRawPointer, counts: [Int], into receive: UnsafeMutableRawPointer,
      receiveCounts: [Int]
    ) {
      let (sent, received) = (blocks(counts), blocks(receiveCounts))
      check(
        cmpi_all_to_all(
          send, sent.counts, sent.offsets, receive, received.counts, received.offsets))
    }

    func maximum(_ value: Int) -> Int {
      var value = Int32(value)
      check(cmpi_maximum(&value))
      return Int(value)
    }

    /// Ends the run on every rank after an error: the others wait for this one.
    private func check(_ code: Int32) {
      guard cmpi_is_success(code) == 0 else { return }
      var text = [CChar](repeating: 0, count: cmpi_message_capacity + 1)
      cmpi_message(code, &text)
      let message = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
      abort("MPI: \(String(decoding: message, as: UTF8.self))")
    }

    private func abort(_ message: String) -> Never {
      warn(
        "rank \(rank) of \(ranks): \(message); "
          + "the run ends, --resume goes on from its last checkpoint")
      cmpi_abort(1)
    }

    /// Returns the places of contiguous blocks of so many bytes. MPI counts them with 32 bits.
    private func blocks(_ counts: [Int]) -> (counts: [Int32], offsets: [Int32]) {
      let total = counts.reduce(0, +)
      guard total <= Int32.max else {
        abort(
          "expected at most 2^31 - 1 bytes in one exchange, found \(total); "
            + "start more ranks, or --set fewer pieces or workersPerStep or a smaller batchSize")
      }
      var offsets: [Int32] = []
      var next = 0
      for count in counts {
        offsets.append(Int32(next))
        next += count
      }
      return (counts.map { Int32($0) }, offsets)
    }
  }
#endif
