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
  let weight: S

  func backward() {
    S.add(weight, times: mean.values, to: mean.gradient, count: mean.count)
    for i in 0..<deviation.count {
      let sigma = deviation.values[i]
      deviation.gradient[i] += weight * (sigma - 1 / sigma)
    }
  }
}

extension Tape {
  /// `z = mean + deviation * noise` (paper, 2.1), all `[rows, latent]`.
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

  /// Adds `weight * sum of KL(N(mean, deviation^2) || N(0, 1))` over all rows and dimensions to the
  /// total loss.
  ///
  /// - Returns: the sum without the weight, in nats.
  public func gaussianDivergence(
    mean: Tensor<S>, deviation: Tensor<S>, weight: S
  ) -> Double {
    var total = 0.0
    for i in 0..<mean.count {
      let (mu, sigma) = (mean.values[i], deviation.values[i])
      total += Double((mu * mu + sigma * sigma - 1) / 2 - S.logarithm(sigma))
    }
    record(GaussianDivergence(mean: mean, deviation: deviation, weight: weight))
    return total
  }
}
