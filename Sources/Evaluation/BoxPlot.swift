@preconcurrency import CGSL

/// The five numbers of a box plot and what lies beyond them.
public struct BoxPlot: Codable, Hashable, Sendable {
  /// Number of values.
  public var count: Int
  /// Their mean.
  public var mean: Double
  /// The value that a quarter of them are below.
  public var lowerQuartile: Double
  /// The middle value.
  public var median: Double
  /// The value that a quarter of them are above.
  public var upperQuartile: Double
  /// The least value within 1.5 interquartile ranges of the quartiles.
  public var lowerWhisker: Double
  /// The greatest value within 1.5 interquartile ranges of the quartiles.
  public var upperWhisker: Double
  /// How many values lie beyond the whiskers.
  public var outlierCount: Int
  /// Values beyond the whiskers, ascending: all of them, or as many as were asked for, evenly
  /// spread over their ranks.
  public var outliers: [Double]

  /// Summarizes a sample; nil for an empty one.
  ///
  /// - Parameters:
  ///   - sample: the values.
  ///   - maximumOutliers: outliers to keep, at least 2.
  public init?(_ sample: [Double], maximumOutliers: Int = 100) {
    guard !sample.isEmpty else { return nil }
    let sorted = sample.sorted()
    /// Interpolates linearly between order statistics (Hyndman and Fan's type 7).
    func quantile(_ fraction: Double) -> Double {
      gsl_stats_quantile_from_sorted_data(sorted, 1, sorted.count, fraction)
    }
    count = sorted.count
    mean = gsl_stats_mean(sorted, 1, sorted.count)
    (lowerQuartile, median, upperQuartile) = (quantile(0.25), quantile(0.5), quantile(0.75))
    let reach = 1.5 * (upperQuartile - lowerQuartile)
    let (low, high) = (lowerQuartile - reach, upperQuartile + reach)
    let inside = sorted.filter { $0 >= low && $0 <= high }
    // No value need lie between a quartile and its fence: the whisker then has no length.
    lowerWhisker = min(inside.first ?? lowerQuartile, lowerQuartile)
    upperWhisker = max(inside.last ?? upperQuartile, upperQuartile)
    let outside = sorted.filter { $0 < low || $0 > high }
    outlierCount = outside.count
    if outside.count <= maximumOutliers {
      outliers = outside
    } else {
      outliers = (0..<maximumOutliers).map {
        outside[$0 * (outside.count - 1) / (maximumOutliers - 1)]
      }
    }
  }
}
