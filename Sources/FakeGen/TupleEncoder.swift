/// A nested message's encoder, for feedback of the values that were sampled (paper, App. B.3): GRUs
/// over the elements' embeddings, one forwards and one backwards, and celu(dense) of both last
/// states.
package final class TupleEncoder: Sendable {
  /// `[n]` in the states' format.
  package let initialState: Numbers<Int16>
  /// One for each element.
  package let forward: [GRU]
  package let backward: [GRU]
  /// `[2n, width]` with CELU, in the feedback format.
  package let output: Dense

  package init(
    initialState: Numbers<Int16>, forward: [GRU], backward: [GRU], output: Dense
  ) {
    precondition(forward.count == backward.count)
    self.initialState = initialState
    self.forward = forward
    self.backward = backward
    self.output = output
  }

  /// - Parameter vectors: `[elements, width]` in the feedback format, for `count` rows.
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

  package var scratchSize: ScratchSize {
    var parts = ScratchSize(wide: output.outputs)
    for gru in forward { parts = parts | gru.scratchSize }
    for gru in backward { parts = parts | gru.scratchSize }
    return ScratchSize(narrow: 2 * initialState.count) + parts
  }

  package var parameterCount: Int {
    initialState.count + output.parameterCount
      + forward.reduce(0) { $0 + $1.parameterCount }
      + backward.reduce(0) { $0 + $1.parameterCount }
  }
}
