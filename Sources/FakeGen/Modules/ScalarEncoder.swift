/// The ScalarTuple's encoder, for feedback of the values that were sampled (paper, App. B.2):
///
///     sigmoid(dense(y', flags))
///
/// y' are the whitened values of a record in which the mean stands for every missing value:
/// y' = y - sum over missing i of d_i W_i, where d_i is the value's distance from its mean and W_i
/// row i of the whitening matrix. The layer takes the d_i as inputs, W_i multiplied into its
/// weights when quantizing.
package final class ScalarEncoder: Sendable {
  /// `[n, optional]`: from y to the d_i of optional values, each in units of its own; nil if no
  /// value is optional. Inputs and outputs in the layer's input format.
  package let distances: WideDense?
  /// `[n + 2 optional, width]`: y, the d_i or 0 where the value is there, flags 1 where it is; to
  /// Q4.11.
  package let dense: Dense
  /// Format of the feedback vector.
  package let fractionBits: Int

  /// Creates the encoder of a message's numbers.
  ///
  /// - Parameters:
  ///   - distances: `[n, optional]`; nil if no value is optional.
  ///   - dense: `[n + 2 optional, width]`, to Q4.11.
  ///   - fractionBits: of the feedback vector.
  package init(distances: WideDense?, dense: Dense, fractionBits: Int) {
    self.distances = distances
    self.dense = dense
    self.fractionBits = fractionBits
  }

  /// Formats that the layer's inputs may have.
  package static let inputFormats = Format.activations

  private var optionalCount: Int { distances?.outputs ?? 0 }

  /// Encodes the values of `count` rows into their feedback vectors.
  ///
  /// - Parameters:
  ///   - whitened: `[rows, n]`, y with 16 fraction bits.
  ///   - presence: `[rows, optional]`, 0 where the value is missing.
  ///   - count: number of rows.
  ///   - tables: the non-linear functions.
  ///   - scratch: working memory.
  ///   - feedback: `[rows, width]`, overwritten.
  package func encode(
    _ whitened: Sums, presence: Vectors, count: Int, tables: ActivationTables,
    scratch: borrowing Scratch, into feedback: Vectors
  ) {
    var scratch = copy scratch
    let inputs = scratch.takeNarrow(dense.inputs, rows: count)
    for row in 0..<count {
      setInputs(inputs[row], whitened: whitened[row], presence: presence[row])
    }
    dense.apply(inputs, count: count, into: feedback, scratch: scratch)
    for row in 0..<count {
      let vector = feedback[row]
      for unit in 0..<dense.outputs {
        vector[unit] = requantizedRoundingTiesUp(
          Int64(tables.sigmoid(vector[unit])), shift: Format.gate &- fractionBits)
      }
    }
  }

  private func setInputs(
    _ inputs: UnsafeMutablePointer<Int16>, whitened: UnsafePointer<Int32>,
    presence: UnsafePointer<Int16>
  ) {
    let optional = optionalCount
    let values = dense.inputs &- 2 &* optional
    for index in 0..<values {
      inputs[index] = requantizedRoundingTiesUp(
        Int64(whitened[index]), shift: Format.whitened &- dense.inputFractionBits)
    }
    for head in 0..<optional {
      let isPresent = presence[head] != 0
      inputs[values &+ head] = 0
      if !isPresent, let distances {
        inputs[values &+ head] = saturated(distances.output(inputs, row: head))
      }
      inputs[values &+ optional &+ head] = isPresent ? 1 &<< Int16(dense.inputFractionBits) : 0
    }
  }

  var scratchSize: ScratchSize { ScratchSize(narrow: dense.inputs, wide: dense.outputs) }

  var parameterCount: Int { dense.parameterCount + (distances?.parameterCount ?? 0) }

  var multiplyAdds: Int { dense.multiplyAdds + (distances?.multiplyAdds ?? 0) }
}

extension ScalarEncoder {
  /// Reads the section of the encoder of `count` values.
  ///
  /// - Parameters:
  ///   - optional: how many of the values may be missing.
  ///   - feedback: width and format of the vector that it must give.
  /// - Returns: the encoder.
  /// - Throws: `ModelError` if the section is not what it must be.
  static func read(
    from reader: inout NetworkReader, count: Int, optional: Int, feedback: VectorFormat
  ) throws(ModelError) -> ScalarEncoder {
    try reader.sections.begin(.scalarEncoder, name: "encoder")
    var distances: WideDense?
    if optional > 0 {
      let layer = try reader.readWideDense(
        name: "distances", input: nil, outputFractionBits: inputFormats)
      guard layer.inputs == count, layer.outputs == optional,
        layer.inputFractionBits == layer.outputFractionBits
      else {
        throw reader.sections.invalid("its distances should be \(optional) of \(count) values")
      }
      distances = layer
    }
    let dense = try reader.readDense(
      name: "dense", input: nil, outputs: feedback.width...feedback.width,
      outputFractionBits: Format.preactivation...Format.preactivation)
    let inputs = VectorFormat(width: count + 2 * optional, fractionBits: dense.inputFractionBits)
    try reader.check(
      VectorFormat(width: dense.inputs, fractionBits: dense.inputFractionBits), is: inputs)
    guard inputFormats.contains(dense.inputFractionBits),
      distances.map({ $0.outputFractionBits == dense.inputFractionBits }) ?? true
    else { throw reader.sections.invalid("its inputs' format is not one of values") }
    try reader.sections.finish()
    return ScalarEncoder(
      distances: distances, dense: dense, fractionBits: feedback.fractionBits)
  }

  func write(to writer: inout SectionWriter) {
    writer.begin(.scalarEncoder, name: "encoder")
    if let distances { writer.write(distances, name: "distances") }
    writer.write(dense, name: "dense")
    writer.end()
  }
}
