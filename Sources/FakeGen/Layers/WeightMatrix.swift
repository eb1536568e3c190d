/// Int8 weights, one row per output. Rows may come in segments of equal size, the last perhaps
/// smaller, which are multiplied one by one: a cell's gates, a softmax's clusters.
package final class WeightMatrix: Sendable {
  /// Number of outputs.
  package let rows: Int
  /// Number of inputs.
  package let columns: Int
  /// `[rows, columns]`, row major, each in -127...127.
  package let weights: Numbers<Int8>
  /// What fast kernels read; nil for the reference.
  let packed: PackedWeights?
  /// The same as Int16, since widening them at each use would take most of a product's time in plain
  /// Swift; nil where there is no memory for that, or no need.
  private let widened: Numbers<Int16>?

  /// Creates a matrix; fast kernels get a copy of the weights in an order of their own.
  ///
  /// - Parameters:
  ///   - rows: number of outputs.
  ///   - columns: number of inputs.
  ///   - weights: `[rows, columns]`, row major, each in -127...127.
  ///   - isWidened: whether the reference has the memory for a copy.
  ///   - segmentSize: rows of a segment; nil for all rows.
  ///   - kernels: the kernels that products are made with.
  package init(
    rows: Int, columns: Int, weights: Numbers<Int8>, isWidened: Bool = true,
    segmentSize: Int? = nil, kernels: Kernels = .reference
  ) {
    precondition(weights.count == rows * columns)
    self.rows = rows
    self.columns = columns
    self.weights = weights
    if kernels != .reference {
      packed = PackedWeights(
        weights, rows: rows, columns: columns, segmentSize: segmentSize ?? rows,
        kernels: kernels)
      widened = nil
    } else {
      packed = nil
      widened = isWidened ? Numbers(weights.map { Int16($0) }) : nil
    }
  }

  /// Returns the greatest magnitude that a row's sum can have with any Int16 inputs.
  package func sumBound(row: Int) -> Int64 {
    // At most 2^7 * 2^16.
    var magnitudes: Int32 = 0
    weights.withUnsafeBufferPointer { weights in
      for weight in UnsafeBufferPointer(rebasing: weights[row * columns..<(row + 1) * columns]) {
        magnitudes &+= Int32(weight.magnitude)
      }
    }
    return Int64(magnitudes) * 32768
  }

  /// Rows of a segment, if products know only whole segments of this size.
  package var segmentSize: Int { packed?.segmentSize ?? rows }

  /// Computes W (rows, columns) @ x (columns) -> sums for `count` rows of x. Each segment's sums
  /// begin at a multiple of 16, the first's at 0.
  ///
  /// The caller has proved by `sumBound` that no sum overflows.
  ///
  /// - Parameters:
  ///   - x: `[count, columns]`.
  ///   - count: number of rows of x.
  ///   - segments: the segments that are computed.
  ///   - size: rows of a segment.
  ///   - sums: overwritten.
  package func multiply(
    _ x: Vectors, count: Int, segments: Range<Int>, of size: Int, into sums: Sums
  ) {
    if let packed {
      precondition(packed.segmentSize == size, "weights are packed for other segments")
      packed.multiply(x, count: count, segments: segments, into: sums)
    } else if let widened {
      multiply(widened, x, count: count, segments: segments, of: size, into: sums)
    } else {
      multiply(weights, x, count: count, segments: segments, of: size, into: sums)
    }
  }

  @inline(__always)
  private func multiply<Weight>(
    _ weights: Numbers<Weight>, _ x: Vectors, count: Int, segments: Range<Int>, of size: Int,
    into sums: Sums
  ) {
    for row in 0..<count {
      for segment in segments {
        let start = segment &* size
        multiply(
          weights, x[row], rows: start..<min(start &+ size, rows),
          into: sums[row] + (segment &- segments.lowerBound) &* ScratchSize.padded(size))
      }
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

  /// Multiplies four rows at a time, which share each load of x.
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
