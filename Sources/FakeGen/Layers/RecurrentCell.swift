/// The recurrent half of a GRU cell (paper, App. B.1). The gates' rows are in the order z (update),
/// r (reset), c (candidate):
///
///     z = sigmoid(x Wz + h Uz + bz)      r = sigmoid(x Wr + h Ur + br)
///     c = min(celu(x Wc + (r*h) Uc + bc), 6)
///     h' = z*h + (1-z)*c
///
/// Pre-activations are Q4.11, gates 0...32,768, candidates Q3.12.
package final class RecurrentCell: Sendable {
  /// `[3n, n]`: rows of Uz, Ur, Uc.
  package let matrix: WeightMatrix
  /// `[3n]`, in units of the state's sums.
  package let bias: Numbers<Int32>
  /// `[3n]`: scale of the input's sums; at least 0.
  package let inputMultiplier: Numbers<Int32>
  /// `[3n]`: scale of the state's sums; at least 0.
  package let stateMultiplier: Numbers<Int32>
  /// Bits that the products with the multipliers are shifted by.
  package let shift: Int
  /// Format of the state.
  package let stateFractionBits: Int

  /// Creates the recurrent half of a cell.
  ///
  /// - Parameters:
  ///   - matrix: `[3n, n]`: rows of Uz, Ur, Uc.
  ///   - bias: `[3n]`, in units of the state's sums.
  ///   - inputMultiplier: `[3n]`: scale of the input's sums; at least 0.
  ///   - stateMultiplier: `[3n]`: scale of the state's sums; at least 0.
  ///   - shift: bits that the products with the multipliers are shifted by.
  ///   - stateFractionBits: format of the state.
  package init(
    matrix: WeightMatrix, bias: Numbers<Int32>, inputMultiplier: Numbers<Int32>,
    stateMultiplier: Numbers<Int32>,
    shift: Int, stateFractionBits: Int
  ) {
    self.matrix = matrix
    self.bias = bias
    self.inputMultiplier = inputMultiplier
    self.stateMultiplier = stateMultiplier
    self.shift = shift
    self.stateFractionBits = stateFractionBits
  }

  /// n, the width of the state.
  package var width: Int { matrix.columns }

  /// Takes one step of `count` rows, at most `Batch.tileRows`.
  ///
  /// - Parameters:
  ///   - inputSums: sums of x W, three segments (n) for each row.
  ///   - state: `[rows, n]`, replaced by the next state.
  ///   - count: number of rows.
  ///   - tables: the non-linear functions.
  ///   - scratch: working memory, `scratchSize` for each row.
  package func step(
    inputSums: Sums, state: Vectors, count: Int, tables: ActivationTables,
    scratch: borrowing Scratch
  ) {
    var scratch = copy scratch
    let n = width
    let segment = ScratchSize.padded(n)
    let gates = scratch.takeWide(2 &* segment, rows: count)
    let candidate = scratch.takeWide(n, rows: count)
    let resetState = scratch.takeNarrow(n, rows: count)
    let kernels = tables.kernels

    matrix.multiply(state, count: count, segments: 0..<2, of: n, into: gates)
    for row in 0..<count {
      kernels.gates(
        self, inputSums: inputSums[row], gates: gates[row], stride: segment, state: state[row],
        tables: tables, into: resetState[row])
    }
    matrix.multiply(resetState, count: count, segments: 2..<3, of: n, into: candidate)
    for row in 0..<count {
      kernels.update(
        self, inputSums: inputSums[row] + 2 &* segment, z: gates[row], candidate: candidate[row],
        tables: tables, state: state[row])
    }
  }

  /// Returns the pre-activation in Q4.11.
  @inline(__always)
  func preactivation(row: Int, inputSum: Int32, stateSum: Int32) -> Int16 {
    requantizedRoundingTiesUp(
      Int64(inputSum) &* Int64(inputMultiplier[row])
        &+ Int64(stateSum &+ bias[row]) &* Int64(stateMultiplier[row]), shift: shift)
  }

  /// Explains why sums could overflow.
  ///
  /// - Parameter inputSumBound: the greatest magnitude of each row's input sum.
  /// - Returns: the reason; nil if they cannot.
  package func overflow(inputSumBound: (Int) -> Int64) -> UTF8Text? {
    for row in 0..<matrix.rows {
      let bound = matrix.sumBound(row: row) + Int64(bias[row].magnitude)
      let inputBound = inputSumBound(row)
      if bound > Int64(Int32.max) { return "the state's sum of row \(row) can reach \(bound)" }
      if inputBound > Int64(Int32.max) {
        return "the input's sum of row \(row) can reach \(inputBound)"
      }
      let terms = [
        (bound: inputBound, multiplier: inputMultiplier[row]),
        (bound: bound, multiplier: stateMultiplier[row]),
      ]
      if productBound(terms, shift: shift) == nil {
        return "the scaled sum of row \(row) can overflow 64 bits"
      }
    }
    return nil
  }

  /// The scratch that three segments of sums of x W take.
  package var inputSumsSize: ScratchSize { ScratchSize(wide: 3 * ScratchSize.padded(width)) }

  /// The scratch that `step` needs for each row.
  package var scratchSize: ScratchSize {
    ScratchSize(narrow: width, wide: 3 * ScratchSize.padded(width))
  }

  var parameterCount: Int { matrix.weights.count + bias.count }

  var multiplyAdds: Int { matrix.weights.count }
}
