/// The decoded values of a batch of rows, by row and leaf.
package struct DecodedBatch: Sendable {
  /// The value of one leaf in one row.
  package enum Value: Sendable, Hashable {
    /// No value.
    case null
    /// Bytes `start ..< start + count` of `text`.
    case text(start: Int, count: Int)
    /// A `.real` leaf's units, an `.integer` leaf's value, a class of a categorical leaf.
    case number(Int64)
    /// The first `count` elements that the row has room for in the leaf's `DecodedList`.
    case list(count: Int)
  }

  /// Number of leaves of a row.
  package let leafCount: Int
  /// For each leaf that is a plain number, its decimals; -1 for others.
  let plainDecimals: [Int]
  /// `[rows, leaves]`.
  package var values: [Value]
  /// UTF-8 of all strings, in the order in which they were made.
  package var text: [UInt8] = []
  /// The elements of lists, one entry for each leaf that is a list.
  package var lists: [DecodedList] = []
  /// Number of strings decoded so far.
  package internal(set) var stringCount = 0
  /// Number of their codes.
  package internal(set) var codeCount = 0
  /// Working memory for the strings that are being decoded, one for each row.
  var strings: [StringState]
  /// Working memory: the codes of the strings that are being decoded.
  var codes: [CodeLink] = []

  /// Creates a batch whose values are all null.
  ///
  /// - Parameters:
  ///   - leafCount: number of leaves of a row.
  ///   - rows: number of rows.
  package init(leafCount: Int, rows: Int) {
    self.leafCount = leafCount
    plainDecimals = .init(repeating: -1, count: leafCount)
    values = .init(repeating: .null, count: leafCount * rows)
    strings = .init(
      repeating: StringState(draws: RandomStream(seed: 0, row: 0, stream: 0)), count: rows)
  }

  /// Creates a batch of the rows of a schema, with room for all elements of their lists.
  ///
  /// - Parameters:
  ///   - schema: of the rows.
  ///   - rows: number of rows.
  ///   - together: most rows that are decoded together.
  init(schema: RowSchema, rows: Int, together: Int) {
    leafCount = schema.leaves.count
    plainDecimals = schema.leaves.map { $0.kind.plainDecimals }
    values = .init(repeating: .null, count: leafCount * rows)
    strings = .init(
      repeating: StringState(draws: RandomStream(seed: 0, row: 0, stream: 0)), count: together)
    for (leaf, column) in schema.leaves.enumerated() {
      guard case .list(let list) = column.kind else { continue }
      lists.append(
        DecodedList(
          leaf: leaf, capacity: list.maximumCount,
          elements: DecodedBatch(
            schema: list.schema, rows: rows * list.maximumCount, together: together)))
    }
  }

  /// Forgets the texts of all rows, which are decoded anew.
  mutating func removeTexts() {
    text.removeAll(keepingCapacity: true)
    for index in lists.indices { lists[index].elements.removeTexts() }
  }

  /// Returns the value of `leaf` in `row`.
  @inline(__always)
  package func value(row: Int, leaf: Int) -> Value { values[row * leafCount + leaf] }

  @inline(__always)
  mutating func set(_ value: Value, row: Int, leaf: Int) {
    values[row * leafCount + leaf] = value
  }

  /// Sets the values of a leaf in some rows; `value` gives that of each place of the list.
  @inline(__always)
  mutating func set(leaf: Int, of rows: RowList, _ value: (Int) -> Value) {
    let leafCount = leafCount
    values.withUnsafeMutableBufferPointer { values in
      for place in 0..<rows.count { values[rows[place] * leafCount + leaf] = value(place) }
    }
  }

  mutating func setText(_ utf8: ArraySlice<UInt8>, row: Int, leaf: Int) {
    set(.text(start: text.count, count: utf8.count), row: row, leaf: leaf)
    text.append(contentsOf: utf8)
  }

  /// Makes the fields of `row` null.
  mutating func reset(row: Int) {
    for leaf in 0..<leafCount { set(.null, row: row, leaf: leaf) }
  }
}
