/// A mixture of Gaussians with full covariance over a few values, as columns of a parameter row:
/// logits `[components]`, means `[components, values]`, log deviations `[components, values]`,
/// strictly lower triangles `[components, values (values - 1) / 2]`. Component k draws
/// `y_i = mean_i + deviation_i (noise_i + sum over j < i of lower_ij noise_j)`
/// (docs/ModelOptions.md).
public struct GaussianMixture: BitwiseCopyable, Sendable {
  /// The range that logarithms of deviations are clamped into.
  public static let logDeviations = -7.0...3.0
  /// The range that entries of the lower triangles are clamped into.
  public static let lowerEntries = -8.0...8.0

  /// Number of components.
  public let components: Int
  /// Number of values.
  public let values: Int

  /// Creates a mixture of so many components over so many values.
  public init(components: Int, values: Int) {
    precondition(components > 0 && values > 0)
    self.components = components
    self.values = values
  }

  var lowerCount: Int { values * (values - 1) / 2 }
  var meanOffset: Int { components }
  var deviationOffset: Int { components * (1 + values) }
  var lowerOffset: Int { components * (1 + 2 * values) }

  /// Number of columns of a parameter row.
  public var parameters: Int { components * (1 + 2 * values + lowerCount) }

  /// Returns the columns of a parameter row that describe component `k`: means, log deviations,
  /// lower triangle row by row.
  public func columns(ofComponent k: Int) -> [Int] {
    (0..<values).map { meanOffset + k * values + $0 }
      + (0..<values).map { deviationOffset + k * values + $0 }
      + (0..<lowerCount).map { lowerOffset + k * lowerCount + $0 }
  }

  /// Returns the values that a component makes of some noise.
  ///
  /// - Parameters:
  ///   - row: `[parameters]`.
  ///   - k: the component.
  ///   - noise: `[values]`, standard normal.
  public func sample<S: Scalar>(
    _ row: UnsafePointer<S>, component k: Int, noise: [Double]
  ) -> [Double] {
    (0..<values).map { i in
      var sum = noise[i]
      for j in 0..<i {
        let lower = Double(row[lowerOffset + k * lowerCount + i * (i - 1) / 2 + j])
        sum += Self.lowerEntries.clamp(lower) * noise[j]
      }
      let logDeviation = Double(row[deviationOffset + k * values + i])
      return Double(row[meanOffset + k * values + i])
        + Double.exponential(Self.logDeviations.clamp(logDeviation)) * sum
    }
  }
}

extension ClosedRange where Bound: FloatingPoint {
  fileprivate func clamp(_ x: Bound) -> Bound { Swift.min(Swift.max(x, lowerBound), upperBound) }
}

private struct MixtureLikelihood<S: Scalar>: Operation {
  let mixture: GaussianMixture
  let parameters: Tensor<S>
  let weights: UnsafePointer<S>
  /// `[rows, components, values]` whitened residuals, called noise above.
  let noise: UnsafePointer<S>
  /// `[rows, components]` prior weights (softmax of the logits) and posterior ones.
  let priors: UnsafePointer<S>
  let posteriors: UnsafePointer<S>
  /// `[values]`
  let scratch: UnsafeMutablePointer<S>

