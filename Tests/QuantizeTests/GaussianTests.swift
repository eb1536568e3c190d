import FakeGen
import FloatModel
import Foundation
import Testing

@testable import Quantize

@Suite struct GaussianTests {
  let table = GaussianTable.ofRealFunction()

  /// Values of scipy.stats.norm.isf.
  @Test(arguments: [
    (0.5, 0.0), (0.25, 0.6744897501960817), (0.025, 1.9599639845400545),
    (1e-3, 3.090232306167813), (1e-6, 4.753424308822899), (0x1p-33, 6.3379577545537895),
  ]) func quantileAgreesWithSciPy(p: Double, z: Double) {
    #expect(abs(normalQuantile(upperTail: p) - z) < 1e-12)
  }

  /// At both ends and inside of every linear piece.
  @Test func drawsAreWithinTheBound() {
    var worst = 0.0
    for octave in 0..<31 {
      for piece in 0..<32 {
        for inside in [0.0, 0.25, 0.5, 0.75, 0.999999] {
          let w = exp2(Double(octave)) * (1 + (Double(piece) + inside) / 32)
          let draw = UInt32(w / 2)
          let p = (2 * Double(draw) + 1) * 0x1p-33
          let z = normalQuantile(upperTail: p)
          worst = max(worst, abs(Double(table.normal(draw)) / 4096 - z))
          let mirrored = Double(table.normal(draw | 1 << 31)) / 4096
          worst = max(worst, abs(mirrored + z))
        }
      }
    }
    #expect(worst < 1.9e-4)
  }

  @Test func tailIsThere() {
    #expect(Double(table.normal(0)) / 4096 > 6.3)
    #expect(Double(table.normal(1 << 31)) / 4096 < -6.3)
    #expect(table.normal(0x7FFF_FFFF) == 0)
  }

  @Test func momentsAndDistributionAreNormal() {
    let count = 200_000
    var draws = RandomStream(seed: 11, row: 0, stream: 0)
    let values = (0..<count).map { _ in Double(table.normal(draws.next())) / 4096 }.sorted()
    let n = Double(count)
    let moments = (1...4).map { order in
      values.reduce(0) { $0 + pow($1, Double(order)) } / n
    }
    // Four standard errors of each sample moment.
    #expect(abs(moments[0]) < 4 / n.squareRoot())
    #expect(abs(moments[1] - 1) < 4 * (2 / n).squareRoot())
    #expect(abs(moments[2]) < 4 * (15 / n).squareRoot())
    #expect(abs(moments[3] - 3) < 4 * (96 / n).squareRoot())
    var distance = 0.0
    for (index, value) in values.enumerated() {
      let cumulative = erfc(-value / 2.0.squareRoot()) / 2
      distance = max(
        distance, abs(cumulative - Double(index) / n), abs(cumulative - Double(index + 1) / n))
    }
    // The Kolmogorov-Smirnov statistic exceeds 1.95 / sqrt(n) once in a thousand samples.
    #expect(distance < 1.95 / n.squareRoot())
  }
}
