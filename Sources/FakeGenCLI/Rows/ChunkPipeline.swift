import CSystem

/// Threads that make chunks, and a ring in which these wait until they are taken in order. What is
/// taken depends on nothing but the chunks' numbers.
final class ChunkPipeline<Format: RowFormat> {
  /// Chunks that may wait for each thread: enough that it seldom waits for the one that prints.
  private static var slotsPerThread: Int { 4 }

  private let chunkCount: UInt64
  private let monitor = Monitor()
  // The monitor guards what follows, but a slot's chunk: that belongs to the thread that makes it
  // until the slot is ready, and then to the one that takes it.
  private let slots: UnsafeMutableBufferPointer<RowChunk>
  private var isReady: [Bool]
  private var nextToMake: UInt64 = 0
  private var nextToTake: UInt64 = 0
  private var isStopped = false

  private init(chunkCount: UInt64, threads: Int) {
    self.chunkCount = chunkCount
    slots = .allocate(capacity: threads * Self.slotsPerThread)
    slots.initialize(repeating: RowChunk())
    isReady = .init(repeating: false, count: slots.count)
  }

  deinit {
    slots.deinitialize()
    slots.deallocate()
  }

  /// Hands the `chunkCount` chunks that copies of `maker` make to `take`, in order, until it
  /// returns false.
  ///
  /// - Throws: what `take` throws, and `Failure.noThreads`.
  static func run(
    _ maker: ChunkMaker<Format>, chunkCount: UInt64, threads: Int,
    take: (borrowing RowChunk) throws(Failure) -> Bool
  ) throws(Failure) {
    let pipeline = ChunkPipeline(chunkCount: chunkCount, threads: threads)
    var workers: [ChunkWorker<Format>] = []
    while workers.count < threads {
      let worker = ChunkWorker(pipeline, maker: maker)
      guard worker.start() else { break }
      workers.append(worker)
    }
    if workers.isEmpty { throw .noThreads(reason: lastSystemError()) }
    defer {
      pipeline.stop()
      for worker in workers { worker.join() }
    }
    for number in 0..<chunkCount {
      let slot = pipeline.waitForChunk(number)
      guard try take(pipeline.slots[slot]) else { return }
      pipeline.release(slot)
    }
  }

  /// Makes chunks until there are no more.
  fileprivate func work(_ maker: inout ChunkMaker<Format>) {
    while let number = claim() {
      let slot = Int(number % UInt64(slots.count))
      maker.make(number, in: &slots[slot])
      monitor.lock()
      isReady[slot] = true
      monitor.wakeAll()
      monitor.unlock()
    }
  }

  /// Waits until a slot is free and returns the number of the chunk to make; nil if there is no
  /// more to do.
  private func claim() -> UInt64? {
    monitor.lock()
    defer { monitor.unlock() }
    while true {
      if isStopped || nextToMake >= chunkCount { return nil }
      if nextToMake - nextToTake < UInt64(slots.count) { break }
      monitor.wait()
    }
    nextToMake += 1
    return nextToMake - 1
  }

  /// Waits until chunk `number` is made and returns its slot.
  private func waitForChunk(_ number: UInt64) -> Int {
    let slot = Int(number % UInt64(slots.count))
    monitor.lock()
    while !isReady[slot] { monitor.wait() }
    monitor.unlock()
    return slot
  }

  private func release(_ slot: Int) {
    monitor.lock()
    isReady[slot] = false
    nextToTake += 1
    monitor.wakeAll()
    monitor.unlock()
  }

  private func stop() {
    monitor.lock()
    isStopped = true
    monitor.wakeAll()
    monitor.unlock()
  }
}

/// One thread of a pipeline.
private final class ChunkWorker<Format: RowFormat>: SystemThread {
  private let pipeline: ChunkPipeline<Format>
  private var maker: ChunkMaker<Format>

  init(_ pipeline: ChunkPipeline<Format>, maker: ChunkMaker<Format>) {
    self.pipeline = pipeline
    self.maker = maker
  }

  override func run() { pipeline.work(&maker) }
}
