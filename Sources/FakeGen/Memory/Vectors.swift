/// Vectors of Int16, one for each row of a batch.
package struct Vectors {
  /// The first row's vector.
  package let base: UnsafeMutablePointer<Int16>
  /// From one row's vector to the next one's.
  package let stride: Int

  /// Creates vectors over memory that the caller keeps.
  ///
  /// - Parameters:
  ///   - base: the first row's vector.
  ///   - stride: elements from one row's vector to the next one's.
  package init(base: UnsafeMutablePointer<Int16>, stride: Int) {
    self.base = base
    self.stride = stride
  }

  /// The vector of `row`.
  package subscript(row: Int) -> UnsafeMutablePointer<Int16> {
    @inline(__always) get { base + row &* stride }
  }

  /// Returns the vectors from `row` on.
  @inline(__always)
  package func from(_ row: Int) -> Vectors { Vectors(base: self[row], stride: stride) }

  /// Returns the same rows' vectors from element `column` on.
  @inline(__always)
  package func columns(from column: Int) -> Vectors {
    Vectors(base: base + column, stride: stride)
  }
}
