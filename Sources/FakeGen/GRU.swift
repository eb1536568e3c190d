/// The recurrent half of a GRU cell (paper, App. B.1). The gates' rows are in the order z (update),
/// r (reset), c (candidate):
///
///     z = sigmoid(x Wz + h Uz + bz)      r = sigmoid(x Wr + h Ur + br)
///     c = min(celu(x Wc + (r*h) Uc + bc), 6)
///     h' = z*h + (1-z)*c
///
/// Pre-activations are Q4.11, gates 0...32,768, candidates Q3.12.
package struct RecurrentCell: Sendable, Hashable {
  /// `[3n, n]`: rows of Uz, Ur, Uc.
  package let matrix: WeightMatrix
  /// `[3n]`, in units of the state's sums.
  package let bias: Numbers<Int32>
  /// `[3n]`: scale of the input's sums; at least 0.
  package let inputMultiplier: Numbers<Int32>
  /// `[3n]`: scale of the state's sums; at least 0.
  package let stateMultiplier: Numbers<Int32>
  package let shift: Int
  /// Format of the state.
  package let stateFractionBits: Int

  package init(
    matrix: WeightMatrix, bias: some NumberSource<Int32>, inputMultiplier: some NumberSource<Int32>,
    stateMultiplier: some NumberSource<Int32>,
    shift: Int, stateFractionBits: Int
  ) {
    self.matrix = matrix
    self.bias = bias.numbers
    self.inputMultiplier = inputMultiplier.numbers
    self.stateMultiplier = stateMultiplier.numbers
    self.shift = shift
    self.stateFractionBits = stateFractionBits
  }

  /// n, the width of the state.
  package var width: Int { matrix.columns }

  /// One step. `inputSums` (3n) are the sums of x W; `state` (n) is replaced by the next state.
  package func step(
    inputSums: UnsafePointer<Int32>, state: UnsafeMutablePointer<Int16>,
    tables: ActivationTables, scratch: borrowing Scratch
  ) {
    var scratch = copy scratch
    let n = width
    let gates = scratch.takeWide(2 * n)
    let candidate = scratch.takeWide(n)
    let resetState = scratch.takeNarrow(n)

    matrix.multiply(state, rows: 0..<2 * n, into: gates)
    for row in 0..<2 * n {
      gates[row] = tables.sigmoid(
        preactivation(row: row, inputSum: inputSums[row], stateSum: gates[row]))
    }
    let reset = gates + n
    for unit in 0..<n {
      // At most 2^15 * 2^15, so the product and its rounding fit.
      resetState[unit] = Int16(
        truncatingIfNeeded: (reset[unit] &* Int32(state[unit]) &+ 0x4000) &>> 15)
    }
    matrix.multiply(resetState, rows: 2 * n..<3 * n, into: candidate)
    let coarser = Format.activation &- stateFractionBits
    for unit in 0..<n {
      let row = 2 &* n &+ unit
      var c = tables.cappedCELU(
        preactivation(row: row, inputSum: inputSums[row], stateSum: candidate[unit]))
      if coarser > 0 {
        c = Int32(truncatingIfNeeded: shiftedRoundingTiesUp(Int64(c), by: coarser))
      }
      let z = gates[unit]
      // A convex combination of two Int16, so it fits too.
      state[unit] = Int16(
        truncatingIfNeeded: (z &* Int32(state[unit]) &+ (32768 &- z) &* c &+ 0x4000) &>> 15)
    }
  }

  /// The pre-activation in Q4.11.
  @inline(__always)
  private func preactivation(row: Int, inputSum: Int32, stateSum: Int32) -> Int16 {
    requantizedRoundingTiesUp(
      Int64(inputSum) &* Int64(inputMultiplier[row])
        &+ Int64(stateSum &+ bias[row]) &* Int64(stateMultiplier[row]), shift: shift)
  }

  /// Why sums could overflow, given the greatest magnitude of each row's input sum; nil if they
  /// cannot.
  package func overflow(inputSumBound: (Int) -> Int64) -> String? {
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

  package var scratchSize: ScratchSize { ScratchSize(narrow: width, wide: 3 * width) }
  package var parameterCount: Int { matrix.weights.count + bias.count }
}

/// A GRU cell whose input is an embedding vector.
package struct GRU: Sendable, Hashable {
  /// `[3n, inputs]`: rows of Wz, Wr, Wc.
  package let input: WeightMatrix
  /// Format of the input.
  package let inputFractionBits: Int
  package let cell: RecurrentCell

  package init(input: WeightMatrix, inputFractionBits: Int, cell: RecurrentCell) {
    self.input = input
    self.inputFractionBits = inputFractionBits
    self.cell = cell
  }

  /// One step: `state` (n) is replaced by the next state under input `x` (inputs).
  package func step(
    _ x: UnsafePointer<Int16>, state: UnsafeMutablePointer<Int16>, tables: ActivationTables,
    scratch: borrowing Scratch
  ) {
    var scratch = copy scratch
    let sums = scratch.takeWide(input.rows)
    input.multiply(x, rows: 0..<input.rows, into: sums)
    cell.step(inputSums: sums, state: state, tables: tables, scratch: scratch)
  }

  /// Why sums could overflow; nil if they cannot.
  package var overflow: String? {
    cell.overflow { input.sumBound(row: $0) }
  }

  package var scratchSize: ScratchSize { ScratchSize(wide: input.rows) + cell.scratchSize }
  package var parameterCount: Int { input.weights.count + cell.parameterCount }
}
