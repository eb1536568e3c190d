@preconcurrency import CGSL

/// Mean, median and standard deviation of a sample.
public struct SampleStatistics: Codable, Hashable, Sendable {
  /// The mean.
  public var mean: Double
  /// The median.
  public var median: Double
  /// Square root of the mean squared deviation (divided by n).
  public var standardDeviation: Double

  /// Summarizes a sample; nil for an empty one.
  public init?(_ sample: [Double]) {
    guard !sample.isEmpty else { return nil }
    let sorted = sample.sorted()
    mean = gsl_stats_mean(sorted, 1, sorted.count)
    median = gsl_stats_median_from_sorted_data(sorted, 1, sorted.count)
    standardDeviation = gsl_stats_sd_with_fixed_mean(sorted, 1, sorted.count, mean)
  }
}

/// Interpolates linearly between order statistics (Hyndman and Fan's type 7); nil for an empty
/// sample.
func quantile(_ sample: [Double], _ fraction: Double) -> Double? {
  guard !sample.isEmpty else { return nil }
  let sorted = sample.sorted()
  return gsl_stats_quantile_from_sorted_data(sorted, 1, sorted.count, fraction)
}

/// Returns the two-sample Kolmogorov-Smirnov statistic: the largest distance, 0...1, between the
/// two empirical distribution functions. Nil if a sample is empty.
public func kolmogorovSmirnovDistance(_ first: [Double], _ second: [Double]) -> Double? {
  guard !first.isEmpty, !second.isEmpty else { return nil }
  let first = first.sorted()
  let second = second.sorted()
  var largest = 0.0
  var firstIndex = 0
  var secondIndex = 0
  while firstIndex < first.count, secondIndex < second.count {
    // Equal values of both samples are passed together: the functions differ only between values.
    let value = min(first[firstIndex], second[secondIndex])
    while firstIndex < first.count, first[firstIndex] <= value { firstIndex += 1 }
    while secondIndex < second.count, second[secondIndex] <= value { secondIndex += 1 }
    let distance =
      Double(firstIndex) / Double(first.count) - Double(secondIndex) / Double(second.count)
    largest = max(largest, abs(distance))
  }
  return largest
}
