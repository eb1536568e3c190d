/// A nested message's encoder, for feedback of the values that were sampled (paper, App. B.3): GRUs
/// over the elements' embeddings, one forwards and one backwards, and celu(dense) of both last
/// states.
package final class TupleEncoder: Sendable {
  /// `[n]` in the states' format.
  package let initialState: Numbers<Int16>
  /// The GRUs that go from the first element to the last, one for each.
  package let forward: [GRU]
  /// The GRUs that go from the last element to the first, one for each.
  package let backward: [GRU]
  /// `[2n, width]` with CELU, in the feedback format.
  package let output: Dense

  /// Creates a nested message's encoder.
  ///
  /// - Parameters:
  ///   - initialState: `[n]` in the states' format.
  ///   - forward: one for each element.
  ///   - backward: one for each element.
  ///   - output: `[2n, width]` with CELU, in the feedback format.
  package init(
    initialState: Numbers<Int16>, forward: [GRU], backward: [GRU], output: Dense
  ) {
    precondition(forward.count == backward.count)
    self.initialState = initialState
    self.forward = forward
    self.backward = backward
    self.output = output
  }

  /// Encodes the elements' feedback vectors of `count` rows into one for each row.
  ///
  /// - Parameters:
  ///   - vectors: `[rows, elements, width]` in the feedback format.
  ///   - count: number of rows.
  ///   - tables: the non-linear functions.
  ///   - scratch: working memory.
  ///   - feedback: `[rows, width]`, overwritten.
  package func encode(
    _ vectors: Vectors, count: Int, tables: ActivationTables, scratch: borrowing Scratch,
    into feedback: Vectors
  ) {
    var scratch = copy scratch
    let n = initialState.count
    let states = scratch.takeNarrow(2 * n, rows: count)
    for row in 0..<count {
      states[row].update(from: initialState.start, count: n)
      (states[row] + n).update(from: initialState.start, count: n)
    }
    let width = output.outputs
    for index in 0..<forward.count {
      forward[index].step(
        vectors.columns(from: index &* width), state: states, count: count, tables: tables,
        scratch: scratch)
    }
    for index in 0..<backward.count {
      let element = backward.count &- 1 &- index
      backward[element].step(
        vectors.columns(from: element &* width), state: states.columns(from: n), count: count,
        tables: tables, scratch: scratch)
    }
    output.applyCELU(states, count: count, into: feedback, tables: tables, scratch: scratch)
  }

  var scratchSize: ScratchSize {
    var parts = ScratchSize(wide: output.outputs)
    for gru in forward { parts = parts | gru.scratchSize }
    for gru in backward { parts = parts | gru.scratchSize }
    return ScratchSize(narrow: 2 * initialState.count) + parts
  }

  var parameterCount: Int {
    (forward + backward).reduce(initialState.count + output.parameterCount) {
      $0 + $1.parameterCount
    }
  }

  var multiplyAdds: Int {
    (forward + backward).reduce(output.multiplyAdds) { $0 + $1.multiplyAdds }
  }
}

extension TupleEncoder {
  /// Reads the section of the encoder of a message with so many `elements`.
  ///
  /// - Parameter vector: width and format of the elements' feedback vectors.
  /// - Returns: the encoder.
  /// - Throws: `ModelError` if the section is not what it must be.
  static func read(
    from reader: inout NetworkReader, elements: Int, vector: VectorFormat
  ) throws(ModelError) -> TupleEncoder {
    try reader.sections.begin(.tupleEncoder, name: "encoder")
    let width = try reader.sections.readShape(1...ModelFormat.maximumWidth / 2)
    let state = VectorFormat(
      width: width, fractionBits: try reader.sections.readInteger(Format.activations))
    let initialState = try reader.sections.readNumbers(Int16.self, count: width)
    try reader.sections.skipPadding()
    var forward: [GRU] = []
    var backward: [GRU] = []
    for _ in 0..<elements {
      forward.append(try reader.readGRU(name: "forward", input: vector, state: state))
      backward.append(try reader.readGRU(name: "backward", input: vector, state: state))
    }
    let output = try reader.readFeedbackLayer(
      name: "output", input: VectorFormat(width: 2 * width, fractionBits: state.fractionBits))
    try reader.sections.finish()
    return TupleEncoder(
      initialState: initialState, forward: forward, backward: backward, output: output)
  }

  func write(to writer: inout SectionWriter) {
    writer.begin(.tupleEncoder, name: "encoder")
    writer.writeShape(initialState.count)
    writer.write(UInt32(output.inputFractionBits))
    writer.write(initialState)
    writer.pad()
    for (forward, backward) in zip(forward, backward) {
      writer.write(forward, name: "forward")
      writer.write(backward, name: "backward")
    }
    writer.write(output, name: "output")
    writer.end()
  }
}
