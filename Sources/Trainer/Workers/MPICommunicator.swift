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
      let blocks = Blocks(counts)
      check(cmpi_all_gather(buffer, blocks.counts, blocks.offsets))
    }

    func allToAll(
      _ send: UnsafeRawPointer, counts: [Int], into receive: UnsafeMutableRawPointer,
      receiveCounts: [Int]
    ) {
      let (sent, received) = (Blocks(counts), Blocks(receiveCounts))
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
      warn(
        "rank \(rank) of \(ranks): MPI: \(String(decoding: message, as: UTF8.self)); "
          + "the run ends, --resume goes on from its last checkpoint")
      cmpi_abort(1)
    }

    /// Places of contiguous blocks.
    private struct Blocks {
      let counts: [Int32]
      let offsets: [Int32]

      init(_ counts: [Int]) {
        self.counts = counts.map { Int32($0) }
        var (offsets, next) = ([Int32](), Int32(0))
        for count in self.counts {
          offsets.append(next)
          next += count
        }
        self.offsets = offsets
      }
    }
  }
#endif
