import FakeGen

/// A way to write rows. Every file that a format writes is whole in itself: its start, the rows
/// with what stands between them, its end.
protocol RowFormat: Sendable {
  /// Appends what comes before the rows.
  func appendStart(to bytes: inout [UInt8])

  /// Appends what comes before the file's row number `ordinal`, counted from 0. It must not depend
  /// on the rows' values, so that rows can be formatted before it is known which come before them.
  func appendSeparator(before ordinal: UInt64, to bytes: inout [UInt8])

  /// Appends the row that the generator has selected.
  func appendRow(of generator: borrowing Generator, to bytes: inout [UInt8])

  /// Appends what comes after the last of `count` rows.
  func appendEnd(count: UInt64, to bytes: inout [UInt8])
}

extension RowFormat {
  func appendStart(to bytes: inout [UInt8]) {}
  func appendSeparator(before ordinal: UInt64, to bytes: inout [UInt8]) {}
  func appendEnd(count: UInt64, to bytes: inout [UInt8]) {}
}

/// Where the cells of a table's row come from.
protocol CellSource {
  /// Tells whether the field in a column is null.
  func isNull(_ column: Int) -> Bool

  /// Appends the plain text of the field in a column.
  func append(_ column: Int, to bytes: inout [UInt8])

  /// Appends the text of the field in a column as the training table would have it.
  func appendSpelled(_ column: Int, to bytes: inout [UInt8])
}

extension Generator: CellSource {}

/// What all formats are told.
struct FormatOptions: Sendable {
  /// All columns of the model.
  let columns: [Column]
  /// Indices into `columns` of those to write, in the order to write them.
  let selected: [Int]
  /// Whether what describes the columns (a header, CREATE TABLE) comes first.
  let hasHeader: Bool
}

extension UInt8 {
  static let tab = UInt8(ascii: "\t")
  static let lineFeed = UInt8(ascii: "\n")
  static let carriageReturn = UInt8(ascii: "\r")
  static let quote = UInt8(ascii: "\"")
  static let apostrophe = UInt8(ascii: "'")
  static let comma = UInt8(ascii: ",")
  static let backslash = UInt8(ascii: "\\")
}
