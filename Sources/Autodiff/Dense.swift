/// What a fully connected layer applies to its sums.
public enum ActivationFunction: BitwiseCopyable, Sendable {
  /// The sums as they are.
  case linear
  /// CELU with alpha 3, the paper's default (App. B).
  case celu
  /// The logistic sigmoid.
  case sigmoid
}

/// Parameters of a fully connected layer.
public struct DenseParameters<S: Scalar>: BitwiseCopyable {
  /// The weight W `[inputs, outputs]`.
  public let weight: Tensor<S>
  /// The bias b `[1, outputs]`.
  public let bias: Tensor<S>

  /// Creates the parameters of a layer.
  ///
  /// - Parameters:
  ///   - weight: `[inputs, outputs]`.
  ///   - bias: `[1, outputs]`.
  public init(weight: Tensor<S>, bias: Tensor<S>) {
    precondition(bias.rows == 1 && bias.columns == weight.columns)
    self.weight = weight
    self.bias = bias
  }
}

private struct Dense<S: Scalar>: Operation {
  let input: Tensor<S>
  let parameters: DenseParameters<S>
  let activation: ActivationFunction
  let output: Tensor<S>

  func backward() {
    switch activation {
    case .linear: break
    case .celu:
      S.celuGradient(output: output.values, gradient: output.gradient, count: output.count)
    case .sigmoid:
      S.sigmoidGradient(output: output.values, gradient: output.gradient, count: output.count)
    }
    let (rows, inputs, outputs) = (input.rows, input.columns, output.columns)
    // dW (inputs, outputs) += x^T (inputs, rows) @ dy (rows, outputs)
    S.multiply(
      transposeA: true, transposeB: false, m: inputs, n: outputs, k: rows, alpha: 1,
      a: input.values, lda: inputs, b: output.gradient, ldb: outputs, beta: 1,
      c: parameters.weight.gradient, ldc: outputs)
    S.addColumnSums(
      output.gradient, to: parameters.bias.gradient, rows: rows, columns: outputs)
    // dx (rows, inputs) += dy (rows, outputs) @ W^T (outputs, inputs)
    S.multiply(
      transposeA: false, transposeB: true, m: rows, n: inputs, k: outputs, alpha: 1,
      a: output.gradient, lda: outputs, b: parameters.weight.values, ldb: outputs, beta: 1,
      c: input.gradient, ldc: inputs)
  }
}

extension Tape {
  /// Computes `activation(x @ W + b)`.
  ///
  /// The backward pass overwrites the result's gradient with that of the pre-activation.
  ///
  /// - Parameters:
  ///   - input: x `[rows, inputs]`.
  ///   - parameters: W and b.
  ///   - activation: what is applied to the sums.
  /// - Returns: `[rows, outputs]`.
  public func dense(
    _ input: Tensor<S>, _ parameters: DenseParameters<S>, _ activation: ActivationFunction
  ) -> Tensor<S> {
    precondition(input.columns == parameters.weight.rows)
    let output = tensor(rows: input.rows, columns: parameters.weight.columns)
    guard input.rows > 0 else { return output }
    fillRows(
      output.values, with: parameters.bias.values, rows: output.rows, columns: output.columns)
    S.multiply(
      transposeA: false, transposeB: false, m: input.rows, n: output.columns, k: input.columns,
      alpha: 1, a: input.values, lda: input.columns, b: parameters.weight.values,
      ldb: output.columns, beta: 1, c: output.values, ldc: output.columns)
    switch activation {
    case .linear: break
    case .celu: S.celu(output.values, count: output.count)
    case .sigmoid: S.sigmoid(output.values, count: output.count)
    }
    countProducts(m: input.rows, n: output.columns, k: input.columns)
    record(
      Dense(input: input, parameters: parameters, activation: activation, output: output))
    return output
  }
}

/// Computes `softmax(x @ W + b)` without a record on a tape.
///
/// - Parameters:
///   - input: x `[rows, inputs]`.
///   - parameters: W and b.
///   - probabilities: `[rows, outputs]` receives the result.
///   - normalizers: `[rows]` of scratch.
public func softmaxProbabilities<S: Scalar>(
  _ input: Tensor<S>, _ parameters: DenseParameters<S>,
  probabilities: UnsafeMutablePointer<S>, normalizers: UnsafeMutablePointer<S>
) {
  let (inputs, outputs) = (parameters.weight.rows, parameters.weight.columns)
  precondition(input.columns == inputs)
  guard input.rows > 0 else { return }
  fillRows(probabilities, with: parameters.bias.values, rows: input.rows, columns: outputs)
  S.multiply(
    transposeA: false, transposeB: false, m: input.rows, n: outputs, k: inputs, alpha: 1,
    a: input.values, lda: inputs, b: parameters.weight.values, ldb: outputs, beta: 1,
    c: probabilities, ldc: outputs)
  S.softmax(probabilities, logNormalizer: normalizers, rows: input.rows, columns: outputs)
}

/// Copies `row [columns]` to each of `rows` rows.
func fillRows<S: Scalar>(
  _ destination: UnsafeMutablePointer<S>, with row: UnsafePointer<S>, rows: Int, columns: Int
) {
  for r in 0..<rows { (destination + r * columns).update(from: row, count: columns) }
}
