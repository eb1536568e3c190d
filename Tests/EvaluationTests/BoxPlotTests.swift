import TestSupport
import Testing

@testable import Evaluation

@Suite struct BoxPlotTests {
  @Test func numbersAreNumPys() throws {
    var random = SplitMix(seed: 21)
    // Skewed samples, with ties in every third, and with far values.
    let samples = (0..<30).map { round in
      (0..<(1 + 7 * round)).map { _ in
        let x = random.uniform()
        return round % 3 == 0 ? (x * 5).rounded() : x * x * x * (random.uniform() < 0.1 ? 9 : 1)
      }
    }
    let expected: [[Double]] = try Python.evaluate(
      """
      import json, sys, numpy
      def box(sample):
          x = numpy.sort(numpy.array(sample, dtype=float))
          low, middle, high = numpy.percentile(x, [25, 50, 75])
          reach = 1.5 * (high - low)
          inside = x[(x >= low - reach) & (x <= high + reach)]
          outside = x[(x < low - reach) | (x > high + reach)]
          return [x.mean(), low, middle, high, min(inside.min(), low), max(inside.max(), high)] \
              + list(outside)
      print(json.dumps([box(s) for s in json.loads(sys.argv[1])]))
      """, input: samples)
    #expect(expected.contains { $0.count > 6 })
    for (sample, numbers) in zip(samples, expected) {
      let box = try #require(BoxPlot(sample, maximumOutliers: 1000))
      let ours =
        [
          box.mean, box.lowerQuartile, box.median, box.upperQuartile, box.lowerWhisker,
          box.upperWhisker,
        ] + box.outliers
      #expect(ours.count == numbers.count)
      for (one, other) in zip(ours, numbers) { #expect(abs(one - other) < 1e-12) }
      #expect(box.outlierCount == numbers.count - 6 && box.count == sample.count)
    }
  }

  @Test func manyOutliersAreThinned() throws {
    let box = try #require(
      BoxPlot(Array(repeating: 0, count: 1000) + (1...100).map(Double.init), maximumOutliers: 5))
    #expect(box.outlierCount == 100)
    #expect(box.outliers.count == 5)
    #expect(box.outliers.first == 1 && box.outliers.last == 100)
    #expect(BoxPlot([]) == nil)
  }
}
