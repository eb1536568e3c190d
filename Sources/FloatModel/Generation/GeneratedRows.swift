import Records

/// Rows that a model has made, or that it is to read.
package struct GeneratedRows: Sendable {
  /// The rows' records.
  package let records: [Record]
  /// `[records]` what a model of comma-separated text has sampled, malformed or not; empty if the
  /// text of a row is what its record is written as.
  package let texts: [String]

  /// Creates rows of a table.
  package init(_ records: [Record]) {
    self.init(records: records, texts: [])
  }

  /// Creates rows with the texts that they were made as.
  ///
  /// - Parameters:
  ///   - records: the rows' records.
  ///   - texts: `[records]`, or empty.
  package init(records: [Record], texts: [String]) {
    precondition(texts.isEmpty || texts.count == records.count)
    (self.records, self.texts) = (records, texts)
  }
}
