import Autodiff
import FakeGen
import FloatModel
import Foundation
import TestModels
import Testing

@testable import Quantize

/// The mixture of Gaussians, sampled in integers, against closed forms.
@Suite struct MixtureTests {
  /// Mean and covariance of many draws against those of the float mixture: mean = sum of w m,
  /// covariance = sum of w (C + m mᵀ) - mean meanᵀ, with C = L Lᵀ, L = D (I + B).
  @Test func momentsAreTheMixtures() throws {
    for seed in 1...3 as ClosedRange<UInt64> {
      let synthetic = SyntheticCheckpoint(seed: seed, options: .every(.own))
      let float = try FloatLayers(synthetic.checkpoint)
      let network = try Model(bytes: quantize(synthetic.checkpoint, metrics: "").bytes)
        .content.network
      guard case .scalars(let decoder) = network.root.elements[1].child,
        case .mixture(let mixture) = decoder.head,
        let real = float.root.elements[1].child as? ScalarTuple, let density = real.mixture
      else {
        Issue.record("the second element should be a mixture")
        return
      }
      let inputBits = mixture.logits.inputFractionBits
      let e = (0..<mixture.logits.inputs).map { Int16(($0 * 7919 % 4001) - 2000) }
      let parameters = float.dense(
        real.decoder, e.map { Double($0) / Double(1 << inputBits) })
      let expected = moments(density, parameters)

      let draws = 400_000
      var sums = [0.0, 0.0]
      var products = [0.0, 0.0, 0.0]
      var memory = ScratchMemory(mixture.scratchSize, rows: 1)
      var y: [Int32] = [0, 0]
      memory.use { scratch in
        for row in 0..<draws {
          let decoding = Decoding(
            tables: network.tables, gaussian: network.gaussian, strings: nil, seed: seed,
            row: UInt64(row))
          var stream = decoding.draws(stream: 7, position: 0)
          var logits = [Int16](repeating: 0, count: mixture.logits.outputs)
          mixture.logits.apply(e, into: &logits, scratch: scratch)
          mixture.sample(
            e, logits: &logits, decoding: decoding, draws: &stream, scratch: scratch, into: &y)
          let values = y.map { Double($0) / 65536 }
          for i in 0..<2 { sums[i] += values[i] }
          products[0] += values[0] * values[0]
          products[1] += values[0] * values[1]
          products[2] += values[1] * values[1]
        }
      }
      let count = Double(draws)
      let mean = sums.map { $0 / count }
      let covariance = [
        products[0] / count - mean[0] * mean[0], products[1] / count - mean[0] * mean[1],
        products[2] / count - mean[1] * mean[1],
      ]
      // Five standard errors, the fourth moment bounded by 3 times that of a Gaussian, and the
      // weights' rounding.
      for i in 0..<2 {
        let variance = expected.covariance[2 * i]
        #expect(abs(mean[i] - expected.mean[i]) < 5 * (variance / count).squareRoot() + 0.005)
      }
      let scale = max(expected.covariance[0], expected.covariance[2])
      for (found, wanted) in zip(covariance, expected.covariance) {
        #expect(abs(found - wanted) < scale * (5 * (9 / count).squareRoot() + 0.01))
      }
    }
  }

  private func moments(
    _ mixture: GaussianMixture, _ parameters: [Double]
  ) -> (mean: [Double], covariance: [Double]) {
    let logits = parameters[..<mixture.components]
    let total = logits.reduce(0) { $0 + exp($1) }
    var mean = [0.0, 0.0]
    var second = [0.0, 0.0, 0.0]
    for k in 0..<mixture.components {
      let weight = exp(logits[k]) / total
      let numbers = mixture.columns(ofComponent: k).map { parameters[$0] }
      let m = Array(numbers[..<2])
      let d = numbers[2..<4].map { exp(min(max($0, -7), 3)) }
      let b = min(max(numbers[4], -8), 8)
      for i in 0..<2 { mean[i] += weight * m[i] }
      second[0] += weight * (d[0] * d[0] + m[0] * m[0])
      second[1] += weight * (d[0] * d[1] * b + m[0] * m[1])
      second[2] += weight * (d[1] * d[1] * (1 + b * b) + m[1] * m[1])
    }
    return (
      mean,
      [
        second[0] - mean[0] * mean[0], second[1] - mean[0] * mean[1],
        second[2] - mean[1] * mean[1],
      ]
    )
  }

  /// The clamps hold in integers: no parameters, however great, take y beyond ±64 or trap.
  @Test func extremeParametersSaturate() throws {
    for value in [-1e6, -9, -7.5, 0, 3.5, 9, 1e6] {
      var synthetic = SyntheticCheckpoint(seed: 1, options: .every(.own))
      let outputs = GaussianMixture(components: 5, values: 2).parameters
      synthetic.tensors["record/2/decoder/bias"] = .init(
        shape: [outputs], elements: .float64(.init(repeating: value, count: outputs)))
      synthetic.tensors["record/2/decoder/weight"] = .init(
        shape: [26, outputs], elements: .float64(.init(repeating: 0, count: 26 * outputs)))
      let float = try FloatLayers(synthetic.checkpoint)
      let network = try Model(bytes: quantize(synthetic.checkpoint, metrics: "").bytes)
        .content.network
      guard case .scalars(let decoder) = network.root.elements[1].child,
        case .mixture(let mixture) = decoder.head,
        let density = (float.root.elements[1].child as? ScalarTuple)?.mixture
      else {
        Issue.record("the second element should be a mixture")
        return
      }
      for noise in [[0, 0], [415_000, -415_000], [-415_000, 415_000], [65536, 65536]] {
        var y: [Int32] = [0, 0]
        mixture.transform(
          [Int16](repeating: 0, count: 26), component: 3, noise: noise.map { Int32($0) },
          tables: network.tables, into: &y)
        let expected = density.sample(
          [Double](repeating: value, count: outputs), component: 3,
          noise: noise.map { Double($0) / 65536 })
        for (found, wanted) in zip(y, expected) {
          let limited = min(max(wanted, -64), 64)
          #expect(abs(Double(found) / 65536 - limited) < 0.002 * max(1, abs(limited)))
        }
      }
    }
  }

  @Test func fineNormalsAreFiner() {
    let table = GaussianTable.ofRealFunction()
    var draw: UInt32 = 12345
    for _ in 0..<100_000 {
      draw = draw &* 1_664_525 &+ 1_013_904_223
      let fine = Double(table.fineNormal(draw)) / 65536
      #expect(abs(fine - CounterDraws.normal(draw)) < 7e-5)
      #expect(abs(fine - Double(table.normal(draw)) / 4096) <= 0.5 / 4096 + 0.5 / 65536)
    }
  }

  @Test func fineExponentialsAreFiner() {
    let tables = ActivationTables.ofRealFunctions()
    for d in stride(from: 0 as Int64, to: 16 << 16, by: 37) {
      let found = Double(tables.fineExponential(d)) * 0x1p-24
      #expect(abs(found - exp(-Double(d) / 65536)) < 3.1e-5 * exp(-Double(d) / 65536) + 0x1p-24)
    }
  }
}
