import Autodiff
import Foundation
import TestSupport
import Testing

@testable import Trainer

/// Ranks as threads of one process, which exchange through shared memory.
private final class ThreadCommunicator: Communicator, @unchecked Sendable {
  /// What a rank's thread shows the others during an exchange.
  private final class Board: @unchecked Sendable {
    private let condition = NSCondition()
    private var arrived = 0
    private var round = 0
    var blocks: [UnsafeRawPointer?]
    var counts: [[Int]]

    init(ranks: Int) {
      blocks = Array(repeating: nil, count: ranks)
      counts = Array(repeating: [], count: ranks)
    }

    /// Waits until all ranks are here.
    func meet() {
      condition.withLock {
        arrived += 1
        if arrived == blocks.count {
          (arrived, round) = (0, round + 1)
          condition.broadcast()
        } else {
          let current = round
          while round == current { condition.wait() }
        }
      }
    }

    func show(_ block: UnsafeRawPointer?, counts: [Int], rank: Int) {
      condition.withLock { (blocks[rank], self.counts[rank]) = (block, counts) }
      meet()
    }
  }

  let rank: Int
  let ranks: Int
  private let board: Board

  private init(rank: Int, ranks: Int, board: Board) {
    (self.rank, self.ranks, self.board) = (rank, ranks, board)
  }

  /// Runs `body` on as many ranks at once; their results in order.
  static func run<Value>(
    ranks: Int, _ body: @escaping @Sendable (any Communicator) -> Value
  ) -> [Value] {
    let board = Board(ranks: ranks)
    let results = Unchecked(ResultSlots<Value?>(count: ranks, nil))
    let group = DispatchGroup()
    for rank in 0..<ranks {
      group.enter()
      Thread.detachNewThread {
        let communicator = ThreadCommunicator(rank: rank, ranks: ranks, board: board)
        results.value.values[rank] = body(communicator)
        group.leave()
      }
    }
    group.wait()
    return results.value.values.map { $0! }
  }

  func allGather(_ buffer: UnsafeMutableRawPointer, counts: [Int]) {
    let offset = counts.prefix(rank).reduce(0, +)
    board.show(buffer + offset, counts: counts, rank: rank)
    var place = 0
    for (other, count) in counts.enumerated() {
      #expect(board.counts[other] == counts)
      if other != rank { (buffer + place).copyMemory(from: board.blocks[other]!, byteCount: count) }
      place += count
    }
    board.meet()
  }

  func allToAll(
    _ send: UnsafeRawPointer, counts: [Int], into receive: UnsafeMutableRawPointer,
    receiveCounts: [Int]
  ) {
    board.show(send, counts: counts, rank: rank)
    var place = 0
    for (other, count) in receiveCounts.enumerated() {
      let sent = board.counts[other]
      #expect(sent[rank] == count)
      (receive + place).copyMemory(
        from: board.blocks[other]! + sent.prefix(rank).reduce(0, +), byteCount: count)
      place += count
    }
    board.meet()
  }

  func maximum(_ value: Int) -> Int {
    var values = Array(repeating: 0, count: ranks)
    values[rank] = value
    let size = MemoryLayout<Int>.size
    values.withUnsafeMutableBytes {
      allGather($0.baseAddress!, counts: Array(repeating: size, count: ranks))
    }
    return values.max()!
  }
}

@Suite struct CommunicatorTests {
  /// Gradients whose sum depends on the order in which they are added.
  private static func gradients(_ pieces: Range<Int>, count: Int) -> [ParameterVector<Float>] {
    pieces.map { piece in
      let random = RandomGenerator(seed: 5, stream: UInt64(piece))
      let vector = ParameterVector<Float>(count: count)
      for i in 0..<count { vector.values[i] = Float(random.normal() * pow(10, Double(i % 7))) }
      return vector
    }
  }

  private static func sum(_ vectors: [ParameterVector<Float>]) -> [UInt32] {
    (0..<vectors[0].count).map { i in
      vectors.dropFirst().reduce(vectors[0].values[i]) { $0 + $1.values[i] }.bitPattern
    }
  }

