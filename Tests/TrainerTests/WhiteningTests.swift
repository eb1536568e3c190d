import Autodiff
import FloatModel
import Foundation
import Testing

@testable import Trainer

@Suite struct WhiteningTests {
  private func correlated(_ count: Int) -> [Double] {
    let random = RandomGenerator(seed: 4, stream: 0)
    return (0..<count).flatMap { _ in
      let (a, b) = (random.normal(), random.normal())
      return [44 + 0.4 * a, -72.7 + 0.3 * a - 0.2 * b]
    }
  }

  /// Whitened data have mean zero and the identity for covariance (Eqs. 6, 7).
  @Test func whitens() {
    var whitening = Whitening(count: 2)
    let data = correlated(20_000)
    whitening.update(data)
    var (mean, square) = ([0.0, 0.0], [0.0, 0.0, 0.0, 0.0])
    for row in 0..<20_000 {
      let y = whitening.whitened([data[2 * row], data[2 * row + 1]])
      for i in 0..<2 {
        mean[i] += y[i] / 20_000
        for j in 0..<2 { square[2 * i + j] += y[i] * y[j] / 20_000 }
      }
    }
    #expect(mean.allSatisfy { abs($0) < 1e-9 })
    for (found, expected) in zip(square, [1.0, 0, 0, 1]) { #expect(abs(found - expected) < 1e-3) }
  }

  @Test func unwhiteningInverts() {
    var whitening = Whitening(count: 2)
    whitening.update(correlated(100))
    let x = whitening.unwhitened(whitening.whitened([43.5, -73.1]))
    #expect(abs(x[0] - 43.5) < 1e-9 && abs(x[1] + 73.1) < 1e-9)
  }

  /// The average is the plain mean at first, and decays by 0.999 a batch later.
  @Test func averagesMove() {
    var whitening = Whitening(count: 1)
    whitening.update([1, 1])
    #expect(whitening.mean == [1])
    whitening.update([3, 3])
    #expect(whitening.mean == [2])
    for _ in 2..<5000 { whitening.update([2, 2]) }
    whitening.update([1002, 1002])
    #expect(abs(whitening.mean[0] - 3) < 1e-9)
  }

  /// Eigenvectors do not change sign from one batch to the next.
  @Test func signsContinue() {
    var whitening = Whitening(count: 2)
    var previous = whitening.unwhitening
    for turn in 0..<60 {
      let angle = Double(turn) / 10
      let (c, s) = (cos(angle), sin(angle))
      var batch: [Double] = []
      for k in -5...5 {
        batch += [Double(k) * c - s * Double(k % 2), Double(k) * s + c * Double(k % 2)]
      }
      whitening.update(batch)
      if turn > 0 {
        for i in 0..<2 {
          let along = (0..<2).reduce(0.0) {
            $0 + previous[2 * i + $1] * whitening.unwhitening[2 * i + $1]
          }
          #expect(along > 0)
        }
      }
      previous = whitening.unwhitening
    }
  }
}

@Suite struct LatentMomentsTests {
  @Test func matchesTheClosedForm() {
    var moments = LatentMoments(width: 2, decay: 0.9)
    moments.update([1, 0, 3, 4], rows: 2)
    #expect(moments.mean == [2, 2])
    // Population covariance of the batch.
    #expect(moments.covariance == [1, 2, 2, 4])
    moments.update([0, 0, 0, 0], rows: 2)
    #expect(moments.mean == [1, 1])
    #expect(moments.covariance == [0.5, 1, 1, 2])
  }
}
