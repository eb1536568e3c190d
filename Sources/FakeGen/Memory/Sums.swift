/// Vectors of Int32, one for each row of a batch.
package struct Sums {
  package let base: UnsafeMutablePointer<Int32>
  /// From one row's vector to the next one's.
  package let stride: Int

  package init(base: UnsafeMutablePointer<Int32>, stride: Int) {
    self.base = base
    self.stride = stride
  }

  package subscript(row: Int) -> UnsafeMutablePointer<Int32> {
    @inline(__always) get { base + row &* stride }
  }
}
