/// Int8 weights, one row per output.
package struct WeightMatrix: Sendable, Hashable {
  package let rows: Int
  package let columns: Int
  /// `[rows, columns]`, row major, each in -127...127.
  package let weights: Numbers<Int8>
  /// The same as Int16, since widening them at each use would take most of a product's time on
  /// machines that have the memory; nil if they are used as they are.
  private let widened: Numbers<Int16>?

  package init(
    rows: Int, columns: Int, weights: some NumberSource<Int8>, isWidened: Bool = true
  ) {
    let weights = weights.numbers
    precondition(weights.count == rows * columns)
    self.rows = rows
    self.columns = columns
    self.weights = weights
    widened = isWidened ? Numbers(weights.map { Int16($0) }) : nil
  }

  /// Greatest magnitude that a row's sum can have with any Int16 inputs.
  package func sumBound(row: Int) -> Int64 {
    let start = row * columns
    var magnitudes: Int64 = 0
    for column in 0..<columns { magnitudes += Int64(weights[start + column].magnitude) }
    return magnitudes * 32768
  }

  /// W (rows, columns) @ x (columns) -> sums (rows), for the rows in `range`.
  ///
  /// The caller has proved by `sumBound` that no sum overflows.
  package func multiply(
    _ x: UnsafePointer<Int16>, rows range: Range<Int>, into sums: UnsafeMutablePointer<Int32>
  ) {
    if let widened {
      multiply(widened, x, rows: range, into: sums)
    } else {
      multiply(weights, x, rows: range, into: sums)
    }
  }

  @inline(__always)
  private func multiply<Weight>(
    _ weights: Numbers<Weight>, _ x: UnsafePointer<Int16>, rows range: Range<Int>,
    into sums: UnsafeMutablePointer<Int32>
  ) {
    weights.withUnsafeBufferPointer { weights in
      guard let base = weights.baseAddress else { return }
      var row = range.lowerBound
      while row < range.upperBound {
        let rowSums = sums + (row &- range.lowerBound)
        if row &+ 4 <= range.upperBound {
          multiplyFourRows(base + row &* columns, x, into: rowSums)
          row &+= 4
        } else {
          multiplyRow(base + row &* columns, x, into: rowSums)
          row &+= 1
        }
      }
    }
  }

  @inline(__always)
  private func multiplyRow<Weight: FixedWidthInteger>(
    _ w: UnsafePointer<Weight>, _ x: UnsafePointer<Int16>, into sums: UnsafeMutablePointer<Int32>
  ) {
    var sum: Int32 = 0
    for column in 0..<columns { sum &+= Int32(truncatingIfNeeded: w[column]) &* Int32(x[column]) }
    sums[0] = sum
  }

  /// Four rows share each load of x.
  @inline(__always)
  private func multiplyFourRows<Weight: FixedWidthInteger>(
    _ w: UnsafePointer<Weight>, _ x: UnsafePointer<Int16>, into sums: UnsafeMutablePointer<Int32>
  ) {
    let (w1, w2, w3) = (w + columns, w + 2 &* columns, w + 3 &* columns)
    var (sum0, sum1, sum2, sum3): (Int32, Int32, Int32, Int32) = (0, 0, 0, 0)
    for column in 0..<columns {
      let value = Int32(x[column])
      sum0 &+= Int32(truncatingIfNeeded: w[column]) &* value
      sum1 &+= Int32(truncatingIfNeeded: w1[column]) &* value
      sum2 &+= Int32(truncatingIfNeeded: w2[column]) &* value
      sum3 &+= Int32(truncatingIfNeeded: w3[column]) &* value
    }
    (sums[0], sums[1], sums[2], sums[3]) = (sum0, sum1, sum2, sum3)
  }
}
