import FakeGen

/// CSV as in RFC 4180 with a line feed at the end of a line: a cell that holds the delimiter, a
/// quote or a line break stands in quotes, and so does one that would be taken for null. Unless
/// another text stands for null, that is an empty cell, and an empty text is a pair of quotes.
struct CSVFormat: RowFormat {
  private let options: FormatOptions
  private let delimiter: UInt8
  private let null: [UInt8]
  private let isGuarded: [Bool]
  private let escapes: EscapeTable

  /// Creates the format.
  ///
  /// - Parameters:
  ///   - delimiter: an ASCII character other than a quote or a line break.
  ///   - null: what stands for null: a text without the delimiter, quotes and line breaks.
  ///   - isGuarded: for each column of the model, whether an apostrophe is put before cells that
  ///     spreadsheets would take for formulas; empty if that is done nowhere, header included.
  init(
    _ options: FormatOptions, delimiter: UInt8, null: [UInt8] = [], isGuarded: [Bool] = []
  ) {
    self.options = options
    self.delimiter = delimiter
    self.null = null
    self.isGuarded = isGuarded
    var escapes = EscapeTable()
    escapes.set(.quote, [.quote, .quote])
    for byte in [delimiter, .lineFeed, .carriageReturn] { escapes.set(byte, [byte]) }
    self.escapes = escapes
  }

  func appendStart(to bytes: inout [UInt8]) {
    guard options.hasHeader else { return }
    let lineStart = bytes.count
    for (position, column) in options.selected.enumerated() {
      if position > 0 { bytes.append(delimiter) }
      let start = bytes.count
      bytes.append(options.columns[column].name)
      if !isGuarded.isEmpty { guardCell(&bytes, from: start) }
      escapes.escape(&bytes, from: start, quote: .quote)
    }
    endLine(&bytes, from: lineStart)
  }

  func appendRow(of generator: borrowing Generator, to bytes: inout [UInt8]) {
    let lineStart = bytes.count
    var isFirst = true
    for column in options.selected {
      if !isFirst { bytes.append(delimiter) }
      isFirst = false
      if generator.isNull(column) {
        bytes.append(contentsOf: null)
        continue
      }
      let start = bytes.count
      generator.append(column, to: &bytes)
      if !isGuarded.isEmpty, isGuarded[column] { guardCell(&bytes, from: start) }
      if bytes.count - start == null.count, bytes[start...].elementsEqual(null) {
        bytes.insert(.quote, at: start)
        bytes.append(.quote)
      } else {
        escapes.escape(&bytes, from: start, quote: .quote)
      }
    }
    endLine(&bytes, from: lineStart)
  }

  private func endLine(_ bytes: inout [UInt8], from lineStart: Int) {
    // A lone empty cell would be an empty line, which readers skip.
    if bytes.count == lineStart {
      bytes.append(.quote)
      bytes.append(.quote)
    }
    bytes.append(.lineFeed)
  }

  /// Puts an apostrophe before a cell that a spreadsheet would compute.
  private func guardCell(_ bytes: inout [UInt8], from start: Int) {
    guard start < bytes.count else { return }
    switch bytes[start] {
    // Spreadsheets pass over the last two.
    case UInt8(ascii: "="), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "@"), .tab,
      .carriageReturn:
      bytes.insert(.apostrophe, at: start)
    default: break
    }
  }
}
