import Foundation

/// Sets of metrics side by side, such as a candidate's beside the held-out rows'.
public struct MetricsTable: CustomStringConvertible, Sendable {
  /// One set of metrics under its title.
  public struct Column: Sendable {
    public var title: String
    public var metrics: Metrics

    public init(title: String, metrics: Metrics) {
      self.title = title
      self.metrics = metrics
    }
  }

  public var columns: [Column]

  public init(columns: [Column]) {
    self.columns = columns
  }

  /// Plain text, a line per metric, three decimals, `-` where a column lacks the metric. A metric
  /// that every column lacks has no line. A metric with an interval has it in brackets.
  public var description: String {
    var lines = [["rows"] + columns.map { String($0.metrics.rows) }]
    for row in Self.rows {
      guard columns.contains(where: { row.value($0.metrics) != nil }) else { continue }
      lines.append([row.label] + columns.map { Self.cell(row, $0.metrics) })
    }
    lines.insert([""] + columns.map(\.title), at: 0)

    let widths = (0...columns.count).map { column in lines.map { $0[column].count }.max() ?? 0 }
    return lines.map { cells in
      let label = cells[0] + String(repeating: " ", count: widths[0] - cells[0].count)
      let figures = zip(cells, widths).dropFirst().map { cell, width in
        "  " + String(repeating: " ", count: width - cell.count) + cell
      }
      return label + figures.joined()
    }.joined(separator: "\n")
  }

  private static func cell(
    _ row: (label: String, value: (Metrics) -> Double?), _ metrics: Metrics
  ) -> String {
    guard let value = row.value(metrics) else { return "-" }
    // Counts have no use for decimals.
    let format = value >= 100 ? "%.0f" : "%.3f"
    guard let interval = metrics.intervals?[row.label] else {
      return String(format: format, value)
    }
    return String(
      format: "\(format) [\(format), \(format)]", value, interval.lower, interval.upper)
  }

  /// The figures that a table has, with their labels.
  static var rows: [(label: String, value: (Metrics) -> Double?)] {
    [
      ("p mean", { $0.pValues?.mean }),
      ("p median", { $0.pValues?.median }),
      ("p standard deviation", { $0.pValues?.standardDeviation }),
      ("p distance to held-out (KS)", { $0.pValueDistance }),
      ("known zip", \.knownZip),
      ("known city", \.knownCity),
      ("known (city, zip)", \.knownCityZip),
      ("known street", \.knownStreet),
      ("known (city, street)", \.knownCityStreet),
      ("copies of training rows", \.copies),
      ("unique", \.unique),
      ("zip total variation", \.zipTotalVariation),
      ("city total variation", \.cityTotalVariation),
      ("km to the zip's centroid, median", \.zipKilometres),
      ("km to the zip's centroid, 90 %", \.zipKilometres90),
      ("column shapes", \.columnShapes),
      ("pair trends", \.pairTrends),
      ("nearest training row, median", \.nearestTraining),
      ("nearest held-out row, median", \.nearestHeldOut),
      ("nearer to a training row", \.nearerTraining),
      ("novelty", \.novelty),
      ("distinct streets per 10,000", \.distinctStreets),
      ("distinct zips per 10,000", \.distinctZips),
      ("street Levenshtein per character", \.streetLevenshtein),
      ("malformed text", \.malformed),
    ]
  }
}
