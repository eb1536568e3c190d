import Foundation

/// The skew-normal distribution `2/w phi(t) Phi(a t)`, `t = (x - location) / w` (Azzalini 1985).
struct SkewNormal: Hashable, Sendable {
  let location: Double
  let scale: Double
  let shape: Double
  /// Standard deviation.
  let deviation: Double

  /// The greatest skewness that is matched; the distribution has none beyond 0.9953.
  static let maximumSkewness = 0.99

  /// Matches a sample's mean, standard deviation and skewness; a greater skewness than the
  /// distribution can have is taken as the greatest.
  ///
  /// - Returns: nil for a sample of fewer than 3 values or without variation.
  init?(matching sample: [Double]) {
    let count = Double(sample.count)
    let mean = sample.reduce(0, +) / count
    let variance = sample.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
    guard sample.count >= 3, variance.isFinite, variance > 0 else { return nil }
    deviation = variance.squareRoot()
    let third = sample.reduce(0) { $0 + pow(($1 - mean), 3) } / count
    let skewness = max(
      -Self.maximumSkewness, min(Self.maximumSkewness, third / pow(variance, 1.5)))
    let power = pow(abs(skewness), 2.0 / 3)
    let delta =
      (Double.pi / 2 * power / (power + pow((4 - Double.pi) / 2, 2.0 / 3))).squareRoot()
      * (skewness < 0 ? -1 : 1)
    shape = delta / (1 - delta * delta).squareRoot()
    scale = deviation / (1 - 2 * delta * delta / Double.pi).squareRoot()
    location = mean - scale * delta * (2 / Double.pi).squareRoot()
  }

  /// Returns the probability of a draw above `x`, by Simpson's rule; relative error below 1e-6 down
  /// to 1e-30.
  func upperTail(_ x: Double) -> Double {
    func density(_ t: Double) -> Double {
      exp(-t * t / 2) / (2 * Double.pi).squareRoot() * erfc(-shape * t / 2.0.squareRoot())
    }
    let start = (x - location) / scale
    // The density of t is below that of 2 phi(t): nothing counts above 40, or, far below, is lost.
    guard start < 38 else { return 0 }
    guard start > -38 else { return 1 }
    // Above 0 the density falls at least as fast as exp(-fall t): 50 of its lengths hold all of it.
    let fall = start * (1 + (shape < 0 ? shape * shape : 0))
    let end = start > 0 ? start + min(12, 50 / fall) : 12
    let intervals = 4000
    let step = (end - start) / Double(intervals)
    var sum = density(start) + density(end)
    for i in 1..<intervals { sum += density(start + Double(i) * step) * (i % 2 == 1 ? 4 : 2) }
    return min(1, sum * step / 3)
  }
}
