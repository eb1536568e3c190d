/// The elements of one leaf's lists, for all rows of a batch: those of row r are the rows from
/// `r * capacity` on of a batch of their own.
package struct DecodedList: Sendable {
  /// The leaf.
  package let leaf: Int
  /// Most elements of a row's list.
  package let capacity: Int
  /// The elements.
  package var elements: DecodedBatch
}
