private struct Dropout<S: Scalar>: Operation {
  let input: Tensor<S>
  let seed: UInt32
  let threshold: UInt32
  let factor: S
  let output: Tensor<S>

  func backward() {
    S.addKept(
      output.gradient, to: input.gradient, seed: seed, threshold: threshold, factor: factor,
      count: input.count)
  }
}

extension Tape {
  /// Sets activations to zero at random and makes the others greater, so that their expectation
  /// stays (dropout: Srivastava et al. 2014).
  ///
  /// - Parameters:
  ///   - input: `[rows, columns]`, at most 2^32 numbers.
  ///   - share: of the numbers that become zero, in [0, 1).
  ///   - seed: decides which.
  /// - Returns: `[rows, columns]`.
  public func dropout(_ input: Tensor<S>, share: Double, seed: UInt32) -> Tensor<S> {
    precondition((0..<1).contains(share))
    let output = tensor(rows: input.rows, columns: input.columns)
    S.clear(output.values, count: output.count)
    let operation = Dropout(
      input: input, seed: seed, threshold: UInt32(share * 0x1p32), factor: S(1 / (1 - share)),
      output: output)
    S.addKept(
      input.values, to: output.values, seed: seed, threshold: operation.threshold,
      factor: operation.factor, count: input.count)
    record(operation)
    return output
  }
}
