/// One set of metrics under its title, a column of a `MetricsTable`.
public struct MetricsColumn: Sendable {
  public var title: String
  public var metrics: Metrics

  public init(title: String, metrics: Metrics) {
    self.title = title
    self.metrics = metrics
  }
}
