/// The lower triangular L `[count, count]` with L Lᵀ = matrix, row major; nil if there is none.
///
/// A semi-definite matrix, as a moving average over few batches may be, gets a jitter on its
/// diagonal: the least of 0, 1e-10, 1e-8 and 1e-6 times the mean of its diagonal that helps.
func choleskyFactor(_ matrix: [Double], count: Int) -> [Double]? {
  let trace = (0..<count).reduce(0.0) { $0 + matrix[$1 * (count + 1)] }
  if matrix.allSatisfy({ $0 == 0 }) { return matrix }
  for jitter in [0, 1e-10, 1e-8, 1e-6] {
    if let factor = choleskyFactor(matrix, count: count, plus: jitter * trace / Double(count)) {
      return factor
    }
  }
  return nil
}

private func choleskyFactor(_ matrix: [Double], count: Int, plus jitter: Double) -> [Double]? {
  var factor = [Double](repeating: 0, count: count * count)
  for row in 0..<count {
    for column in 0...row {
      var rest = matrix[row * count + column] + (row == column ? jitter : 0)
      for k in 0..<column { rest -= factor[row * count + k] * factor[column * count + k] }
      if row == column {
        guard rest > 0 else { return nil }
        factor[row * count + row] = rest.squareRoot()
      } else {
        factor[row * count + column] = rest / factor[column * count + column]
      }
    }
  }
  return factor
}
