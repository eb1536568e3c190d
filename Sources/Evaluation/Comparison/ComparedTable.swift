/// A table for `TableComparison`, column by column.
public struct ComparedTable: Sendable {
  /// The values of a column.
  public struct Column: Sendable {
    /// The texts, one for each row; nil is null.
    public var texts: [String?]
    /// Numbers that stand for the texts, one for each row, nil where there is none: moments as
    /// units since a day. Without them texts that look like numbers are numbers.
    public var numbers: [Double?]?

    /// Creates a column.
    ///
    /// - Parameters:
    ///   - texts: one for each row; nil is null.
    ///   - numbers: as many, or none.
    public init(texts: [String?], numbers: [Double?]? = nil) {
      self.texts = texts
      self.numbers = numbers?.count == texts.count ? numbers : nil
    }
  }

  /// The columns, all of as many rows.
  public var columns: [Column]

  /// Creates a table.
  public init(columns: [Column]) {
    self.columns = columns
  }

  /// Creates a table of texts.
  ///
  /// - Parameter texts: `[columns][rows]`; nil is null.
  public init(_ texts: [[String?]]) {
    columns = texts.map { Column(texts: $0) }
  }

  /// Number of rows.
  public var rows: Int { columns.map(\.texts.count).min() ?? 0 }

  /// The texts, `[rows][columns]`.
  public var textRows: [[String?]] {
    (0..<rows).map { row in columns.map { $0.texts[row] } }
  }
}

extension ComparedTable.Column {
  /// The number of a row: the one given, else what its text says; nil if it says none.
  func number(_ row: Int) -> Double? {
    let number = numbers.map { $0[row] } ?? texts[row].flatMap(Self.number)
    return number.flatMap { $0.isFinite ? $0 : nil }
  }

  /// Reads a decimal number. Swift's own reading takes hexadecimal, `nan` and `inf` for numbers,
  /// too.
  static func number(_ text: String) -> Double? {
    let isPlain = text.utf8.allSatisfy {
      switch $0 {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"),
        UInt8(ascii: "+"), UInt8(ascii: "e"), UInt8(ascii: "E"):
        true
      default: false
      }
    }
    return isPlain ? Double(text) : nil
  }
}
