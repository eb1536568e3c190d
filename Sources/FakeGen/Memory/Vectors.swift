/// Vectors of Int16, one for each row of a batch.
package struct Vectors {
  package let base: UnsafeMutablePointer<Int16>
  /// From one row's vector to the next one's.
  package let stride: Int

  package init(base: UnsafeMutablePointer<Int16>, stride: Int) {
    self.base = base
    self.stride = stride
  }

  package subscript(row: Int) -> UnsafeMutablePointer<Int16> {
    @inline(__always) get { base + row &* stride }
  }

  /// The vectors from `row` on.
  @inline(__always)
  package func from(_ row: Int) -> Vectors { Vectors(base: self[row], stride: stride) }

  /// The same rows' vectors from element `column` on.
  @inline(__always)
  package func columns(from column: Int) -> Vectors {
    Vectors(base: base + column, stride: stride)
  }
}
