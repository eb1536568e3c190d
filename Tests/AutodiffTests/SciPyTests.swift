import TestSupport
import Testing

@testable import Autodiff

/// Matrix square roots, Wasserstein distances and divergences against scipy and numpy.
@Suite struct SciPyTests {
  @Test func inversesMultiplyBack() throws {
    let matrix = [2.0, -1, 0.5, 0.25, 3, -2, 1, 1, 4]
    let inverse = try #require(LinearAlgebra.inverse(matrix, n: 3))
    for row in 0..<3 {
      for column in 0..<3 {
        let product = (0..<3).reduce(0) { $0 + matrix[3 * row + $1] * inverse[3 * $1 + column] }
        #expect(abs(product - (row == column ? 1 : 0)) < 1e-14)
      }
    }
    #expect(LinearAlgebra.inverse([1, 2, 2, 4], n: 2) == nil)
  }

  private struct Problem: Encodable {
    var mean: [Double]
    var covariance: [[Double]]
    var gradient: [[Double]]
    var deviations: [Double]
  }

  private struct Answer: Decodable {
    var root: [[Double]]
    var matrixGradient: [[Double]]
    var wasserstein: Double
    var divergences: [Double]
  }

  private static let program = """
    import json, sys, numpy as np, scipy.linalg as la
    from scipy.integrate import quad
    from scipy.stats import norm
    problem = json.loads(sys.argv[1])
    m, c, g = (np.array(problem[k]) for k in ("mean", "covariance", "gradient"))
    root = la.sqrtm(c).real
    epsilon = 1e-6 * np.eye(len(m))
    # The general distance between Gaussians, not the formula of the paper for the unit one.
    s = la.sqrtm(la.sqrtm(np.eye(len(m))) @ (c + epsilon) @ la.sqrtm(np.eye(len(m)))).real
    w = m @ m + np.trace(c + epsilon + np.eye(len(m)) - 2 * s)
    sigma = np.array(problem["deviations"])
    # KL(p || q) as the integral that defines it.
    kl = [quad(
            lambda x: norm.pdf(x, mu, s) * (norm.logpdf(x, mu, s) - norm.logpdf(x)),
            mu - 10 * s, mu + 10 * s, epsabs=1e-12, epsrel=1e-12, points=[mu])[0]
          for mu, s in zip(m, sigma)]
    print(json.dumps({
      "root": root.tolist(), "matrixGradient": la.solve_sylvester(root, root, g).tolist(),
      "wasserstein": w, "divergences": kl}))
    """

  private func matrix(_ values: [Double], _ n: Int) -> [[Double]] {
    (0..<n).map { Array(values[$0 * n..<($0 + 1) * n]) }
  }

  @Test(arguments: [1, 2, 5, 16]) func agree(n: Int) throws {
    let random = RandomGenerator(seed: UInt64(n), stream: 2)
    let samples = (0..<3 * n + 2).map { _ in (0..<n).map { _ in 0.4 + 0.8 * random.normal() } }
    var sums = [Double](repeating: 0, count: n + n * n)
    let tape = Tape<Double>()
    let vectors = tape.tensor(rows: samples.count, columns: n)
    for (i, value) in samples.joined().enumerated() { vectors.values[i] = value }
    sums.withUnsafeMutableBufferPointer { GaussianMoments.addSums(of: vectors, to: $0) }
    let moments = GaussianMoments(sums: sums, width: n, count: samples.count)
    var gradient = [Double](repeating: 0, count: n * n)
    for i in 0..<n {
      for j in 0...i {
        gradient[i * n + j] = random.normal()
        gradient[j * n + i] = gradient[i * n + j]
      }
    }
    let deviations = (0..<n).map { _ in 0.05 + 0.9 * random.uniform() }
    let answer: Answer = try Python.evaluate(
      Self.program,
      input: Problem(
        mean: moments.mean, covariance: matrix(moments.covariance, n),
        gradient: matrix(gradient, n), deviations: deviations))
    func expectEqual(_ found: [Double], _ expected: [Double], _ what: String) {
      let error = zip(found, expected).map { abs($0 - $1) / max(1, abs($1)) }.max() ?? 0
      #expect(error < 1e-8, "\(what): \(error)")
    }
    let root = LinearAlgebra.squareRoot(moments.covariance, n: n)
    expectEqual(root.matrix, answer.root.flatMap { $0 }, "square root")
    expectEqual(
      root.matrixGradient(gradient), answer.matrixGradient.flatMap { $0 }, "its gradient")
    expectEqual([WassersteinDistance(moments).value], [answer.wasserstein], "distance")
    let mean = tape.tensor(rows: 1, columns: n)
    let deviation = tape.tensor(rows: 1, columns: n)
    for i in 0..<n { (mean.values[i], deviation.values[i]) = (moments.mean[i], deviations[i]) }
    var (rows, columns) = ([0.0], [Double](repeating: 0, count: n))
    measureGaussianDivergence(
      mean: mean, deviation: deviation, rowSums: &rows, columnSums: &columns)
    expectEqual(columns, answer.divergences, "divergence")
    #expect(abs(rows[0] - answer.divergences.reduce(0, +)) < 1e-9)
  }

  /// The root's gradient against central differences of the root itself.
  @Test func squareRootGradient() {
    let n = 4
    let random = RandomGenerator(seed: 6, stream: 2)
    let factor = (0..<n * n).map { _ in random.normal() }
    var matrix = [Double](repeating: 0, count: n * n)
    for i in 0..<n {
      for j in 0..<n {
        matrix[i * n + j] = (0..<n).reduce(i == j ? 0.3 : 0) {
          $0 + factor[i * n + $1] * factor[j * n + $1]
        }
      }
    }
    var weights = [Double](repeating: 0, count: n * n)
    for i in 0..<n {
      for j in 0...i {
        weights[i * n + j] = random.normal()
        weights[j * n + i] = weights[i * n + j]
      }
    }
    func value(_ matrix: [Double]) -> Double {
      zip(LinearAlgebra.squareRoot(matrix, n: n).matrix, weights).reduce(0) { $0 + $1.0 * $1.1 }
    }
    let gradient = LinearAlgebra.squareRoot(matrix, n: n).matrixGradient(weights)
    let step = 1e-5
    for i in 0..<n {
      for j in 0...i {
        // A symmetric change.
        var (above, below) = (matrix, matrix)
        for place in Set([i * n + j, j * n + i]) {
          above[place] += step
          below[place] -= step
        }
        let numeric = (value(above) - value(below)) / (2 * step)
        let analytic = Set([i * n + j, j * n + i]).reduce(0) { $0 + gradient[$1] }
        #expect(abs(numeric - analytic) < 1e-7 * max(1, abs(numeric)))
      }
    }
  }
}
