import Foundation

/// Sets of metrics side by side, such as a candidate's beside the held-out rows'.
public struct MetricsTable: CustomStringConvertible, Sendable {
  /// The columns from left to right.
  public var columns: [MetricsColumn]

  /// Creates a table.
  public init(columns: [MetricsColumn]) {
    self.columns = columns
  }

  /// Plain text, a line per metric, three decimals, `-` where a column lacks the metric. A metric
  /// that every column lacks has no line. A metric with an interval has it in brackets.
  public var description: String {
    var lines = [["rows"] + columns.map { String($0.metrics.rows) }]
    for row in Metrics.figures {
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
    let text = Metrics.text(value)
    guard let interval = metrics.intervals?[row.label] else { return text }
    let format = Metrics.format(value)
    return text + String(format: " [\(format), \(format)]", interval.lower, interval.upper)
  }
}
