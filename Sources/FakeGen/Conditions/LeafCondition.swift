/// The values that a leaf may have in the rows that are asked for.
package struct LeafCondition: Sendable, Hashable {
  /// The leaf.
  package let leaf: Int
  /// Texts in UTF-8.
  package let texts: [[UInt8]]
  /// Units, integers or classes.
  package let numbers: NumberSet
  /// Whether null will do.
  package let acceptsNull: Bool

  /// Creates a condition.
  ///
  /// - Parameters:
  ///   - leaf: the leaf.
  ///   - texts: texts that it may have, in UTF-8.
  ///   - numbers: ranges of numbers that it may have: units, integers or classes.
  ///   - acceptsNull: whether it may be null.
  package init(
    leaf: Int, texts: [[UInt8]] = [], numbers: [ClosedRange<Int64>] = [], acceptsNull: Bool = false
  ) {
    self.leaf = leaf
    self.texts = texts
    self.numbers = NumberSet(numbers)
    self.acceptsNull = acceptsNull
  }

  /// Tells whether a text will do.
  func accepts(_ utf8: ArraySlice<UInt8>) -> Bool {
    for text in texts where utf8.elementsEqual(text) { return true }
    return false
  }

  /// Tells whether a row of a batch meets the condition.
  func holds(_ row: Int, of batch: borrowing DecodedBatch) -> Bool {
    switch batch.value(row: row, leaf: leaf) {
    case .null: acceptsNull
    case .number(let number): numbers.contains(number)
    case .list: false
    case .text(let start, let count): accepts(batch.text[start..<start &+ count])
    }
  }
}
