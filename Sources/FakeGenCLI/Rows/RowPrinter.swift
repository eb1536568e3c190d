import FakeGen

/// Which rows to print, and how the work is done.
struct PrintOptions: Sendable {
  /// The rows to print; with a selective filter how many to print, and which is the first to look at.
  var rows: RowRange
  var filter: RowFilter
  /// With a selective filter: after how many rows in a row that do not pass to give up; at least 1.
  var maximumTries: UInt64
  /// At least 1.
  var threads: Int
}

/// Rows that were left out since the model must not print them.
struct LeftOutRows {
  var count: UInt64
  /// Number of the first one.
  var first: UInt64

  var description: String {
    "left out \(count) of the rows, which the model must not print, the first of them row \(first)"
  }
}

/// Prints rows in a format: has them made, on several threads or none, and writes those that pass.
struct RowPrinter<Format: RowFormat> {
  private let format: Format
  private let options: PrintOptions
  private let output: RowOutput
  private var progress: Progress?
  private var printed: UInt64 = 0
  private var tried: UInt64 = 0
  private var triesSincePassed: UInt64 = 0
  private var seen: KeySet?
  /// Why the row after those printed could not be made, if so.
  private var exclusion: GenerationError?
  /// Rows that were left out so far.
  private(set) var leftOut: LeftOutRows?
  /// Rows that passed the filter, ready to be written.
  private var passed: [UInt8] = []

  init(_ format: Format, options: PrintOptions, output: RowOutput, progress: Progress?) {
    self.format = format
    self.options = options
    self.output = output
    self.progress = progress
  }

  /// Writes a whole file of the format. If there are too few rows that pass, or one that the model
  /// must not print, it ends after those before.
  ///
  /// - Throws: `Failure` of the output; `.noMemory`, `.noThreads`, `.ranDry`, `.rowExcluded`.
  mutating func print(_ generator: Generator) throws(Failure) {
    if options.filter.keyColumns != nil {
      guard let set = KeySet(count: options.rows.count) else {
        throw .noMemory(rows: options.rows.count)
      }
      seen = set
    }
    var edge: [UInt8] = []
    format.appendStart(to: &edge)
    try output.write(edge)
    if options.rows.count > 0 { try printRows(generator) }
    edge.removeAll()
    format.appendEnd(count: printed, to: &edge)
    try output.write(edge)
    progress?.finish(printed: printed)
    if let exclusion { throw .rowExcluded(exclusion) }
    if printed < options.rows.count, options.filter.isSelective {
      throw .ranDry(
        printed: printed, expected: options.rows.count, tried: tried, inARow: triesSincePassed)
    }
  }

  private mutating func printRows(_ generator: Generator) throws(Failure) {
    let candidates = candidates
    let chunkCount = RowChunk.number(of: candidates.count)
    var maker = ChunkMaker(
      generator, format: format, filter: options.filter, candidates: candidates)
    let threads = UInt64(options.threads) < chunkCount ? options.threads : Int(chunkCount)
    if threads > 1 {
      try ChunkPipeline.run(maker, chunkCount: chunkCount, threads: threads) {
        chunk throws(Failure) in try print(chunk)
      }
      return
    }
    var chunk = RowChunk()
    for number in 0..<chunkCount {
      maker.make(number, in: &chunk)
      guard try print(chunk) else { return }
    }
  }

  /// The rows to look at: with a selective filter, all from the first on. (From row 0 that would be 2^64, one
  /// more than can be counted; nobody comes that far.)
  private var candidates: RowRange {
    let rows = options.rows
    if !options.filter.isSelective { return rows }
    let following = UInt64.max - rows.first
    return RowRange(first: rows.first, count: rows.first > 0 ? following + 1 : following)
  }

  /// Prints a chunk's rows; false if no more are needed.
  private mutating func print(_ chunk: borrowing RowChunk) throws(Failure) -> Bool {
    defer { progress?.update(printed: printed) }
    if options.filter.isOpen {
      try output.write(chunk.bytes)
      printed += chunk.count
      exclusion = chunk.failure
      return exclusion == nil && printed < options.rows.count
    }
    passed.removeAll(keepingCapacity: true)
    let first = tried
    let goesOn = choose(chunk)
    for position in chunk.excluded where position < tried - first {
      let row = options.rows.first + first + position
      leftOut = LeftOutRows(count: (leftOut?.count ?? 0) + 1, first: leftOut?.first ?? row)
    }
    try output.write(passed)
    if goesOn { exclusion = chunk.failure }
    return goesOn && exclusion == nil
  }

  /// Takes the rows that pass into `passed`; false if no more are needed, or no more are looked at.
  private mutating func choose(_ chunk: borrowing RowChunk) -> Bool {
    var start = 0
    var next: UInt64 = 0
    for row in chunk.rows {
      if !skip(row.position - next) { return false }
      next = row.position + 1
      if seen?.insert(row.key) ?? true {
        format.appendSeparator(before: printed, to: &passed)
        passed.append(contentsOf: chunk.bytes[start..<row.end])
        printed += 1
        tried += 1
        triesSincePassed = 0
        if printed == options.rows.count { return false }
      } else if !skip(1) {
        return false
      }
      start = row.end
    }
    return skip(chunk.count - next)
  }

  /// Counts rows that did not pass, up to the greatest number in a row; false if it is reached.
  private mutating func skip(_ count: UInt64) -> Bool {
    let maximum = options.filter.isSelective ? options.maximumTries : .max
    let count = min(count, maximum - triesSincePassed)
    tried += count
    triesSincePassed += count
    return triesSincePassed < maximum
  }
}
