import FakeGen

/// Formatted rows of consecutive numbers, and what the printing thread must know to choose among
/// them.
struct RowChunk: Sendable {
  /// Rows of one chunk: enough that handing one over costs nothing, few enough that the first rows
  /// come at once.
  static let size: UInt64 = 128

  /// A row that meets the conditions.
  struct Row: Sendable {
    /// Its position among the chunk's candidates.
    let position: UInt64
    /// End of its bytes in the chunk's.
    let end: Int
    let key: UInt64
  }

  var bytes: [UInt8] = []
  /// Empty where every row passes: `bytes` are ready to be printed then, separators included.
  var rows: [Row] = []
  /// Number of candidates.
  var count: UInt64 = 0
  /// Positions of candidates that the model must not print and that are left out.
  var excluded: [UInt64] = []
  /// Why the row after these candidates could not be made, if so.
  var failure: GenerationError?

  /// Returns the number of the chunk that holds the last of `candidates` rows, plus 1.
  static func number(of candidates: UInt64) -> UInt64 {
    candidates / size + (candidates % size == 0 ? 0 : 1)
  }
}

/// Makes chunks; each thread has its own.
struct ChunkMaker<Format: RowFormat>: Sendable {
  private var generator: Generator
  private let format: Format
  private let filter: RowFilter
  /// Rows that may be looked at.
  private let candidates: RowRange
  private var text: [UInt8] = []

  init(_ generator: Generator, format: Format, filter: RowFilter, candidates: RowRange) {
    self.generator = generator
    self.format = format
    self.filter = filter
    self.candidates = candidates
  }

  /// Makes chunk number `number` in the memory of `chunk`.
  mutating func make(_ number: UInt64, in chunk: inout RowChunk) {
    chunk.bytes.removeAll(keepingCapacity: true)
    chunk.rows.removeAll(keepingCapacity: true)
    chunk.excluded.removeAll(keepingCapacity: true)
    let first = number * RowChunk.size
    chunk.count = min(RowChunk.size, candidates.count - first)
    chunk.failure = nil
    for position in 0..<chunk.count {
      let ordinal = first + position
      if position % UInt64(generator.batchSize) == 0 {
        let row = candidates.first + ordinal
        let count = Int(min(UInt64(generator.batchSize), chunk.count - position))
        if let plan = filter.plan {
          generator.prepare(from: row, count: count, where: plan)
        } else {
          generator.prepare(from: row, count: count)
        }
      }
      if filter.plan != nil, generator.isGivenUp(candidates.first + ordinal) { continue }
      do throws(GenerationError) {
        try generator.select(row: candidates.first + ordinal)
      } catch {
        if filter.skipsExcluded {
          chunk.excluded.append(position)
          continue
        }
        chunk.failure = error
        chunk.count = position
        return
      }
      if filter.isOpen {
        format.appendSeparator(before: ordinal, to: &chunk.bytes)
        format.appendRow(of: generator, to: &chunk.bytes)
      } else if filter.accepts(generator, text: &text) {
        format.appendRow(of: generator, to: &chunk.bytes)
        chunk.rows.append(
          RowChunk.Row(
            position: position, end: chunk.bytes.count,
            key: filter.key(of: generator, text: &text)))
      }
    }
  }
}
