/// How the file of a table is read.
public struct TableReading: Hashable, Sendable {
  /// Words that are nothing in numbers, moments, booleans and enums, unless others are given.
  public static let standardNullWords = [
    "NA", "NaN", "nan", "NaT", "NULL", "null", "None", "\\N", "N/A", "n/a",
  ]

  /// The character between the cells of a CSV file; nil for the one that is found.
  public var delimiter: UInt8?
  /// Words that are nothing in any column; nil for the standard words, where they are.
  public var nullWords: [String]?
  /// Rows that do not fit and may be left out.
  public var skipBad: Int

  /// Creates the standard way: what can be found is found, and all rows must fit.
  public init(delimiter: UInt8? = nil, nullWords: [String]? = nil, skipBad: Int = 0) {
    self.delimiter = delimiter
    self.nullWords = nullWords
    self.skipBad = skipBad
  }
}
