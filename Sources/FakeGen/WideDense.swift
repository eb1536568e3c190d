/// A dense layer with int16 weights and 64-bit sums, for the few layers whose precision shows in
/// printed digits: the scalars and the latent vector.
package struct WideDense: Sendable, Hashable {
  package let inputs: Int
  package let outputs: Int
  /// `[outputs, inputs]`, row major, each in -32,767...32,767.
  package let weights: Numbers<Int16>
  /// In units of each row's sum.
  package let bias: Numbers<Int64>
  /// Row r's sum times `multiplier[r]` times 2^-shift is the output integer; at least 0.
  package let multiplier: Numbers<Int32>
  package let shift: Int
  package let inputFractionBits: Int
  package let outputFractionBits: Int

  package init(
    inputs: Int, outputs: Int, weights: some NumberSource<Int16>, bias: some NumberSource<Int64>,
    multiplier: some NumberSource<Int32>, shift: Int,
    inputFractionBits: Int, outputFractionBits: Int
  ) {
    let weights = weights.numbers
    precondition(weights.count == inputs * outputs)
    self.inputs = inputs
    self.outputs = outputs
    self.weights = weights
    self.bias = bias.numbers
    self.multiplier = multiplier.numbers
    self.shift = shift
    self.inputFractionBits = inputFractionBits
    self.outputFractionBits = outputFractionBits
  }

  /// Output `row` for the inputs `x` (inputs), rounded with ties up, not saturated.
  package func output(_ x: UnsafePointer<Int16>, row: Int) -> Int64 {
    var sum = bias[row]
    weights.withUnsafeBufferPointer { weights in
      let start = row &* inputs
      for column in 0..<inputs {
        sum &+= Int64(Int32(weights[start &+ column]) &* Int32(x[column]))
      }
    }
    return shiftedRoundingTiesUp(sum &* Int64(multiplier[row]), by: shift)
  }

  /// Greatest magnitude of the sum of `row` with any Int16 inputs, bias included; nil over 63 bits.
  package func sumBound(row: Int) -> Int64? {
    var magnitudes: Int64 = 0
    for column in 0..<inputs {
      magnitudes += Int64(weights[row * inputs + column].magnitude)
    }
    let (bound, overflow) = (magnitudes * 32768).addingReportingOverflow(
      Int64(clamping: bias[row].magnitude))
    return overflow ? nil : bound
  }

  /// Why the sums, or their products with the multipliers, could overflow; nil if they cannot.
  package var overflow: String? {
    for row in 0..<outputs {
      guard let bound = sumBound(row: row),
        productBound([(bound: bound, multiplier: multiplier[row])], shift: shift) != nil
      else { return "the scaled sum of row \(row) can overflow 64 bits" }
    }
    return nil
  }

  package var parameterCount: Int { weights.count + bias.count }
}
