import Foundation

/// A 95 % confidence interval.
public struct Interval: Codable, Hashable, Sendable {
  /// The lower end.
  public var lower: Double
  /// The upper end.
  public var upper: Double
}

extension Metrics {
  /// Adds intervals of the figures, by their labels, for what another set of as many rows would
  /// give.
  ///
  /// The spread is that over random halves of the rows (Shao and Wu 1989): the variance of a figure
  /// of half the rows, drawn without replacement, around the whole's is that of the whole around
  /// the truth. A bootstrap with replacement would do for means, but its repeated rows would pass
  /// for duplicates in the figures that count distinct values.
  ///
  /// - Parameters:
  ///   - rows: how many rows there are.
  ///   - halves: halves to draw, at least 2.
  ///   - shuffle: shuffles numbers at random.
  ///   - measure: the metrics of the rows at the given places.
  public mutating func addIntervals(
    rows: Int, halves: Int, shuffle: (inout [Int32]) -> Void, measure: ([Int]) -> Metrics
  ) {
    guard rows >= 4, halves >= 2 else { return }
    var order = (0..<rows).map { Int32($0) }
    let samples = (0..<halves).map { _ in
      shuffle(&order)
      return measure(order.prefix(rows / 2).map { Int($0) })
    }
    var result: [String: Interval] = [:]
    for (label, value) in Metrics.figures {
      let values = samples.compactMap(value)
      guard let whole = value(self), values.count == halves else { continue }
      let mean = values.reduce(0, +) / Double(halves)
      let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      let reach = 1.96 * (squares / Double(halves - 1)).squareRoot()
      result[label] = Interval(lower: whole - reach, upper: whole + reach)
    }
    intervals = result
  }
}
