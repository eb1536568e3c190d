import FakeGen

/// CSV as in RFC 4180 with a line feed at the end of a line: a cell that holds the delimiter, a
/// quote or a line break stands in quotes. Null is an empty cell; in a column that may be null, an
/// empty text is a pair of quotes.
struct CSVFormat: RowFormat {
  private let options: FormatOptions
  private let delimiter: UInt8
  private let escapes: EscapeTable

  /// Creates the format.
  ///
  /// - Parameter delimiter: an ASCII character other than a quote or a line break.
  init(_ options: FormatOptions, delimiter: UInt8) {
    self.options = options
    self.delimiter = delimiter
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
      let start = bytes.count
      generator.appendSpelled(column, to: &bytes)
      if bytes.count > start {
        escapes.escape(&bytes, from: start, quote: .quote)
      } else if options.columns[column].isOptional, !generator.isNull(column) {
        bytes.append(.quote)
        bytes.append(.quote)
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
}
