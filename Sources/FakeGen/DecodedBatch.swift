/// The decoded values of a batch of rows, by row and leaf.
package struct DecodedBatch: Sendable {
  package enum Value: Sendable, Hashable {
    case null
    /// Bytes of `text`.
    case text(start: Int, count: Int)
    /// A `.real` leaf's units, an `.integer` leaf's value, a class of a categorical leaf.
    case number(Int64)
  }

  package let leafCount: Int
  /// `[rows, leaves]`.
  package var values: [Value]
  /// UTF-8 of all strings, in the order in which they were made.
  package var text: [UInt8] = []
  /// Strings decoded so far, and their codes.
  package internal(set) var stringCount = 0
  package internal(set) var codeCount = 0
  /// Working memory for the strings that are being decoded, one for each row.
  var strings: [StringState]
  /// Working memory: the codes of the strings that are being decoded.
  var codes: [CodeLink] = []

  package init(leafCount: Int, rows: Int) {
    self.leafCount = leafCount
    values = .init(repeating: .null, count: leafCount * rows)
    strings = .init(
      repeating: StringState(draws: RandomStream(seed: 0, row: 0, stream: 0)), count: rows)
  }

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

/// A string that is being decoded.
package struct StringState: Sendable {
  package var draws: RandomStream
  /// What it is so far, if it must be an integer.
  package var number: DigitString?
  /// Characters so far.
  var length = 0
  /// Its row's place in the list of rows.
  var place = 0
  /// Position of its last code among the links; -1 if it has none.
  var lastCode = -1

  package init(draws: RandomStream, number: DigitString? = nil) {
    self.draws = draws
    self.number = number
  }
}

/// A code of a string, and where the one before it is.
struct CodeLink: Sendable {
  let code: Int32
  /// Position among the links; -1 if there is none.
  let previous: Int32
}
