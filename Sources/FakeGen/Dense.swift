/// A dense layer y = W x + b with int8 weights, int32 sums and one rounding into int16.
package struct Dense: Sendable, Hashable {
  package let matrix: WeightMatrix
  /// In units of each row's sum.
  package let bias: Numbers<Int32>
  /// Row r's sum times `multiplier[r]` times 2^-shift is the output integer; at least 0.
  package let multiplier: Numbers<Int32>
  package let shift: Int
  /// Format of the inputs.
  package let inputFractionBits: Int
  /// Format of the outputs, before any activation.
  package let outputFractionBits: Int

  package init(
    matrix: WeightMatrix, bias: some NumberSource<Int32>, multiplier: some NumberSource<Int32>,
    shift: Int, inputFractionBits: Int,
    outputFractionBits: Int
  ) {
    self.matrix = matrix
    self.bias = bias.numbers
    self.multiplier = multiplier.numbers
    self.shift = shift
    self.inputFractionBits = inputFractionBits
    self.outputFractionBits = outputFractionBits
  }

  package var inputs: Int { matrix.columns }
  package var outputs: Int { matrix.rows }

  /// W (outputs, inputs) @ x (inputs) + b -> y (outputs), saturated.
  package func apply(
    _ x: UnsafePointer<Int16>, into y: UnsafeMutablePointer<Int16>, scratch: borrowing Scratch
  ) {
    apply(x, rows: 0..<outputs, into: y, scratch: scratch)
  }

  /// The same for the outputs in `rows`, the first of which becomes y's first.
  package func apply(
    _ x: UnsafePointer<Int16>, rows: Range<Int>, into y: UnsafeMutablePointer<Int16>,
    scratch: borrowing Scratch
  ) {
    var scratch = copy scratch
    let sums = scratch.takeWide(rows.count)
    matrix.multiply(x, rows: rows, into: sums)
    for index in 0..<rows.count {
      let row = rows.lowerBound &+ index
      y[index] = requantizedRoundingTiesUp(
        Int64(sums[index] &+ bias[row]) &* Int64(multiplier[row]), shift: shift)
    }
  }

  /// celu(W x + b), in a format with one fraction bit more than `outputFractionBits`.
  package func applyCELU(
    _ x: UnsafePointer<Int16>, into y: UnsafeMutablePointer<Int16>, tables: ActivationTables,
    scratch: borrowing Scratch
  ) {
    apply(x, into: y, scratch: scratch)
    for row in 0..<outputs {
      y[row] = tables.celu(y[row], fractionBits: outputFractionBits &+ 1)
    }
  }

  /// Why the sums, or their products with the multipliers, could overflow; nil if they cannot.
  package var overflow: String? {
    for row in 0..<outputs {
      let bound = matrix.sumBound(row: row) + Int64(bias[row].magnitude)
      if bound > Int64(Int32.max) { return "the sum of row \(row) can reach \(bound)" }
      if productBound([(bound: bound, multiplier: multiplier[row])], shift: shift) == nil {
        return "the scaled sum of row \(row) can overflow 64 bits"
      }
    }
    return nil
  }

  package var parameterCount: Int { matrix.weights.count + bias.count }
}

/// The sum of the products of bounds and multipliers and the rounding's half; nil if over 63 bits.
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
