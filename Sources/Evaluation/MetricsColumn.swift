/// One set of metrics under its title, a column of a `MetricsTable`.
public struct MetricsColumn: Sendable {
  /// The column's title.
  public var title: String
  /// The figures below it.
  public var metrics: Metrics

  /// Creates a column.
  public init(title: String, metrics: Metrics) {
    self.title = title
    self.metrics = metrics
  }
}
