import FakeGen

/// Tab-separated values with one line for each row, whatever its texts hold: tabs, line feeds,
/// carriage returns and backslashes are written as `\t`, `\n`, `\r` and `\\`, and null is `\N`. It
/// is the text format of PostgreSQL's COPY.
struct TSVFormat: RowFormat {
  private let options: FormatOptions
  private let escapes: EscapeTable

  init(_ options: FormatOptions) {
    self.options = options
    var escapes = EscapeTable()
    escapes.set(.tab, [.backslash, UInt8(ascii: "t")])
    escapes.set(.lineFeed, [.backslash, UInt8(ascii: "n")])
    escapes.set(.carriageReturn, [.backslash, UInt8(ascii: "r")])
    escapes.set(.backslash, [.backslash, .backslash])
    self.escapes = escapes
  }

  func appendStart(to bytes: inout [UInt8]) {
    guard options.hasHeader else { return }
    for (position, column) in options.selected.enumerated() {
      if position > 0 { bytes.append(.tab) }
      let start = bytes.count
      bytes.append(contentsOf: options.columns[column].name.utf8)
      escapes.escape(&bytes, from: start)
    }
    bytes.append(.lineFeed)
  }

  func appendRow(of generator: borrowing Generator, to bytes: inout [UInt8]) {
    appendCells(of: generator, to: &bytes)
  }

  /// Appends a row of cells.
  func appendCells(of source: borrowing some CellSource, to bytes: inout [UInt8]) {
    var isFirst = true
    for column in options.selected {
      if !isFirst { bytes.append(.tab) }
      isFirst = false
      if source.isNull(column) {
        bytes.append(.backslash)
        bytes.append(UInt8(ascii: "N"))
        continue
      }
      let start = bytes.count
      source.appendSpelled(column, to: &bytes)
      escapes.escape(&bytes, from: start)
    }
    bytes.append(.lineFeed)
  }
}
