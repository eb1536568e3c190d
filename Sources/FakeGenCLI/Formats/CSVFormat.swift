import FakeGen

/// How CSV has null, and what may not stand in a cell as it is. A type of its own, so that programs
/// without options of CSV do not have what only options ask for.
protocol CSVCells: Sendable {
  /// Appends what stands for null.
  func appendNull(to bytes: inout [UInt8])

  /// Changes the name of a column that begins at `start`.
  func changeName(_ bytes: inout [UInt8], from start: Int)

  /// Changes the cell of a column that begins at `start` and is not null; true if it stands in quotes
  /// now, so that nothing of it is escaped any more.
  func changeCell(_ bytes: inout [UInt8], from start: Int, column: Int) -> Bool
}

/// Null is an empty cell, and an empty text a pair of quotes.
struct PlainCells: CSVCells {
  func appendNull(to bytes: inout [UInt8]) {}

  func changeName(_ bytes: inout [UInt8], from start: Int) {}

  func changeCell(_ bytes: inout [UInt8], from start: Int, column: Int) -> Bool {
    guard bytes.count == start else { return false }
    bytes.append(.quote)
    bytes.append(.quote)
    return true
  }
}

/// CSV as in RFC 4180 with a line feed at the end of a line: a cell that holds the delimiter, a
/// quote or a line break stands in quotes.
struct CSVFormat<Cells: CSVCells>: RowFormat {
  private let options: FormatOptions
  private let delimiter: UInt8
  private let cells: Cells
  private let escapes: EscapeTable

  /// Creates the format.
  ///
  /// - Parameter delimiter: an ASCII character other than a quote or a line break.
  init(_ options: FormatOptions, delimiter: UInt8, cells: Cells) {
    self.options = options
    self.delimiter = delimiter
    self.cells = cells
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
      cells.changeName(&bytes, from: start)
      escapes.escape(&bytes, from: start, quote: .quote)
    }
    endLine(&bytes, from: lineStart)
  }

  func appendRow(of generator: borrowing Generator, to bytes: inout [UInt8]) {
    appendCells(of: generator, to: &bytes)
  }

  /// Appends a row of cells.
  func appendCells(of source: borrowing some CellSource, to bytes: inout [UInt8]) {
    let lineStart = bytes.count
    var isFirst = true
    for column in options.selected {
      if !isFirst { bytes.append(delimiter) }
      isFirst = false
      let start = bytes.count
      source.appendSpelled(column, to: &bytes)
      // Null has no text; asking for it alone would cost each cell more.
      if bytes.count == start, source.isNull(column) {
        cells.appendNull(to: &bytes)
        continue
      }
      if cells.changeCell(&bytes, from: start, column: column) { continue }
      escapes.escape(&bytes, from: start, quote: .quote)
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