  func backward() {
    let (components, values, lowerCount) = (
      mixture.components, mixture.values, mixture.lowerCount
    )
    for row in 0..<parameters.rows where weights[row] != 0 {
      let x = parameters.values + row * parameters.columns
      let gradient = parameters.gradient + row * parameters.columns
      for k in 0..<components {
        let place = row * components + k
        gradient[k] += weights[row] * (priors[place] - posteriors[place])
        let factor = weights[row] * posteriors[place]
        let noise = noise + place * values
        let lower = mixture.lowerOffset + k * lowerCount
        scratch.update(from: noise, count: values)
        for i in stride(from: values - 1, through: 0, by: -1) {
          let inner = scratch[i]
          for j in 0..<i {
            let entry = lower + i * (i - 1) / 2 + j
            let clamped = S(GaussianMixture.lowerEntries.clamp(Double(x[entry])))
            if clamped == x[entry] { gradient[entry] -= factor * inner * noise[j] }
            scratch[j] -= clamped * inner
          }
          let column = mixture.deviationOffset + k * values + i
          let logDeviation = S(GaussianMixture.logDeviations.clamp(Double(x[column])))
          // The residual in deviations: noise_i + sum over j < i of lower_ij noise_j.
          var residual = noise[i]
          for j in 0..<i {
            let entry = lower + i * (i - 1) / 2 + j
            residual += S(GaussianMixture.lowerEntries.clamp(Double(x[entry]))) * noise[j]
          }
          gradient[mixture.meanOffset + k * values + i] -=
            factor * inner * S.exponential(-logDeviation)
          if logDeviation == x[column] { gradient[column] += factor * (1 - inner * residual) }
        }
      }
    }
  }
}

extension Tape {
  /// Computes the likelihood of values under a mixture of Gaussians a row.
  ///
  /// - Parameters:
  ///   - mixture: the mixture's sizes.
  ///   - parameters: `[rows, mixture.parameters]`.
  ///   - targets: `[rows, values]`, constants.
  ///   - weights: `[rows]`.
  ///   - rowLosses: `[rows]` receives the unweighted losses, if given.
  /// - Returns: `sum of weights[row] * -log p(targets[row])` in nats.
  public func mixtureLikelihood(
    _ mixture: GaussianMixture, parameters: Tensor<S>, targets: Tensor<S>,
    weights: UnsafePointer<S>, rowLosses: UnsafeMutablePointer<S>? = nil
  ) -> Double {
    let (components, values, lowerCount) = (
      mixture.components, mixture.values, mixture.lowerCount
    )
    precondition(
      parameters.columns == mixture.parameters && targets.columns == values
        && targets.rows == parameters.rows)
    let rows = parameters.rows
    let noise = scratch(S.self, count: rows * components * values)
    let priors = scratch(S.self, count: rows * components)
    let posteriors = scratch(S.self, count: rows * components)
    let logPrior = scratch(S.self, count: 1)
    let logEvidence = scratch(S.self, count: 1)
    let constant = S(0.5 * Double(values) * 1.8378770664093453)  // log(2 pi)
    var total = 0.0
    for row in 0..<rows {
      let x = parameters.values + row * parameters.columns
      let y = targets.values + row * values
      let prior = priors + row * components
      let posterior = posteriors + row * components
      prior.update(from: x, count: components)
      S.softmax(prior, logNormalizer: logPrior, rows: 1, columns: components)
      for k in 0..<components {
        let noise = noise + (row * components + k) * values
        var logDensity = x[k] - logPrior[0] - constant
        for i in 0..<values {
          let column = mixture.deviationOffset + k * values + i
          let logDeviation = S(GaussianMixture.logDeviations.clamp(Double(x[column])))
          var residual =
            (y[i] - x[mixture.meanOffset + k * values + i]) * S.exponential(-logDeviation)
          for j in 0..<i {
            let entry = mixture.lowerOffset + k * lowerCount + i * (i - 1) / 2 + j
            residual -= S(GaussianMixture.lowerEntries.clamp(Double(x[entry]))) * noise[j]
          }
          noise[i] = residual
          logDensity -= logDeviation + residual * residual / 2
        }
        posterior[k] = logDensity
      }
      S.softmax(posterior, logNormalizer: logEvidence, rows: 1, columns: components)
      rowLosses?[row] = -logEvidence[0]
      total -= Double(weights[row]) * Double(logEvidence[0])
    }
    record(
      MixtureLikelihood(
        mixture: mixture, parameters: parameters, weights: weights, noise: noise, priors: priors,
        posteriors: posteriors, scratch: scratch(S.self, count: values)))
    return total
  }
}
