/// A dense layer with int16 weights and 64-bit sums, for the few layers whose precision shows in
/// printed digits: the scalars and the latent vector.
package final class WideDense: Sendable {
  /// Number of inputs.
  package let inputs: Int
  /// Number of outputs.
  package let outputs: Int
  /// `[outputs, inputs]`, row major, each in -32,767...32,767.
  package let weights: Numbers<Int16>
  /// In units of each row's sum.
  package let bias: Numbers<Int64>
  /// Row r's sum times `multiplier[r]` times 2^-shift is the output integer; at least 0.
  package let multiplier: Numbers<Int32>
  /// Bits that the products with `multiplier` are shifted by.
  package let shift: Int
  /// Format of the inputs.
  package let inputFractionBits: Int
  /// Format of the outputs.
  package let outputFractionBits: Int
  /// The weights' upper and lower bytes, for fast products; nil for the reference.
  private let halves: WeightHalves?

  /// Creates a layer.
  ///
  /// - Parameters:
  ///   - inputs: number of inputs.
  ///   - outputs: number of outputs.
  ///   - weights: `[outputs, inputs]`, row major, each in -32,767...32,767.
  ///   - bias: `[outputs]`, in units of each row's sum.
  ///   - multiplier: `[outputs]`, at least 0.
  ///   - shift: bits that the products with `multiplier` are shifted by.
  ///   - inputFractionBits: format of the inputs.
  ///   - outputFractionBits: format of the outputs.
  ///   - kernels: the kernels that products are made with.
  package init(
    inputs: Int, outputs: Int, weights: Numbers<Int16>, bias: Numbers<Int64>,
    multiplier: Numbers<Int32>, shift: Int,
    inputFractionBits: Int, outputFractionBits: Int, kernels: Kernels = .reference
  ) {
    precondition(weights.count == inputs * outputs)
    self.inputs = inputs
    self.outputs = outputs
    self.weights = weights
    self.bias = bias
    self.multiplier = multiplier
    self.shift = shift
    self.inputFractionBits = inputFractionBits
    self.outputFractionBits = outputFractionBits
    halves =
      kernels == .reference || inputs > WeightHalves.maximumInputs
      ? nil : WeightHalves(weights, rows: outputs, columns: inputs, kernels: kernels)
  }

  /// Computes all outputs of `count` rows, saturated to Int16.
  ///
  /// - Parameters:
  ///   - x: `[rows, inputs]` in the inputs' format.
  ///   - count: number of rows.
  ///   - y: `[rows, outputs]` in the outputs' format, overwritten.
  ///   - scratch: working memory.
  package func apply(_ x: Vectors, count: Int, into y: Vectors, scratch: borrowing Scratch) {
    guard let halves else {
      for row in 0..<count {
        for index in 0..<outputs { y[row][index] = saturated(output(x[row], row: index)) }
      }
      return
    }
    var scratch = copy scratch
    let upper = scratch.takeWide(outputs, rows: min(count, Batch.tileRows))
    let lower = scratch.takeWide(outputs, rows: min(count, Batch.tileRows))
    var start = 0
    while start < count {
      let rows = min(Batch.tileRows, count &- start)
      halves.multiply(x.from(start), count: rows, upper: upper, lower: lower)
      for row in 0..<rows {
        let (upper, lower, y) = (upper[row], lower[row], y[start &+ row])
        var inputSum: Int32 = 0
        for column in 0..<inputs { inputSum &+= Int32(x[start &+ row][column]) }
        let constant = Int64(inputSum) &<< 7
        for index in 0..<outputs {
          let sum =
            bias[index] &+ constant &+ Int64(upper[index]) &<< 8 &+ Int64(lower[index])
          y[index] = requantizedRoundingTiesUp(sum &* Int64(multiplier[index]), shift: shift)
        }
      }
      start &+= rows
    }
  }

  /// The scratch that `apply` needs.
  package var scratchSize: ScratchSize {
    halves == nil ? ScratchSize() : ScratchSize(wide: outputs) + ScratchSize(wide: outputs)
  }

  /// Returns one output, rounded with ties up, not saturated.
  ///
  /// - Parameters:
  ///   - x: `[inputs]`.
  ///   - row: number of the output.
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

  /// Returns the greatest magnitude of a row's sum with any Int16 inputs, bias included; nil over
  /// 63 bits.
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
  package var overflow: UTF8Text? {
    for row in 0..<outputs {
      guard let bound = sumBound(row: row),
        productBound([(bound: bound, multiplier: multiplier[row])], shift: shift) != nil
      else { return "the scaled sum of row \(row) can overflow 64 bits" }
    }
    return nil
  }

  var parameterCount: Int { weights.count + bias.count }

  var multiplyAdds: Int { weights.count }
}
