extension NetworkReader {
  /// Reads a dense layer.
  ///
  /// - Parameters:
  ///   - input: width and format that its inputs must have; nil for any.
  ///   - isPacked: false if how its rows are to be packed is not known yet.
  /// - Returns: the layer.
  /// - Throws: `ModelError` if the section is not what it must be.
  mutating func readDense(
    name: UTF8Text, input: VectorFormat?, outputs: ClosedRange<Int>,
    outputFractionBits: ClosedRange<Int>, isPacked: Bool = true
  ) throws(ModelError) -> Dense {
    try sections.begin(.dense, name: name)
    let inputs = try sections.readShape(1...ModelFormat.maximumWidth)
    let outputs = try sections.readShape(outputs)
    let inputFractionBits = try sections.readInteger(0...15)
    let outputFractionBits = try sections.readInteger(outputFractionBits)
    try check(VectorFormat(width: inputs, fractionBits: inputFractionBits), is: input)
    let shift = try sections.readInteger(1...62)
    let multiplier = try readMultiplier(count: outputs)
    let bias = try sections.readNumbers(Int32.self, count: outputs)
    let matrix = try readMatrix(rows: outputs, columns: inputs, isPacked: isPacked)
    let layer = Dense(
      matrix: matrix, bias: bias, multiplier: multiplier, shift: shift,
      inputFractionBits: inputFractionBits, outputFractionBits: outputFractionBits)
    if sections.checksNumbers, let overflow = layer.overflow { throw sections.invalid(overflow) }
    try sections.finish()
    return layer
  }

  /// Reads a dense layer with CELU.
  mutating func readCELU(name: UTF8Text, input: VectorFormat?) throws(ModelError) -> Dense {
    let coarsest = Format.activations.lowerBound - 1
    let finest = Format.activations.upperBound - 1
    return try readDense(
      name: name, input: input, outputs: 1...ModelFormat.maximumWidth,
      outputFractionBits: coarsest...finest)
  }

  /// Returns what a dense layer with CELU gives.
  func celuOutput(_ layer: Dense) -> VectorFormat {
    VectorFormat(width: layer.outputs, fractionBits: layer.outputFractionBits + 1)
  }

  /// Reads a layer with CELU that gives feedback vectors.
  mutating func readFeedbackLayer(
    name: UTF8Text, input: VectorFormat
  ) throws(ModelError) -> Dense {
    let layer = try readCELU(name: name, input: input)
    guard celuOutput(layer) == feedbackVector else {
      throw sections.invalid("it does not give the feedback's width and format")
    }
    return layer
  }

  /// Reads the layer of Bernoulli heads.
  mutating func readPresence(
    name: UTF8Text, input: VectorFormat, heads: ClosedRange<Int>
  ) throws(ModelError) -> Dense {
    try readDense(
      name: name, input: input, outputs: heads,
      outputFractionBits: Format.preactivation...Format.preactivation)
  }

  /// Reads the layer of a softmax.
  ///
  /// - Parameter isPacked: false if how its rows are to be packed is not known yet.
  mutating func readLogits(
    name: UTF8Text, input: VectorFormat, classes: ClosedRange<Int>, isPacked: Bool = true
  ) throws(ModelError) -> Dense {
    try readDense(
      name: name, input: input, outputs: classes,
      outputFractionBits: Format.logit...Format.logit, isPacked: isPacked)
  }

  /// Reads a dense layer with wide weights.
  ///
  /// - Parameters:
  ///   - input: width and format that its inputs must have; nil for any.
  ///   - kernels: what all outputs together are computed with.
  /// - Returns: the layer.
  /// - Throws: `ModelError` if the section is not what it must be.
  mutating func readWideDense(
    name: UTF8Text, input: VectorFormat?, outputFractionBits: ClosedRange<Int>,
    kernels: Kernels = .reference
  ) throws(ModelError) -> WideDense {
    try sections.begin(.wideDense, name: name)
    let inputs = try sections.readShape(1...ModelFormat.maximumWidth)
    let outputs = try sections.readShape(1...ModelFormat.maximumWidth)
    let inputFractionBits = try sections.readInteger(0...15)
    let outputFractionBits = try sections.readInteger(outputFractionBits)
    try check(VectorFormat(width: inputs, fractionBits: inputFractionBits), is: input)
    let shift = try sections.readInteger(1...62)
    let multiplier = try readMultiplier(count: outputs)
    let bias = try sections.readNumbers(Int64.self, count: outputs)
    let weights = try sections.readNumbers(Int16.self, rows: outputs, columns: inputs)
    if sections.checksNumbers, weights.contains(.min) {
      throw sections.invalid("a weight is -32768")
    }
    let layer = WideDense(
      inputs: inputs, outputs: outputs, weights: weights, bias: bias, multiplier: multiplier,
      shift: shift, inputFractionBits: inputFractionBits, outputFractionBits: outputFractionBits,
      kernels: kernels)
    if sections.checksNumbers, let overflow = layer.overflow { throw sections.invalid(overflow) }
    try sections.finish()
    return layer
  }

