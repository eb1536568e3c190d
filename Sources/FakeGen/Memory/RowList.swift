/// Rows of a batch that a module decodes.
package struct RowList {
  /// Positions in the batch, ascending.
  package let positions: UnsafePointer<Int32>
  package let count: Int

  package init(positions: UnsafePointer<Int32>, count: Int) {
    self.positions = positions
    self.count = count
  }

  @inline(__always)
  package subscript(place: Int) -> Int { Int(positions[place]) }
}
