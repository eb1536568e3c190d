/// A dense layer y = W x + b with int8 weights, int32 sums and one rounding into int16. Immutable;
/// a class, as the other layers and modules with matrices are, since the code to copy structures of
/// so many references would take 30 KB of an Embedded build.
package final class Dense: Sendable {
  /// W `[outputs, inputs]`.
  package let matrix: WeightMatrix
  /// In units of each row's sum.
  package let bias: Numbers<Int32>
  /// Row r's sum times `multiplier[r]` times 2^-shift is the output integer; at least 0.
  package let multiplier: Numbers<Int32>
  /// Bits that the products with `multiplier` are shifted by.
  package let shift: Int
  /// Format of the inputs.
  package let inputFractionBits: Int
  /// Format of the outputs, before any activation.
  package let outputFractionBits: Int

  /// Creates a layer.
  ///
  /// - Parameters:
  ///   - matrix: W `[outputs, inputs]`.
  ///   - bias: `[outputs]`, in units of each row's sum.
  ///   - multiplier: `[outputs]`, at least 0.
  ///   - shift: bits that the products with `multiplier` are shifted by.
  ///   - inputFractionBits: format of the inputs.
  ///   - outputFractionBits: format of the outputs, before any activation.
  package init(
    matrix: WeightMatrix, bias: Numbers<Int32>, multiplier: Numbers<Int32>,
    shift: Int, inputFractionBits: Int,
    outputFractionBits: Int
  ) {
    self.matrix = matrix
    self.bias = bias
    self.multiplier = multiplier
    self.shift = shift
    self.inputFractionBits = inputFractionBits
    self.outputFractionBits = outputFractionBits
  }

  /// Returns the same layer with its weights made ready for `kernels`.
  func packed(segmentSize: Int, isWidened: Bool, kernels: Kernels) -> Dense {
    let matrix = WeightMatrix(
      rows: outputs, columns: inputs, weights: matrix.weights, isWidened: isWidened,
      segmentSize: segmentSize, kernels: kernels)
    return Dense(
      matrix: matrix, bias: bias, multiplier: multiplier, shift: shift,
      inputFractionBits: inputFractionBits, outputFractionBits: outputFractionBits)
  }

  /// Number of inputs.
  package var inputs: Int { matrix.columns }
  /// Number of outputs.
  package var outputs: Int { matrix.rows }

  /// Computes W (outputs, inputs) @ x (inputs) + b -> y (outputs), saturated, for `count` rows.
  ///
  /// - Parameters:
  ///   - x: `[rows, inputs]` in the inputs' format.
  ///   - count: number of rows.
  ///   - y: `[rows, outputs]` in the outputs' format, overwritten.
  ///   - scratch: working memory.
  package func apply(_ x: Vectors, count: Int, into y: Vectors, scratch: borrowing Scratch) {
    let size = matrix.segmentSize
    for segment in 0..<(outputs &+ size &- 1) / size {
      apply(
        x, count: count, segment: segment, of: size, into: y.columns(from: segment &* size),
        scratch: scratch)
    }
  }

  /// Computes the outputs of one segment, the first of which becomes y's first.
  ///
  /// - Parameters:
  ///   - x: `[rows, inputs]` in the inputs' format.
  ///   - count: number of rows.
  ///   - segment: number of the segment.
  ///   - size: outputs of a segment.
  ///   - y: `[rows, size]` in the outputs' format, overwritten.
  ///   - scratch: working memory.
  package func apply(
    _ x: Vectors, count: Int, segment: Int, of size: Int, into y: Vectors,
    scratch: borrowing Scratch
  ) {
    let start = segment &* size
    let width = min(size, outputs &- start)
    if let packed = matrix.packed {
      precondition(packed.segmentSize == size, "weights are packed for other segments")
      packed.kernels.dense(
        self, weights: packed.start(ofSegment: segment), blocks: packed.blocksPerSegment,
        start: start, width: width, x, count: count, into: y)
      return
    }
    forEachSum(x, count: count, segment: segment, of: size, scratch: scratch) { row, sums in
      for index in 0..<width { y[row][index] = requantized(sums[index], row: start &+ index) }
    }
  }

  /// Computes celu(W x + b) for `count` rows.
  ///
  /// - Parameters:
  ///   - x: `[rows, inputs]` in the inputs' format.
  ///   - count: number of rows.
  ///   - y: `[rows, outputs]`, with one fraction bit more than `outputFractionBits`; overwritten.
  ///   - tables: the non-linear functions.
  ///   - scratch: working memory.
  package func applyCELU(
    _ x: Vectors, count: Int, into y: Vectors, tables: ActivationTables,
    scratch: borrowing Scratch
  ) {
    if let packed = matrix.packed {
      precondition(packed.segmentSize == outputs, "weights are packed for other segments")
      packed.kernels.dense(
        self, weights: packed.start(ofSegment: 0), blocks: packed.blocksPerSegment, start: 0,
        width: outputs, x, count: count, tables: tables, into: y)
      return
    }
    forEachSum(x, count: count, segment: 0, of: outputs, scratch: scratch) { row, sums in
      for index in 0..<outputs {
        y[row][index] = tables.celu(
          requantized(sums[index], row: index), fractionBits: outputFractionBits &+ 1)
      }
    }
  }

  /// Returns an output before any activation.
  @inline(__always)
  private func requantized(_ sum: Int32, row: Int) -> Int16 {
    requantizedRoundingTiesUp(
      Int64(sum &+ bias[row]) &* Int64(multiplier[row]), shift: shift)
  }

  /// Hands over the sums of each row, a few rows at a time, so that they are still in the cache.
  @inline(__always)
  private func forEachSum(
    _ x: Vectors, count: Int, segment: Int, of size: Int, scratch: borrowing Scratch,
    _ body: (Int, UnsafePointer<Int32>) -> Void
  ) {
    var scratch = copy scratch
    let sums = scratch.takeWide(size, rows: min(count, Batch.tileRows))
    var start = 0
    while start < count {
      let rows = min(Batch.tileRows, count &- start)
      matrix.multiply(
        x.from(start), count: rows, segments: segment..<segment &+ 1, of: size, into: sums)
      for row in 0..<rows { body(start &+ row, sums[row]) }
      start &+= rows
    }
  }

  /// Why the sums, or their products with the multipliers, could overflow; nil if they cannot.
  package var overflow: UTF8Text? {
    for row in 0..<outputs {
      let bound = matrix.sumBound(row: row) + Int64(bias[row].magnitude)
      if bound > Int64(Int32.max) { return "the sum of row \(row) can reach \(bound)" }
      if productBound([(bound: bound, multiplier: multiplier[row])], shift: shift) == nil {
        return "the scaled sum of row \(row) can overflow 64 bits"
      }
    }
    return nil
  }

  var parameterCount: Int { matrix.weights.count + bias.count }

  var multiplyAdds: Int { matrix.weights.count }
}

/// Returns the sum of the products of bounds and multipliers and the rounding's half; nil if over
/// 63 bits.
package func productBound(_ terms: [(bound: Int64, multiplier: Int32)], shift: Int) -> Int64? {
  var total: Int64 = 1 << Int64(shift - 1)
  for term in terms {
    let (product, tooLarge) = term.bound.multipliedReportingOverflow(by: Int64(term.multiplier))
    let (sum, overflow) = total.addingReportingOverflow(product)
    if tooLarge || overflow { return nil }
    total = sum
  }
  return total
}
