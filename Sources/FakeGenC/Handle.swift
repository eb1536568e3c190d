import CFakeGen
import FakeGen

/// What a `fakegen_generator` is.
final class Handle {
  private(set) var generator: Generator
  /// Plain texts of the row made last, one after the other.
  private(set) var text: [UInt8] = []
  /// The row after the one asked for last.
  private var following: UInt64 = 0
  /// Rows that were asked for one after the other, up to `maximumBatch`.
  private var run = 0

  /// Most rows that are made together.
  private static let maximumBatch = 32

  init(model: Model, seed: UInt64) {
    generator = Generator(
      model: model, seed: seed, batchSize: model.batchSize(limit: Self.maximumBatch))
  }

  /// Goes on with another seed.
  func setSeed(_ seed: UInt64) {
    generator = Generator(
      model: generator.model, seed: seed, batchSize: generator.batchSize)
    run = 0
  }

  /// Returns the handle behind a caller's pointer; nil for null.
  static func of(_ pointer: OpaquePointer?) -> Handle? {
    pointer.map { Unmanaged<Handle>.fromOpaque(UnsafeRawPointer($0)).takeUnretainedValue() }
  }

  /// Frees what `retained` gave.
  static func release(_ pointer: OpaquePointer?) {
    if let pointer { Unmanaged<Handle>.fromOpaque(UnsafeRawPointer(pointer)).release() }
  }

  /// A pointer for the caller, valid until it is released.
  var retained: OpaquePointer { OpaquePointer(Unmanaged.passRetained(self).toOpaque()) }

  /// Returns a column; nil if there is no such column.
  func column(_ index: Int) -> Column? {
    let columns = generator.model.columns
    return columns.indices.contains(index) ? columns[index] : nil
  }

  /// Makes rows together where a caller asks for one after the other, so that they share each pass
  /// over the model's weights; more at a time the longer that goes on.
  private func prepare(_ row: UInt64) {
    if row &+ 1 == following { return }  // asked for again, with more memory
    run = row == following && row > 0 ? min(run + 1, Self.maximumBatch) : 0
    following = row &+ 1
    if run == 0 || generator.isReady(row) { return }
    let count = min(run, generator.batchSize)
    generator.prepare(from: row, count: Int(min(UInt64(count - 1), UInt64.max - row)) + 1)
  }

  /// Makes rows together, and has each of them selected in turn.
  ///
  /// - Parameters:
  ///   - first: number of the first row; `first` + `count` is at most 2^64.
  ///   - count: 1...`generator.batchSize`.
  func makeRows(
    from first: UInt64, count: Int, _ body: (borrowing Generator) -> Void
  ) throws(GenerationError) {
    run = 0
    generator.prepare(from: first, count: count)
    for row in 0..<UInt64(count) {
      try generator.select(row: first &+ row)
      body(generator)
    }
  }

  /// Makes the row's text, and says in `fields`, one for each column, where its values lie.
  func makeRow(
    _ row: UInt64, fields: UnsafeMutableBufferPointer<fakegen_field>
  ) throws(GenerationError) {
    prepare(row)
    try generator.select(row: row)
    text.removeAll(keepingCapacity: true)
    for column in fields.indices {
      let start = text.count
      generator.append(column, to: &text)
      fields[column] = fakegen_field(
        offset: start, size: text.count - start, number: generator.number(column) ?? 0,
        is_null: generator.isNull(column) ? 1 : 0, reserved: 0)
    }
  }
}

let badArgument = fakegen_status(FAKEGEN_BAD_ARGUMENT)

/// Tells whether a pointer and a size can be a caller's memory: null has size 0, and no memory is
/// larger than half of what can be addressed.
func isBuffer(_ pointer: UnsafeRawPointer?, _ size: Int) -> Bool {
  pointer == nil ? size == 0 : size >= 0
}

/// Writes a text with a zero at its end as far as it fits; gives the text's whole size.
func copy(
  _ text: String.UTF8View, to memory: UnsafeMutablePointer<CChar>?, _ capacity: Int
) -> Int {
  guard let memory, capacity > 0 else { return text.count }
  var count = 0
  for byte in text.prefix(capacity - 1) {
    memory[count] = CChar(bitPattern: byte)
    count += 1
  }
  memory[count] = 0
  return text.count
}
