/// Rows of a batch that a module decodes.
package struct RowList {
  /// Positions in the batch, ascending.
  package let positions: UnsafePointer<Int32>
  /// Number of rows.
  package let count: Int

  /// Creates a list of rows.
  ///
  /// - Parameters:
  ///   - positions: positions in the batch, ascending; kept by the caller.
  ///   - count: number of rows.
  package init(positions: UnsafePointer<Int32>, count: Int) {
    self.positions = positions
    self.count = count
  }

  /// The position in the batch of the row at `place` of the list.
  @inline(__always)
  package subscript(place: Int) -> Int { Int(positions[place]) }
}
