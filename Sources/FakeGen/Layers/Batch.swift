/// Sizes of batches: rows that go through a network together.
package enum Batch {
  /// Rows whose sums are computed before anything else is done with them: few enough that these
  /// stay in the cache, enough that one load of the weights serves several.
  package static let tileRows = 12
}
