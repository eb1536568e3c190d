/// Vectors of Int32, one for each row of a batch.
package struct Sums {
  /// The first row's vector.
  package let base: UnsafeMutablePointer<Int32>
  /// From one row's vector to the next one's.
  package let stride: Int

  /// Creates vectors over memory that the caller keeps.
  ///
  /// - Parameters:
  ///   - base: the first row's vector.
  ///   - stride: elements from one row's vector to the next one's.
  package init(base: UnsafeMutablePointer<Int32>, stride: Int) {
    self.base = base
    self.stride = stride
  }

  /// The vector of `row`.
  package subscript(row: Int) -> UnsafeMutablePointer<Int32> {
    @inline(__always) get { base + row &* stride }
  }
}
