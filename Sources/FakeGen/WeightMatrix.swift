/// Int8 weights, one row per output.
package struct WeightMatrix: Sendable, Hashable {
  package let rows: Int
  package let columns: Int
  /// `[rows, columns]`, row major, each in -127...127.
  package let weights: [Int8]

  package init(rows: Int, columns: Int, weights: [Int8]) {
    precondition(weights.count == rows * columns)
    self.rows = rows
    self.columns = columns
    self.weights = weights
  }

  /// Greatest magnitude that a row's sum can have with any Int16 inputs.
  package func sumBound(row: Int) -> Int64 {
    var magnitudes: Int64 = 0
    for column in 0..<columns {
      magnitudes += Int64(weights[row * columns + column].magnitude)
    }
    return magnitudes * 32768
  }

  /// W (rows, columns) @ x (columns) -> sums (rows), for the rows in `range`.
  ///
  /// The caller has proved by `sumBound` that no sum overflows.
  package func multiply(
    _ x: UnsafePointer<Int16>, rows range: Range<Int>, into sums: UnsafeMutablePointer<Int32>
  ) {
    weights.withUnsafeBufferPointer { weights in
      guard let base = weights.baseAddress else { return }
      for row in range {
        let rowWeights = base + row &* columns
        var sum: Int32 = 0
        for column in 0..<columns {
          sum &+= Int32(rowWeights[column]) &* Int32(x[column])
        }
        sums[row &- range.lowerBound] = sum
      }
    }
  }
}
