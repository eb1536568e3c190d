private struct GRUSequence<S: Scalar>: Operation {
  let sequences: PackedSequences
  let table: Tensor<S>
  /// `[total]`
  let tableRows: UnsafePointer<Int32>
  let initial: Tensor<S>
  let step: GRUStep<S>
  /// `[total, 3 width]`
  let gates: UnsafeMutablePointer<S>
  /// `[total, width]`
  let resetStates: UnsafeMutablePointer<S>
  /// `[total, 3 width]`
  let gatesGradient: UnsafeMutablePointer<S>
  /// `[total, width]`, the states before each step without those that had ended.
  let previousStates: UnsafeMutablePointer<S>
  /// `[count, width]`
  let resetStateGradient: UnsafeMutablePointer<S>
  let states: Tensor<S>

  func backward() {
    let width = step.width
    for t in stride(from: sequences.steps - 1, through: 0, by: -1) {
      let offset = sequences.offsets[t]
      let before = sequences.stateRow(sequence: 0, after: t)
      let after = sequences.stateRow(sequence: 0, after: t + 1)
      step.backward(
        gates: gates + offset * 3 * width, state: states.values + before * width,
        nextGradient: states.gradient + after * width,
        gatesGradient: gatesGradient + offset * 3 * width,
        stateGradient: states.gradient + before * width,
        resetStateGradient: resetStateGradient, rows: sequences.activeCounts[t])
    }
    step.addWeightGradient(
      state: previousStates, resetState: resetStates, gatesGradient: gatesGradient,
      rows: sequences.total)
    for row in 0..<sequences.total {
      S.add(
        gatesGradient + row * 3 * width,
        to: table.gradient + Int(tableRows[row]) * 3 * width, count: 3 * width)
    }
    S.add(states.gradient, to: initial.gradient, count: initial.count)
  }
}

extension Tape {
  /// Runs a GRU over packed code sequences.
  ///
  /// - Parameters:
  ///   - sequences: the codes.
  ///   - table: `[inputs, 3 width]`, the input's share of the gates' pre-activations for every
  ///     distinct input: `embedding @ W + b`, computed once instead of once a code.
  ///   - tableRows: `[total]` the table's row for each packed code; the codes themselves if nil.
  ///   - initial: `[count, width]` initial states in packed order.
  ///   - stateWeight: `[width, 3 width]`.
  ///   - chooseCodes: if given, called before each step with its number and the states before it of
  ///     the sequences that have one, and may write the step's rows where `tableRows` reads them:
  ///     scheduled sampling. The choice is not differentiated.
  /// - Returns: all states, packed: `[count + total, width]`.
  public func gruSequence(
    _ sequences: PackedSequences, table: Tensor<S>,
    tableRows: UnsafePointer<Int32>? = nil, initial: Tensor<S>, stateWeight: Tensor<S>,
    chooseCodes: ((_ step: Int, _ states: Tensor<S>) -> Void)? = nil
  ) -> Tensor<S> {
    let width = stateWeight.rows
    let tableRows = tableRows ?? sequences.codes
    precondition(
      table.columns == 3 * width && stateWeight.columns == 3 * width && initial.columns == width
        && initial.rows == sequences.count)
    let states = tensor(rows: sequences.stateRows, columns: width)
    states.values.update(from: initial.values, count: initial.count)
    let gates = scratch(S.self, count: sequences.total * 3 * width)
    let resetStates = scratch(S.self, count: sequences.total * width)
    let previousStates = scratch(S.self, count: sequences.total * width)
    let step = GRUStep(stateWeight: stateWeight)
    for t in 0..<sequences.steps {
      let (offset, rows) = (sequences.offsets[t], sequences.activeCounts[t])
      let before = states.values + sequences.stateRow(sequence: 0, after: t) * width
      (previousStates + offset * width).update(from: before, count: rows * width)
      if let chooseCodes {
        let first = sequences.stateRow(sequence: 0, after: t)
        chooseCodes(t, states.rows(first..<first + rows))
      }
      for row in offset..<offset + rows {
        (gates + row * 3 * width).update(
          from: table.values + Int(tableRows[row]) * 3 * width, count: 3 * width)
      }
      step.forward(
        gates: gates + offset * 3 * width, state: before,
        resetState: resetStates + offset * width,
        next: states.values + sequences.stateRow(sequence: 0, after: t + 1) * width, rows: rows)
    }
    countProducts(m: sequences.total, n: 3 * width, k: width)
    record(
      GRUSequence(
        sequences: sequences, table: table, tableRows: tableRows, initial: initial, step: step,
        gates: gates,
        resetStates: resetStates,
        gatesGradient: scratch(S.self, count: sequences.total * 3 * width),
        previousStates: previousStates,
        resetStateGradient: scratch(S.self, count: sequences.count * width), states: states))
    return states
  }
}
