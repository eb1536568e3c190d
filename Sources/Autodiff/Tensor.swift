/// A dense row-major matrix and, of the same shape, the gradient of the loss with respect to it.
/// The memory belongs to a `Tape`'s arena or to a `ParameterStore`.
public struct Tensor<S: Scalar>: BitwiseCopyable {
  public let rows: Int
  public let columns: Int
  public let values: UnsafeMutablePointer<S>
  public let gradient: UnsafeMutablePointer<S>

  public init(
    rows: Int, columns: Int, values: UnsafeMutablePointer<S>, gradient: UnsafeMutablePointer<S>
  ) {
    self.rows = rows
    self.columns = columns
    self.values = values
    self.gradient = gradient
  }

  public var count: Int { rows * columns }

  /// Rows `range` of this tensor, sharing its memory.
  public func rows(_ range: Range<Int>) -> Tensor {
    precondition(range.lowerBound >= 0 && range.upperBound <= rows)
    let offset = range.lowerBound * columns
    return Tensor(
      rows: range.count, columns: columns, values: values + offset, gradient: gradient + offset)
  }
}
