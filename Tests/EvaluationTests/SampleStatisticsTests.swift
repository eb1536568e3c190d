import TestSupport
import Testing

@testable import Evaluation

@Suite struct SampleStatisticsTests {
  @Test func statisticsOfKnownSamples() throws {
    #expect(SampleStatistics([]) == nil)
    let one = try #require(SampleStatistics([3]))
    #expect(one.mean == 3 && one.median == 3 && one.standardDeviation == 0)
    let eight = try #require(SampleStatistics([9, 2, 4, 7, 4, 5, 4, 5]))
    #expect(eight.mean == 5)
    #expect(eight.median == 4.5)
    #expect(abs(eight.standardDeviation - 2) < 1e-12)
  }

  @Test func distanceOfKnownSamples() {
    #expect(kolmogorovSmirnovDistance([], [1]) == nil)
    #expect(kolmogorovSmirnovDistance([1], []) == nil)
    #expect(kolmogorovSmirnovDistance([1, 2, 3], [3, 2, 1]) == 0)
    #expect(kolmogorovSmirnovDistance([1, 2], [3, 4]) == 1)
    #expect(kolmogorovSmirnovDistance([1, 1, 1, 4], [1, 4]) == 0.25)
  }

  @Test func distanceIsScipys() throws {
    struct Pair: Encodable {
      var first: [Double]
      var second: [Double]
    }
    var random = SplitMix(seed: 11)
    let pairs = (0..<20).map { round in
      // Few distinct values in the even rounds, so that ties within and between samples occur.
      func sample(_ count: Int) -> [Double] {
        (0..<count).map { _ in
          round.isMultiple(of: 2)
            ? Double(Int.random(in: 0..<6, using: &random))
            : Double.random(in: 0...1, using: &random)
        }
      }
      return Pair(first: sample(3 + 9 * round), second: sample(1 + 5 * round))
    }
    let expected: [Double] = try Python.evaluate(
      """
      import json, sys
      from scipy.stats import ks_2samp
      print(json.dumps([float(ks_2samp(p["first"], p["second"]).statistic)
                        for p in json.loads(sys.argv[1])]))
      """, input: pairs)
    #expect(expected.count == pairs.count)
    for (pair, distance) in zip(pairs, expected) {
      let ours = try #require(kolmogorovSmirnovDistance(pair.first, pair.second))
      #expect(abs(ours - distance) < 1e-12)
    }
  }
}
