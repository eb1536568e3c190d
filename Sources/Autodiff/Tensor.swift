/// A dense row-major matrix and, of the same shape, the gradient of the loss with respect to it.
/// The memory belongs to a `Tape`'s arena or to a `ParameterVector`.
public struct Tensor<S: Scalar>: BitwiseCopyable {
  /// Number of rows.
  public let rows: Int
  /// Number of columns.
  public let columns: Int
  /// The elements `[rows, columns]`.
  public let values: UnsafeMutablePointer<S>
  /// The gradient `[rows, columns]`.
  public let gradient: UnsafeMutablePointer<S>

  /// Creates a tensor over memory that the caller keeps.
  ///
  /// - Parameters:
  ///   - rows: number of rows.
  ///   - columns: number of columns.
  ///   - values: `[rows, columns]`.
  ///   - gradient: `[rows, columns]`.
  public init(
    rows: Int, columns: Int, values: UnsafeMutablePointer<S>, gradient: UnsafeMutablePointer<S>
  ) {
    self.rows = rows
    self.columns = columns
    self.values = values
    self.gradient = gradient
  }

  /// Number of elements.
  public var count: Int { rows * columns }

  /// Returns rows `range` of this tensor, sharing its memory.
  public func rows(_ range: Range<Int>) -> Tensor {
    precondition(range.lowerBound >= 0 && range.upperBound <= rows)
    let offset = range.lowerBound * columns
    return Tensor(
      rows: range.count, columns: columns, values: values + offset, gradient: gradient + offset)
  }
}
