import Records

/// Rows that a model has made, or that it is to read.
struct GeneratedRows: Sendable {
  var records: [Record]
  /// `[records]` what a model of comma-separated text has sampled, malformed or not; empty if the
  /// text of a row is what its record is written as.
  var texts: [String] = []

  /// Rows of a table.
  init(_ records: [Record]) {
    self.records = records
  }

  init(records: [Record], texts: [String]) {
    precondition(texts.isEmpty || texts.count == records.count)
    self.records = records
    self.texts = texts
  }
}
