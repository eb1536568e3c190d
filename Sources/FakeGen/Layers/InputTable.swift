/// The sums of a GRU's input for each code that what is fed back to it may have: W on each vector,
/// computed when they are first used, so that a step needs no product with its input.
package final class InputTable: Sendable {
  private let gru: GRU
  private let codes: FeedbackCodes
  /// Number of codes.
  private let count: Int
  /// The sums, and those that are added.
  private let products = LazyNumbers<Int32>(pieces: 2)
  /// The code in `more` for nothing added.
  package let noneAdded: Int32
  /// From one code's sums to the next one's.
  let stride: Int

  /// The greatest number of bytes of a table: a larger one is read more slowly than the product is
  /// computed, and takes long to make.
  private static let maximumSize = 1 << 20

  /// Returns the table; nil if the reference is to be used, which has no memory to spare, if the
  /// table would be too large, or if sums of two vectors may saturate.
  ///
  /// - Parameters:
  ///   - gru: the cell that takes the vectors.
  ///   - codes: the vectors.
  package static func ofCodes(_ codes: FeedbackCodes, for gru: GRU) -> InputTable? {
    let stride = 3 * ScratchSize.padded(gru.cell.width)
    let count = codes.count + codes.noneAdded + 1
    guard gru.input.packed != nil, count <= maximumSize / 4 / stride, codes.neverSaturate
    else { return nil }
    return InputTable(gru, codes: codes, stride: stride)
  }

  private init(_ gru: GRU, codes: FeedbackCodes, stride: Int) {
    self.gru = gru
    self.codes = codes
    count = codes.count
    noneAdded = Int32(truncatingIfNeeded: codes.noneAdded)
    self.stride = stride
  }

  /// `[codes, stride]`: three segments for each code.
  var sums: UnsafePointer<Int32> {
    if let sums = products.pieceIfComputed(0) { return sums }
    return products.piece(0, size: count * stride) { multiply(codes.tables, rows: count, into: $0) }
  }

  /// The same for codes whose vectors are added to those of the first, the last for none; nil if
  /// there are no such.
  var more: UnsafePointer<Int32>? {
    if noneAdded == 0 { return nil }
    if let sums = products.pieceIfComputed(1) { return sums }
    let rows = Int(noneAdded) + 1
    return products.piece(1, size: rows * stride) { sums in
      multiply(codes.added.map { [$0] } ?? [], rows: rows, into: sums)
    }
  }

  private func multiply(
    _ tables: [EmbeddingTable], rows: Int, into sums: UnsafeMutablePointer<Int32>
  ) {
    sums.initialize(repeating: 0, count: rows * stride)
    var row = 0
    for table in tables {
      gru.input.multiply(
        // Only read.
        Vectors(base: UnsafeMutablePointer(mutating: table.vectors.start), stride: table.width),
        count: table.rows, segments: 0..<3, of: gru.cell.width,
        into: Sums(base: sums + row * stride, stride: stride))
      row += table.rows
    }
  }
}
