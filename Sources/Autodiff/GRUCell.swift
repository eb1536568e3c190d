/// Parameters of a gated recurrent unit (paper, App. B.1). Columns are the gates update, reset,
/// candidate.
public struct GRUParameters<S: Scalar>: BitwiseCopyable {
  /// The weight of the input `[inputs, 3 width]`.
  public let inputWeight: Tensor<S>
  /// The weight of the state `[width, 3 width]`.
  public let stateWeight: Tensor<S>
  /// The bias `[1, 3 width]`.
  public let bias: Tensor<S>

  /// Creates the parameters of a cell.
  ///
  /// - Parameters:
  ///   - inputWeight: `[inputs, 3 width]`.
  ///   - stateWeight: `[width, 3 width]`.
  ///   - bias: `[1, 3 width]`.
  public init(inputWeight: Tensor<S>, stateWeight: Tensor<S>, bias: Tensor<S>) {
    precondition(
      inputWeight.columns == bias.columns && stateWeight.columns == bias.columns
        && stateWeight.columns == 3 * stateWeight.rows && bias.rows == 1)
    self.inputWeight = inputWeight
    self.stateWeight = stateWeight
    self.bias = bias
  }

  /// Width of the input.
  public var inputs: Int { inputWeight.rows }
  /// Width of the state.
  public var width: Int { stateWeight.rows }
}

/// One step of the state's share of a GRU, forward and backward, used by the single cell and by
/// the sequence alike. `gates [rows, 3 width]` holds the input's share of the pre-activations
/// before the step, the gates after it.
struct GRUStep<S: Scalar>: BitwiseCopyable {
  let stateWeight: Tensor<S>
  var width: Int { stateWeight.rows }

  /// Computes `next = gru(state)`; `resetState [rows, width]` is kept for the backward pass.
  func forward(
    gates: UnsafeMutablePointer<S>, state: UnsafePointer<S>, resetState: UnsafeMutablePointer<S>,
    next: UnsafeMutablePointer<S>, rows: Int
  ) {
    // gates[z, r] (rows, 2n) += h (rows, n) @ U[z, r] (n, 2n)
    S.multiply(
      transposeA: false, transposeB: false, m: rows, n: 2 * width, k: width, alpha: 1, a: state,
      lda: width, b: stateWeight.values, ldb: 3 * width, beta: 1, c: gates, ldc: 3 * width)
    S.gruGates(gates, state: state, resetState: resetState, rows: rows, width: width)
    // gates[c] (rows, n) += (r * h) (rows, n) @ U[c] (n, n)
    S.multiply(
      transposeA: false, transposeB: false, m: rows, n: width, k: width, alpha: 1, a: resetState,
      lda: width, b: stateWeight.values + 2 * width, ldb: 3 * width, beta: 1,
      c: gates + 2 * width, ldc: 3 * width)
    S.gruUpdate(gates, state: state, next: next, rows: rows, width: width)
  }

  /// Writes `gatesGradient [rows, 3 width]` (of the pre-activations), adds to `stateGradient`.
  /// `resetStateGradient [rows, width]` is scratch.
  func backward(
    gates: UnsafePointer<S>, state: UnsafePointer<S>, nextGradient: UnsafePointer<S>,
    gatesGradient: UnsafeMutablePointer<S>, stateGradient: UnsafeMutablePointer<S>,
    resetStateGradient: UnsafeMutablePointer<S>, rows: Int
  ) {
    S.gruUpdateGradient(
      gates: gates, state: state, nextGradient: nextGradient, gatesGradient: gatesGradient,
      stateGradient: stateGradient, rows: rows, width: width)
    // d(r * h) (rows, n) = dc (rows, n) @ U[c]^T (n, n)
    S.multiply(
      transposeA: false, transposeB: true, m: rows, n: width, k: width, alpha: 1,
      a: gatesGradient + 2 * width, lda: 3 * width, b: stateWeight.values + 2 * width,
      ldb: 3 * width, beta: 0, c: resetStateGradient, ldc: width)
    S.gruGatesGradient(
      gates: gates, state: state, resetStateGradient: resetStateGradient,
      gatesGradient: gatesGradient, stateGradient: stateGradient, rows: rows, width: width)
    // dh (rows, n) += d[z, r] (rows, 2n) @ U[z, r]^T (2n, n)
    S.multiply(
      transposeA: false, transposeB: true, m: rows, n: width, k: 2 * width, alpha: 1,
      a: gatesGradient, lda: 3 * width, b: stateWeight.values, ldb: 3 * width, beta: 1,
      c: stateGradient, ldc: width)
  }

