import Foundation
import Testing

@testable import Autodiff

@Suite struct GaussianMixtureTests {
  private let mixture = GaussianMixture(components: 2, values: 2)
  /// Logits, means, log deviations, lower entries.
  private let row: [Double] = [0.3, -0.8, 1, 2, -1, 0.5, -0.2, 0.4, 0.1, -0.6, 0.7, -1.5]

  /// Covariance `L L^T` of a component, with `L = D (I + B)`.
  private func covariance(_ k: Int) -> (xx: Double, xy: Double, yy: Double) {
    let (d0, d1) = (exp(row[6 + 2 * k]), exp(row[7 + 2 * k]))
    let b = row[10 + k]
    return (d0 * d0, d0 * d1 * b, d1 * d1 * (1 + b * b))
  }

  /// The density by the textbook: determinant and inverse of the 2 x 2 covariance.
  @Test func densityIsTheTextbooks() {
    let tape = Tape<Double>()
    let parameters = tape.tensor(rows: 1, columns: mixture.parameters)
    for i in row.indices { parameters.values[i] = row[i] }
    let target = tape.tensor(rows: 1, columns: 2)
    (target.values[0], target.values[1]) = (0.7, 1.1)
    let weights = tape.scratch(Double.self, count: 1)
    weights[0] = 1
    let loss = tape.mixtureLikelihood(
      mixture, parameters: parameters, targets: target, weights: weights)
    var density = 0.0
    for k in 0..<2 {
      let (xx, xy, yy) = covariance(k)
      let determinant = xx * yy - xy * xy
      let (x, y) = (0.7 - row[2 + 2 * k], 1.1 - row[3 + 2 * k])
      let distance = (yy * x * x - 2 * xy * x * y + xx * y * y) / determinant
      let weight = exp(row[k]) / (exp(row[0]) + exp(row[1]))
      density += weight * exp(-distance / 2) / (2 * Double.pi * determinant.squareRoot())
    }
    #expect(abs(loss + log(density)) < 1e-12)
  }

  @Test func samplesHaveTheMomentsOfTheirComponent() {
    let random = RandomGenerator(seed: 5, stream: 0)
    let count = 40_000
    let samples = (0..<count).map { _ in
      row.withUnsafeBufferPointer {
        mixture.sample(
          $0.baseAddress!, component: 1, noise: [random.normal(), random.normal()])
      }
    }
    let mean = (0..<2).map { i in samples.reduce(0) { $0 + $1[i] } / Double(count) }
    func moment(_ i: Int, _ j: Int) -> Double {
      samples.reduce(0) { $0 + ($1[i] - mean[i]) * ($1[j] - mean[j]) } / Double(count)
    }
    let (xx, xy, yy) = covariance(1)
    // Five standard errors.
    #expect(abs(mean[0] - row[4]) < 5 * (xx / Double(count)).squareRoot())
    #expect(abs(mean[1] - row[5]) < 5 * (yy / Double(count)).squareRoot())
    #expect(abs(moment(0, 0) - xx) < 5 * xx * (2 / Double(count)).squareRoot())
    #expect(abs(moment(1, 1) - yy) < 5 * yy * (2 / Double(count)).squareRoot())
    #expect(
      abs(moment(0, 1) - xy) < 5 * (xx * yy + xy * xy).squareRoot() / Double(count).squareRoot())
  }
}