  @Test(arguments: [1, 2, 3, 5], [1, 3, 37, 1000]) func gradientsAreSummedInOrder(
    ranks: Int, count: Int
  ) {
    let pieces = 5
    let all = Self.gradients(0..<pieces, count: count)
    let expected = Self.sum(all)
    let found = ThreadCommunicator.run(ranks: ranks) { communicator in
      let own = communicator.share(communicator.rank, of: pieces)
      let reduction = GradientReduction(
        communicator: communicator, count: count, pieces: pieces)
      let gradients = Self.gradients(own, count: count)
      return (0..<2).map { _ in Self.sum(reduction.reduced(gradients)) }
    }
    #expect(found.allSatisfy { $0 == [expected, expected] })
    if count == 1000 { #expect(Self.sum(all.reversed()) != expected) }
  }

  /// One preset for each thing that a step exchanges.
  static let methods = [
    [], ["stringGroundTruth=[{at: 0%, value: 0.5}]"],
    ["multiscale={levels: 4, spacing: linear}"], ["multiscale={levels: 3, dealing: randomRows}"],
    ["augmentation={variants: 7, start: 10%}"],
    ["augmentation={variants: 5, start: 0%, noise: false, replacement: discriminator}"],
    ["augmentation={variants: 5, start: 0%, source: prior}"],
    ["workersPerStep=3", "multiscale={levels: 4}", "augmentation={variants: 7, start: 10%}"],
    ["workersPerStep=2", "latent.regularizer=wasserstein", "architecture.deviation=none"],
    ["workersPerStep=2", "latent.regularizer=adversarial", "architecture.deviation=none"],
    [
      "workersPerStep=3", "multiscale={levels: 3, dealing: randomRows}",
      "stringGroundTruth=[{at: 0%, value: 0.5}]",
    ],
    [
      "workersPerStep=2", "latent={regularizer: freeBits, freeBits: {minimum: 0.5, groupSize: 2}}",
      "augmentation={variants: 5, start: 0%, noise: false, replacement: discriminator}",
    ],
    ["latent.regularizer=adversarial", "architecture.deviation=none"],
    ["latent.regularizer=wasserstein", "architecture.deviation=none"],
    ["latent={regularizer: freeBits, freeBits: {minimum: 0.5, groupSize: 2}}"],
  ]

  private static func train(
    _ overrides: [String], threads: Int, _ communicator: any Communicator
  ) throws -> (reports: [String], checkpoint: [UInt8]) {
    let preset = try fixturePreset(["pieces=5", "workers=12", "steps=20"] + overrides)
    let run = TrainingRun(
      preset: preset, source: try fixtureSource(preset), threads: threads,
      communicator: communicator)
    let reports = (0..<preset.steps).map { _ in
      let report = run.advance()
      return "\(report.loss) \(report.divergence) \(report.bitsPerCharacter) "
        + "\(report.gradientNorm) \(report.components) "
        + "\(report.figures.sorted { $0.key.rawValue < $1.key.rawValue })"
    }
    return (reports, try run.checkpoint(compact: false).encoded())
  }

  @Test(arguments: methods) func ranksMakeNoDifference(overrides: [String]) throws {
    let expected = try Self.train(overrides, threads: 1, LocalCommunicator())
    for (ranks, threads) in [(2, 1), (3, 2), (5, 1)] {
      let results = ThreadCommunicator.run(ranks: ranks) { communicator in
        Result { try Self.train(overrides, threads: threads, communicator) }
      }
      for result in results {
        let found = try result.get()
        #expect(found.reports == expected.reports)
        #expect(found.checkpoint == expected.checkpoint)
      }
    }
  }

  private struct Failure: Error {}

  /// All ranks fail together, and one of them says why.
  @Test func failuresAreShared() {
    let thrown = ThreadCommunicator.run(ranks: 4) { communicator in
      do {
        try communicator.together { if communicator.rank % 2 == 1 { throw Failure() } }
        return "nothing"
      } catch is Failure {
        return "failure"
      } catch {
        return "\(error)"
      }
    }
    #expect(thrown == ["rank 1 has failed", "failure", "rank 1 has failed", "rank 1 has failed"])
    let found = ThreadCommunicator.run(ranks: 3) { communicator in
      (try? communicator.together { communicator.rank }) ?? -1
    }
    #expect(found == [0, 1, 2])
    let any = ThreadCommunicator.run(ranks: 3) { $0.any($0.rank == 2) }
    #expect(any == [true, true, true])
  }

  @Test func differencesAreSeen() {
    for (odd, expected) in [(-1, ["nil", "nil", "nil"]), (2, ["rank 2", "other", "other"])] {
      let thrown = ThreadCommunicator.run(ranks: 3) { communicator in
        do {
          try communicator.expectEqual([1, communicator.rank == odd ? 3 : 2], what: "data")
          return "nil"
        } catch TrainerError.differentRanks(let rank, _) {
          return "rank \(rank)"
        } catch {
          return "other"
        }
      }
      #expect(thrown == expected)
    }
  }

  /// One process has nobody to compare with, and does not make what it would compare.
  @Test func aloneNothingIsCompared() throws {
    var isMade = false
    func bytes() -> [UInt8] {
      isMade = true
      return [1]
    }
    try LocalCommunicator().expectEqual(bytes(), what: "data")
    #expect(!isMade)
  }

  /// MPI counts bytes in 32 bits.
  @Test func exchangesAreBounded() throws {
    let most = 536_870_910
    try GradientReduction.check(count: most, pieces: 2, ranks: 2)
    #expect(
      throws: TrainerError.largeExchange(bytes: 1 << 31, ranks: 2, pieces: 2)
    ) { try GradientReduction.check(count: most + 1, pieces: 2, ranks: 2) }
    #expect(
      throws: TrainerError.largeExchange(bytes: 8 * most, ranks: 2, pieces: 3)
    ) { try GradientReduction.check(count: most, pieces: 3, ranks: 2) }
    try GradientReduction.check(count: 1 << 40, pieces: 3, ranks: 1)
  }

  /// What ranks cannot do is refused before memory is taken for it, here some 80 GB a rank.
  @Test func impossibleRunsAreRefused() throws {
    let folder = try TemporaryFolder()
    let arguments = [
      "--schema",
      try folder.write(
        "syntax = \"proto3\"; message Person { string name = 1; }", to: "person.proto"),
      "--data", try folder.write("name\nANA\nBO\n", to: "people.csv"), "--output",
      folder.path("run"),
    ]
    func refusal(_ overrides: [String]) -> [String] {
      ThreadCommunicator.run(ranks: 2) { communicator in
        do {
          let command = try TrainCommand.parse(arguments)
          _ = try command.newRun(Preset.load(path: nil, overrides: overrides), communicator)
          return "nothing"
        } catch {
          return "\(error)"
        }
      }
    }
    for message in refusal(["batchSize=8192", "pieces=8192"]) {
      #expect(message.hasPrefix("2 ranks with 8192 pieces would exchange"), "\(message)")
    }
    for message in refusal(["pieces=1"]) {
      #expect(message.hasPrefix("2 ranks cannot share out 1 pieces"), "\(message)")
    }
  }
}