  /// Adds to the state weight's gradient: `dU (n, 3n) += [h^T @ d[z, r], (r * h)^T @ dc]` over all
  /// `rows` of one or more steps.
  func addWeightGradient(
    state: UnsafePointer<S>, resetState: UnsafePointer<S>, gatesGradient: UnsafePointer<S>,
    rows: Int
  ) {
    S.multiply(
      transposeA: true, transposeB: false, m: width, n: 2 * width, k: rows, alpha: 1, a: state,
      lda: width, b: gatesGradient, ldb: 3 * width, beta: 1, c: stateWeight.gradient,
      ldc: 3 * width)
    S.multiply(
      transposeA: true, transposeB: false, m: width, n: width, k: rows, alpha: 1, a: resetState,
      lda: width, b: gatesGradient + 2 * width, ldb: 3 * width, beta: 1,
      c: stateWeight.gradient + 2 * width, ldc: 3 * width)
  }
}

private struct GRUCell<S: Scalar>: Operation {
  let input: Tensor<S>
  let state: Tensor<S>
  let parameters: GRUParameters<S>
  let gates: UnsafeMutablePointer<S>
  let resetState: UnsafeMutablePointer<S>
  let gatesGradient: UnsafeMutablePointer<S>
  let resetStateGradient: UnsafeMutablePointer<S>
  let next: Tensor<S>

  func backward() {
    let step = GRUStep(stateWeight: parameters.stateWeight)
    let (rows, inputs, columns) = (input.rows, input.columns, 3 * step.width)
    step.backward(
      gates: gates, state: state.values, nextGradient: next.gradient,
      gatesGradient: gatesGradient, stateGradient: state.gradient,
      resetStateGradient: resetStateGradient, rows: rows)
    step.addWeightGradient(
      state: state.values, resetState: resetState, gatesGradient: gatesGradient, rows: rows)
    // dW (inputs, 3n) += x^T (inputs, rows) @ dgates (rows, 3n)
    S.multiply(
      transposeA: true, transposeB: false, m: inputs, n: columns, k: rows, alpha: 1,
      a: input.values, lda: inputs, b: gatesGradient, ldb: columns, beta: 1,
      c: parameters.inputWeight.gradient, ldc: columns)
    S.addColumnSums(
      gatesGradient, to: parameters.bias.gradient, rows: rows, columns: columns)
    // dx (rows, inputs) += dgates (rows, 3n) @ W^T (3n, inputs)
    S.multiply(
      transposeA: false, transposeB: true, m: rows, n: inputs, k: columns, alpha: 1,
      a: gatesGradient, lda: columns, b: parameters.inputWeight.values, ldb: columns, beta: 1,
      c: input.gradient, ldc: inputs)
  }
}

extension Tape {
  /// Takes one GRU step (paper, App. B.1).
  ///
  /// - Parameters:
  ///   - input: `[rows, inputs]`.
  ///   - state: `[rows, width]`.
  ///   - parameters: the cell's.
  /// - Returns: the next state `[rows, width]`.
  public func gruCell(
    input: Tensor<S>, state: Tensor<S>, _ parameters: GRUParameters<S>
  ) -> Tensor<S> {
    precondition(
      input.columns == parameters.inputs && state.columns == parameters.width
        && input.rows == state.rows)
    let (rows, width) = (state.rows, parameters.width)
    let next = tensor(rows: rows, columns: width)
    guard rows > 0 else { return next }
    let gates = scratch(S.self, count: rows * 3 * width)
    let resetState = scratch(S.self, count: rows * width)
    fillRows(gates, with: parameters.bias.values, rows: rows, columns: 3 * width)
    // gates (rows, 3n) = bias + x (rows, inputs) @ W (inputs, 3n)
    S.multiply(
      transposeA: false, transposeB: false, m: rows, n: 3 * width, k: input.columns, alpha: 1,
      a: input.values, lda: input.columns, b: parameters.inputWeight.values, ldb: 3 * width,
      beta: 1, c: gates, ldc: 3 * width)
    GRUStep(stateWeight: parameters.stateWeight).forward(
      gates: gates, state: state.values, resetState: resetState, next: next.values, rows: rows)
    countProducts(m: rows, n: 3 * width, k: input.columns + width)
    record(
      GRUCell(
        input: input, state: state, parameters: parameters, gates: gates, resetState: resetState,
        gatesGradient: scratch(S.self, count: rows * 3 * width),
        resetStateGradient: scratch(S.self, count: rows * width), next: next))
    return next
  }
}
