// Losses return their weighted value and remember the weights: the total loss is the sum of what
// these functions return, and the backward pass differentiates that sum.

private struct SoftmaxCrossEntropy<S: Scalar>: Operation {
  let logits: Tensor<S>
  let probabilities: UnsafePointer<S>
  let targets: UnsafePointer<Int32>
  let weights: UnsafePointer<S>

  func backward() {
    for row in 0..<logits.rows {
      let gradient = logits.gradient + row * logits.columns
      S.add(
        weights[row], times: probabilities + row * logits.columns, to: gradient,
        count: logits.columns)
      gradient[Int(targets[row])] -= weights[row]
    }
  }
}

private struct BernoulliCrossEntropy<S: Scalar>: Operation {
  let logits: Tensor<S>
  let targets: UnsafePointer<S>
  let probabilities: UnsafePointer<S>
  let weights: UnsafePointer<S>

  func backward() {
    for row in 0..<logits.rows {
      for column in 0..<logits.columns {
        let i = row * logits.columns + column
        logits.gradient[i] += weights[row] * (probabilities[i] - targets[i])
      }
    }
  }
}

private struct SquaredError<S: Scalar>: Operation {
  let left: Tensor<S>
  let right: Tensor<S>
  let weights: UnsafePointer<S>

  func backward() {
    for row in 0..<left.rows {
      let offset = row * left.columns
      let factor = 2 * weights[row]
      S.add(factor, times: left.values + offset, to: left.gradient + offset, count: left.columns)
      S.add(-factor, times: right.values + offset, to: left.gradient + offset, count: left.columns)
      S.add(factor, times: right.values + offset, to: right.gradient + offset, count: left.columns)
      S.add(-factor, times: left.values + offset, to: right.gradient + offset, count: left.columns)
    }
  }
}

extension Tape {
  /// Computes the cross entropy of classes.
  ///
  /// - Parameters:
  ///   - logits: `[rows, classes]`.
  ///   - targets: `[rows]` class of each row.
  ///   - weights: `[rows]`.
  ///   - rowLosses: `[rows]` receives the unweighted losses, if given.
  /// - Returns: `sum of weights[row] * -log softmax(logits[row])[targets[row]]`, in nats.
  public func softmaxCrossEntropy(
    logits: Tensor<S>, targets: UnsafePointer<Int32>, weights: UnsafePointer<S>,
    rowLosses: UnsafeMutablePointer<S>? = nil
  ) -> Double {
    let probabilities = scratch(S.self, count: logits.count)
    let normalizers = scratch(S.self, count: logits.rows)
    probabilities.update(from: logits.values, count: logits.count)
    S.softmax(
      probabilities, logNormalizer: normalizers, rows: logits.rows, columns: logits.columns)
    var total = 0.0
    for row in 0..<logits.rows {
      let loss = normalizers[row] - logits.values[row * logits.columns + Int(targets[row])]
      rowLosses?[row] = loss
      total += Double(weights[row]) * Double(loss)
    }
    record(
      SoftmaxCrossEntropy(
        logits: logits, probabilities: probabilities, targets: targets, weights: weights))
    return total
  }

  /// Computes the cross entropy of bits.
  ///
  /// - Parameters:
  ///   - logits: `[rows, columns]`.
  ///   - targets: `[rows, columns]`, 0 or 1.
  ///   - weights: `[rows]`.
  ///   - rowLosses: `[rows]` receives the unweighted losses, if given.
  /// - Returns: `sum of weights[row] * cross-entropy(targets[row, j], sigmoid(logits[row, j]))`, in
  ///   nats.
  public func bernoulliCrossEntropy(
    logits: Tensor<S>, targets: UnsafePointer<S>, weights: UnsafePointer<S>,
    rowLosses: UnsafeMutablePointer<S>? = nil
  ) -> Double {
    let probabilities = scratch(S.self, count: logits.count)
    probabilities.update(from: logits.values, count: logits.count)
    S.sigmoid(probabilities, count: logits.count)
    var total = 0.0
    for row in 0..<logits.rows {
      rowLosses?[row] = 0
      for column in 0..<logits.columns {
        let i = row * logits.columns + column
        let x = logits.values[i]
        // log(1 + e^x) - target * x without overflow.
        let softplus = max(x, 0) + S.logarithm(1 + S.exponential(-abs(x)))
        rowLosses?[row] += softplus - targets[i] * x
        total += Double(weights[row]) * Double(softplus - targets[i] * x)
      }
    }
    record(
      BernoulliCrossEntropy(
        logits: logits, targets: targets, probabilities: probabilities, weights: weights))
    return total
  }

  /// Computes the squared error; differentiates both sides.
  ///
  /// - Parameters:
  ///   - left: `[rows, columns]`.
  ///   - right: `[rows, columns]`.
  ///   - weights: `[rows]`.
  ///   - rowLosses: `[rows]` receives the unweighted losses, if given.
  /// - Returns: `sum of weights[row] * |left[row] - right[row]|^2`.
  public func squaredError(
    _ left: Tensor<S>, _ right: Tensor<S>, weights: UnsafePointer<S>,
    rowLosses: UnsafeMutablePointer<S>? = nil
  ) -> Double {
    precondition(left.rows == right.rows && left.columns == right.columns)
    var total = 0.0
    for row in 0..<left.rows {
      let offset = row * left.columns
      let distance = S.squaredDistance(
        left.values + offset, right.values + offset, count: left.columns)
      rowLosses?[row] = S(distance)
      total += Double(weights[row]) * distance
    }
    record(SquaredError(left: left, right: right, weights: weights))
    return total
  }
}
