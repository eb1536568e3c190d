/// The sums of a GRU's input for each code that what is fed back to it may have: W on each vector,
/// computed when the model is read, so that a step needs no product with its input.
package struct InputTable: Sendable {
  /// `[codes, stride]`: three segments for each code.
  let sums: Numbers<Int32>
  /// The same for codes whose vectors are added to those of the first, the last for none; nil if
  /// there are no such.
  let more: Numbers<Int32>?
  /// The code in `more` for nothing added.
  package let noneAdded: Int32
  /// From one code's sums to the next one's.
  let stride: Int

  /// The greatest number of bytes of a table: a larger one is read more slowly than the product is
  /// computed, and takes long to make.
  private static let maximumSize = 1 << 20

  /// Multiplies the vectors; nil if the reference is to be used, which has no memory to spare, if the
  /// table would be too large, or if sums of two vectors may saturate.
  ///
  /// - Parameters:
  ///   - gru: the cell that takes the vectors.
  ///   - codes: the vectors.
  package init?(_ gru: GRU, codes: FeedbackCodes) {
    let stride = 3 * ScratchSize.padded(gru.cell.width)
    let count = codes.count + codes.noneAdded + 1
    guard gru.input.packed != nil, count <= Self.maximumSize / 4 / stride, codes.neverSaturate
    else { return nil }
    func products(_ tables: [EmbeddingTable], rows: Int) -> Numbers<Int32> {
      Numbers(count: rows * stride) { sums in
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
    sums = products(codes.tables, rows: codes.count)
    more = codes.added.map { products([$0], rows: $0.rows + 1) }
    noneAdded = Int32(truncatingIfNeeded: codes.noneAdded)
    self.stride = stride
  }
}
