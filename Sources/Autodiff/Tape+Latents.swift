private struct Reparameterize<S: Scalar>: Operation {
  let mean: Tensor<S>
  let deviation: Tensor<S>
  let noise: UnsafePointer<S>
  let sample: Tensor<S>

  func backward() {
    S.add(sample.gradient, to: mean.gradient, count: mean.count)
    for i in 0..<deviation.count { deviation.gradient[i] += sample.gradient[i] * noise[i] }
  }
}

private struct GaussianDivergence<S: Scalar>: Operation {
  let mean: Tensor<S>
  let deviation: Tensor<S>
  let rowWeights: UnsafePointer<S>
  let columnWeights: UnsafePointer<S>?

  func backward() {
    let columns = mean.columns
    for row in 0..<mean.rows {
      for column in 0..<columns {
        let i = row * columns + column
        let weight = rowWeights[row] * (columnWeights?[column] ?? 1)
        let sigma = deviation.values[i]
        mean.gradient[i] += weight * mean.values[i]
        deviation.gradient[i] += weight * (sigma - 1 / sigma)
      }
    }
  }
}

/// Computes sums of `KL(N(mean, deviation^2) || N(0, 1))` in nats, over each row and over each
/// column.
///
/// - Parameters:
///   - mean: `[rows, columns]`.
///   - deviation: `[rows, columns]`.
///   - rowSums: `[rows]` receives the sum over the dimensions of each row.
///   - columnSums: `[columns]`; the sum over the rows of each dimension is added.
public func measureGaussianDivergence<S: Scalar>(
  mean: Tensor<S>, deviation: Tensor<S>, rowSums: UnsafeMutablePointer<Double>,
  columnSums: UnsafeMutablePointer<Double>
) {
  for row in 0..<mean.rows {
    var sum = 0.0
    for column in 0..<mean.columns {
      let i = row * mean.columns + column
      let (mu, sigma) = (mean.values[i], deviation.values[i])
      let divergence = Double((mu * mu + sigma * sigma - 1) / 2 - S.logarithm(sigma))
      sum += divergence
      columnSums[column] += divergence
    }
    rowSums[row] = sum
  }
}

extension Tape {
  /// Computes `z = mean + deviation * noise` (paper, 2.1).
  ///
  /// - Parameters:
  ///   - mean: `[rows, latent]`.
  ///   - deviation: `[rows, latent]`.
  ///   - noise: `[rows, latent]`, standard normal.
  /// - Returns: `[rows, latent]`.
  public func reparameterize(
    mean: Tensor<S>, deviation: Tensor<S>, noise: UnsafePointer<S>
  ) -> Tensor<S> {
    precondition(mean.rows == deviation.rows && mean.columns == deviation.columns)
    let sample = tensor(rows: mean.rows, columns: mean.columns)
    for i in 0..<sample.count {
      sample.values[i] = mean.values[i] + deviation.values[i] * noise[i]
    }
    record(Reparameterize(mean: mean, deviation: deviation, noise: noise, sample: sample))
    return sample
  }

  /// Adds `sum of rowWeights[row] * columnWeights[column] * KL(N(mean, deviation^2) || N(0, 1))`
  /// to the total loss; `measureGaussianDivergence` tells its value.
  ///
  /// - Parameters:
  ///   - mean: `[rows, columns]`.
  ///   - deviation: `[rows, columns]`.
  ///   - rowWeights: `[rows]`.
  ///   - columnWeights: `[columns]`; all 1 if nil.
  public func addGaussianDivergence(
    mean: Tensor<S>, deviation: Tensor<S>, rowWeights: UnsafePointer<S>,
    columnWeights: UnsafePointer<S>? = nil
  ) {
    record(
      GaussianDivergence(
        mean: mean, deviation: deviation, rowWeights: rowWeights, columnWeights: columnWeights))
  }
}
