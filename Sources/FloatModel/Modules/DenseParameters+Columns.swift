import Autodiff

extension DenseParameters {
  /// Computes `x @ W + b` in some columns, for one row.
  ///
  /// - Parameters:
  ///   - x: `[inputs]`.
  ///   - columns: which.
  ///   - y: its first `columns.count` elements are overwritten.
  func apply(_ x: UnsafePointer<S>, columns: Range<Int>, into y: inout [S]) {
    for (place, column) in columns.enumerated() {
      var sum = bias.values[column]
      for i in 0..<weight.rows { sum += x[i] * weight.values[i * weight.columns + column] }
      y[place] = sum
    }
  }
}