  /// Reads int8 weights.
  ///
  /// - Parameter segments: number of equal parts that the rows are multiplied in.
  mutating func readMatrix(
    rows: Int, columns: Int, segments: Int = 1, isPacked: Bool = true
  ) throws(ModelError) -> WeightMatrix {
    let weights = try sections.readNumbers(Int8.self, rows: rows, columns: columns)
    if sections.checksNumbers, weights.contains(.min) { throw sections.invalid("a weight is -128") }
    try sections.skipPadding()
    return WeightMatrix(
      rows: rows, columns: columns, weights: weights,
      isWidened: isPacked && !sections.isLasting, segmentSize: rows / segments,
      kernels: isPacked ? kernels : .reference)
  }

  private mutating func readMultiplier(count: Int) throws(ModelError) -> Numbers<Int32> {
    let multiplier = try sections.readNumbers(Int32.self, count: count)
    if multiplier.contains(where: { $0 < 0 }) {
      throw sections.invalid("a multiplier is negative")
    }
    return multiplier
  }

  /// Reads the recurrent half of a GRU cell.
  ///
  /// - Parameter state: width and format that its state must have; nil for any.
  mutating func readCell(state: VectorFormat?) throws(ModelError) -> RecurrentCell {
    try sections.begin(.cell, name: "cell")
    let width = try sections.readShape(1...ModelFormat.maximumWidth)
    let fractionBits = try sections.readInteger(Format.activations)
    try check(VectorFormat(width: width, fractionBits: fractionBits), is: state)
    let shift = try sections.readInteger(1...62)
    let inputMultiplier = try readMultiplier(count: 3 * width)
    let stateMultiplier = try readMultiplier(count: 3 * width)
    let bias = try sections.readNumbers(Int32.self, count: 3 * width)
    let matrix = try readMatrix(rows: 3 * width, columns: width, segments: 3)
    try sections.finish()
    return RecurrentCell(
      matrix: matrix, bias: bias, inputMultiplier: inputMultiplier,
      stateMultiplier: stateMultiplier, shift: shift, stateFractionBits: fractionBits)
  }

  /// Reads a GRU cell that takes vectors of `input`.
  mutating func readGRU(
    name: UTF8Text, input: VectorFormat, state: VectorFormat
  ) throws(ModelError) -> GRU {
    try sections.begin(.gru, name: name)
    let inputs = try sections.readShape(1...ModelFormat.maximumWidth)
    let rows = try sections.readShape(3 * state.width...3 * state.width)
    let fractionBits = try sections.readInteger(0...15)
    try check(VectorFormat(width: inputs, fractionBits: fractionBits), is: input)
    let matrix = try readMatrix(rows: rows, columns: inputs, segments: 3)
    let gru = GRU(
      input: matrix, inputFractionBits: fractionBits, cell: try readCell(state: state))
    if sections.checksNumbers, let overflow = gru.overflow { throw sections.invalid(overflow) }
    try sections.finish()
    return gru
  }

  /// Reads rows of feedback vectors; nil, and no section, if there is no `feedback`.
  mutating func readEmbedding(
    name: UTF8Text, rows: Int, feedback: VectorFormat?
  ) throws(ModelError) -> EmbeddingTable? {
    guard let feedback else { return nil }
    return try readTable(name: name, rows: rows, width: feedback.width)
  }

  /// Reads rows of vectors.
  mutating func readTable(
    name: UTF8Text, rows: Int, width: Int
  ) throws(ModelError) -> EmbeddingTable {
    try sections.begin(.embedding, name: name)
    let vectors = try sections.readNumbers(Int16.self, rows: rows, columns: width)
    try sections.finish()
    return EmbeddingTable(width: width, vectors: vectors)
  }
}
