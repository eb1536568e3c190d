/// What every module of a network decodes with, for a batch of rows.
package struct Decoding {
  package let tables: ActivationTables
  package let gaussian: GaussianTable
  package let strings: StringDecoder?
  package let seed: UInt64
  /// Number of the batch's first row.
  package let row: UInt64
  /// Rows that a filter excludes are attempted anew, from other draws.
  package let attempt: UInt32

  package init(
    tables: ActivationTables, gaussian: GaussianTable, strings: StringDecoder?, seed: UInt64,
    row: UInt64, attempt: UInt32 = 0
  ) {
    self.tables = tables
    self.gaussian = gaussian
    self.strings = strings
    self.seed = seed
    self.row = row
    self.attempt = attempt
  }

  /// The uniform draws of the module with this stream number, for the row at `position` of the batch.
  package func draws(stream: UInt32, position: Int) -> RandomStream {
    RandomStream(
      seed: seed, row: row &+ UInt64(truncatingIfNeeded: position), stream: stream,
      attempt: attempt)
  }
}
