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

  /// Takes one step of `count` rows.
  ///
  /// - Parameters:
  ///   - inputs: sums of x W.
  ///   - state: `[rows, n]`, replaced by the next state.
  ///   - count: number of rows.
  ///   - tables: the non-linear functions.
  ///   - scratch: working memory, `scratchSize` for each row.
  package func step(
    inputs: InputSums, state: Vectors, count: Int, tables: ActivationTables,
    scratch: borrowing Scratch
  ) {
    var scratch = copy scratch
    let wide = scratch.takeWide(3 &* ScratchSize.padded(width), rows: min(count, Batch.tileRows))
    let narrow = scratch.takeNarrow(width, rows: min(count, Batch.tileRows))
    if let packed = matrix.packed {
      packed.kernels.step(
        self, weights: packed.start(ofSegment: 0), blocks: packed.blocksPerSegment, inputs: inputs,
        state: state, count: count, tables: tables, wide: wide, narrow: narrow)
      return
    }
    for row in 0..<count {
      step(inputs, row: row, state: state, tables: tables, sums: wide, resetState: narrow)
    }
  }

  /// Takes one step of one row: what the kernels of all levels compute.
  ///
  /// - Parameters:
  ///   - inputs: sums of x W.
  ///   - row: number of the row.
  ///   - state: `[rows, n]`, of which the row's is replaced by the next state.
  ///   - tables: the non-linear functions.
  ///   - sums: working memory, three segments (n).
  ///   - resetState: working memory (n).
  private func step(
    _ inputs: InputSums, row: Int, state: Vectors, tables: ActivationTables, sums: Sums,
    resetState: Vectors
  ) {
    let n = width
    let segment = ScratchSize.padded(n)
    let (gates, candidate) = (sums.base, sums.base + 2 &* segment)
    let (state, reset) = (state[row], resetState.base)

    matrix.multiply(
      Vectors(base: state, stride: 0), count: 1, segments: 0..<2, of: n, into: sums)
    for unit in 0..<n {
      gates[unit] = tables.sigmoid(
        preactivation(row: unit, inputSum: inputs.sum(row, at: unit), stateSum: gates[unit]))
      let r = tables.sigmoid(
        preactivation(
          row: n &+ unit, inputSum: inputs.sum(row, at: segment &+ unit),
          stateSum: gates[segment &+ unit]))
      // At most 2^15 * 2^15, so the product and its rounding fit.
      reset[unit] = Int16(truncatingIfNeeded: (r &* Int32(state[unit]) &+ 0x4000) &>> 15)
    }
    matrix.multiply(
      resetState, count: 1, segments: 2..<3, of: n, into: Sums(base: candidate, stride: 0))
    let coarser = Format.activation &- stateFractionBits
    for unit in 0..<n {
      var c = tables.cappedCELU(
        preactivation(
          row: 2 &* n &+ unit, inputSum: inputs.sum(row, at: 2 &* segment &+ unit),
          stateSum: candidate[unit]))
      if coarser > 0 {
        c = Int32(truncatingIfNeeded: shiftedRoundingTiesUp(Int64(c), by: coarser))
      }
      // A convex combination of two Int16, so it fits too.
      state[unit] = Int16(
        truncatingIfNeeded: (gates[unit] &* Int32(state[unit]) &+ (32768 &- gates[unit]) &* c
          &+ 0x4000) &>> 15)
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
