/// What every module of a network decodes with, for one row.
package struct Decoding {
  package let tables: ActivationTables
  package let gaussian: GaussianTable
  package let strings: StringDecoder?
  package let seed: UInt64
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

  /// The uniform draws of the module with this stream number.
  package func draws(stream: UInt32) -> RandomStream {
    RandomStream(seed: seed, row: row, stream: stream, attempt: attempt)
  }
}

/// The decoded values of one row, by leaf. Strings lie one after the other in `text`.
package struct DecodedRow: Sendable {
  package enum Value: Sendable, Hashable {
    case null
    /// Bytes of `text`.
    case text(start: Int, count: Int)
    /// A `.real` leaf's units, an `.integer` leaf's value, a class of a categorical leaf.
    case number(Int64)
  }

  package var values: [Value]
  /// UTF-8.
  package var text: [UInt8] = []

  package init(leafCount: Int) {
    values = .init(repeating: .null, count: leafCount)
  }

  package mutating func setText(_ utf8: ArraySlice<UInt8>, leaf: Int) {
    values[leaf] = .text(start: text.count, count: utf8.count)
    text.append(contentsOf: utf8)
  }

  package mutating func reset() {
    for leaf in values.indices { values[leaf] = .null }
    text.removeAll(keepingCapacity: true)
  }
}
