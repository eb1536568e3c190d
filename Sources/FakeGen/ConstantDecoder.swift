/// A string field that always has the same value.
package struct ConstantDecoder: Sendable, Hashable {
  package let leaf: Int
  /// UTF-8.
  package let text: [UInt8]

  package init(leaf: Int, text: [UInt8]) {
    self.leaf = leaf
    self.text = text
  }

  package func decode(rows: RowList, into batch: inout DecodedBatch) {
    for place in 0..<rows.count { batch.setText(text[...], row: rows[place], leaf: leaf) }
  }
}
