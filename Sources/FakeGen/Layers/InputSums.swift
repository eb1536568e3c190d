/// The sums x W of a cell's input, three segments: those of each row, or of codes that rows have,
/// multiplied beforehand.
package struct InputSums {
  /// `[rows or codes, stride]`.
  let sums: UnsafePointer<Int32>
  /// From one row's or code's sums to the next one's.
  let stride: Int
  /// `[rows, 2]`: each row's entries in `sums` and in `more`; nil if `sums` are the rows'.
  let codes: UnsafePointer<Int32>?
  /// `[codes, stride]`: what is added; nil if nothing.
  let more: UnsafePointer<Int32>?

  /// Creates the sums of rows.
  ///
  /// - Parameter rows: three segments for each row.
  package init(rows: Sums) {
    sums = UnsafePointer(rows.base)
    stride = rows.stride
    codes = nil
    more = nil
  }

  /// Creates the sums of rows that have codes.
  ///
  /// - Parameters:
  ///   - table: the sums of codes.
  ///   - codes: `[rows, 2]`.
  package init(_ table: InputTable, codes: UnsafePointer<Int32>) {
    sums = table.sums
    stride = table.stride
    self.codes = codes
    more = table.more
  }

  /// Returns a row's sum.
  ///
  /// - Parameters:
  ///   - row: number of the row.
  ///   - index: of the sum among the row's.
  @inline(__always)
  func sum(_ row: Int, at index: Int) -> Int32 {
    guard let codes else { return sums[row &* stride &+ index] }
    let sum = sums[Int(codes[2 &* row]) &* stride &+ index]
    guard let more else { return sum }
    return sum &+ more[Int(codes[2 &* row &+ 1]) &* stride &+ index]
  }
}
