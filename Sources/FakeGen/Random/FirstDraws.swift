/// The first uniform 32-bit draws of one module in some rows.
struct FirstDraws {
  /// Draws of a row: a block's.
  static let count = 4

  /// `[count, rows]`.
  let words: UnsafeMutablePointer<UInt32>
  /// Number of rows.
  let rows: Int

  /// The scratch that they take.
  static let scratchSize = ScratchSize(wide: count)

  /// The draws with one number, from 0 on, of all rows.
  subscript(index: Int) -> UnsafePointer<UInt32> { UnsafePointer(words + index &* rows) }
}
