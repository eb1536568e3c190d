import Foundation
import Testing

@testable import Autodiff

@Suite struct AdamTests {
  /// Three steps on f(p) = p^2 / 2 from p = 1, against TensorFlow's form of the algorithm written out.
  @Test func followsTheAlgorithm() {
    var configuration = AdamConfiguration()
    configuration.clipNorm = .infinity
    let adam = Adam<Double>(count: 1, configuration: configuration)
    let parameters = ParameterVector<Double>(count: 1)
    let gradient = ParameterVector<Double>(count: 1)
    parameters.values[0] = 1
    var (p, m, v) = (1.0, 0.0, 0.0)
    for t in 1...3 {
      gradient.values[0] = parameters.values[0]
      adam.update(parameters, gradients: [gradient], rate: 0.1, pool: ThreadPool(threads: 1))
      let g = p
      m = 0.9 * m + 0.1 * g
      v = 0.999 * v + 0.001 * g * g
      let rate = 0.1 * (1 - pow(0.999, Double(t))).squareRoot() / (1 - pow(0.9, Double(t)))
      p -= rate * m / (v.squareRoot() + 1e-8)
      #expect(abs(parameters.values[0] - p) < 1e-12)
    }
  }

  @Test func clipsByTheGlobalNorm() {
    var configuration = AdamConfiguration()
    configuration.clipNorm = 0.01
    let adam = Adam<Double>(count: 200_000, configuration: configuration)
    let parameters = ParameterVector<Double>(count: 200_000)
    let pieces = (0..<3).map { _ in ParameterVector<Double>(count: 200_000) }
    for piece in pieces { piece.values[0] = 1 }
    pieces[1].values[199_999] = 4
    let norm = adam.update(
      parameters, gradients: pieces, rate: 0.1, pool: ThreadPool(threads: 2))
    #expect(norm == 5)
    // First moments are 0.1 of the clipped gradient (3, 4) * 0.01 / 5.
    #expect(abs(adam.firstMoment.values[0] - 0.1 * 0.006) < 1e-15)
    #expect(abs(adam.firstMoment.values[199_999] - 0.1 * 0.008) < 1e-15)
  }
}

/// An optimizer whose parameters do not all take every step.
@Suite struct OptimizerSegmentTests {
  /// Parameters in turns of their own move as those of an optimizer of their own do, and rest in
  /// between, moments and all.
  @Test func turnsAreAsOfAnOwnOptimizer() {
    var configuration = AdamConfiguration()
    configuration.clipNorm = .infinity
    let pool = ThreadPool(threads: 2)
    let count = 200_000
    let shared = Adam<Double>(count: count, configuration: configuration)
    let all = ParameterVector<Double>(count: count)
    // The first tenth takes all steps, of the rest even steps train one half and odd ones the other.
    let ranges = [0..<20_000, 20_000..<110_000, 110_000..<200_000]
    let own = ranges.map { Adam<Double>(count: $0.count, configuration: configuration) }
    let parts = ranges.map { ParameterVector<Double>(count: $0.count) }
    let random = RandomGenerator(seed: 4, stream: 0)
    for step in 0..<7 {
      let gradient = ParameterVector<Double>(count: count)
      for i in 0..<count { gradient.values[i] = random.uniform() - 0.3 }
      let turn = 1 + step % 2
      shared.update(
        all, gradients: [gradient], rate: 0.1,
        segments: [
          OptimizerSegment(range: ranges[0], stepsTaken: step),
          OptimizerSegment(range: ranges[turn], stepsTaken: step / 2),
        ], pool: pool)
      for part in [0, turn] {
        let piece = ParameterVector<Double>(count: ranges[part].count)
        piece.values.update(
          from: gradient.values + ranges[part].lowerBound, count: ranges[part].count)
        own[part].update(parts[part], gradients: [piece], rate: 0.1, pool: pool)
      }
      for part in ranges.indices {
        for (i, place) in ranges[part].enumerated() {
          guard all.values[place] == parts[part].values[i],
            shared.firstMoment.values[place] == own[part].firstMoment.values[i],
            shared.secondMoment.values[place] == own[part].secondMoment.values[i]
          else {
            Issue.record("step \(step), place \(place)")
            return
          }
        }
      }
    }
    #expect(shared.step == 7)
  }
}

@Suite struct RandomGeneratorTests {
  @Test func stateRestores() {
    let generator = RandomGenerator(seed: 5, stream: 2)
    for _ in 0..<100 { _ = generator.normal() }
    let state = generator.state
    let expected = (0..<50).map { _ in generator.normal() }
    let other = RandomGenerator(seed: 1, stream: 0)
    #expect(other.restore(state))
    #expect((0..<50).map { _ in other.normal() } == expected)
  }

  @Test func badStatesAreRefused() {
    let generator = RandomGenerator(seed: 5, stream: 2)
    let before = generator.state
    #expect(!generator.restore([]))
    for place: Int32 in [-1, 625, .max, .min] {
      var bad = before
      withUnsafeBytes(of: place) { bytes in
        for i in 0..<4 { bad[624 * MemoryLayout<UInt>.size + i] = bytes[i] }
      }
      #expect(!generator.restore(bad))
    }
    #expect(generator.state == before)
  }

  @Test func truncatedNormalHasUnitVarianceAndBounds() {
    let generator = RandomGenerator(seed: 5, stream: 2)
    let draws = (0..<200_000).map { _ in generator.truncatedNormal() }
    let variance = draws.reduce(0) { $0 + $1 * $1 } / Double(draws.count)
    #expect(abs(variance - 1) < 0.01)
    #expect(draws.allSatisfy { abs($0) < 2 / 0.8796 })
  }
}

@Suite struct LinearAlgebraTests {
  @Test func eigenvectorsDiagonalize() {
    let matrix = [4.0, 1, 0.5, 1, 3, -0.2, 0.5, -0.2, 1]
    let (values, vectors) = LinearAlgebra.symmetricEigen(matrix, n: 3)
    #expect(values == values.sorted(by: >))
    for i in 0..<3 {
      for j in 0..<3 {
        let rebuilt = (0..<3).reduce(0.0) {
          $0 + vectors[i * 3 + $1] * values[$1] * vectors[j * 3 + $1]
        }
        #expect(abs(rebuilt - matrix[i * 3 + j]) < 1e-12)
      }
    }
  }

  @Test func choleskyRebuilds() throws {
    let matrix = [4.0, 1, 0.5, 1, 3, -0.2, 0.5, -0.2, 1]
    let factor = try #require(LinearAlgebra.cholesky(matrix, n: 3))
    for i in 0..<3 {
      for j in 0..<3 {
        let rebuilt = (0..<3).reduce(0.0) { $0 + factor[i * 3 + $1] * factor[j * 3 + $1] }
        #expect(abs(rebuilt - matrix[i * 3 + j]) < 1e-12)
      }
    }
    #expect(LinearAlgebra.cholesky([1, 2, 2, 1], n: 2) == nil)
  }
}
