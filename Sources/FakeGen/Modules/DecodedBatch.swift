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
  }

  /// Number of leaves of a row.
  package let leafCount: Int
  /// `[rows, leaves]`.
  package var values: [Value]
  /// UTF-8 of all strings, in the order in which they were made.
  package var text: [UInt8] = []
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
    values = .init(repeating: .null, count: leafCount * rows)
    strings = .init(
      repeating: StringState(draws: RandomStream(seed: 0, row: 0, stream: 0)), count: rows)
  }

  /// Returns the value of `leaf` in `row`.
  @inline(__always)
  package func value(row: Int, leaf: Int) -> Value { values[row * leafCount + leaf] }

  @inline(__always)
  mutating func set(_ value: Value, row: Int, leaf: Int) {
    values[row * leafCount + leaf] = value
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
