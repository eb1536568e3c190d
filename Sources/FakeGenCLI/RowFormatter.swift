import FakeGen

/// Writes rows as text, one line each, the same in every locale.
///
/// CSV follows RFC 4180 with a line feed at the end of a line: a cell that holds a comma, a quote or
/// a line break stands in quotes; null is an empty cell. A JSON line is one object whose keys are the
/// names of the CSV's columns, in the same order; null is null, reals and integers are numbers,
/// booleans are true or false, all else is a string.
struct RowFormatter {
  let columns: [Column]
  let format: RowFormat
  /// Per column, what comes before its value.
  private let prefixes: [[UInt8]]

  init(columns: [Column], format: RowFormat) {
    self.columns = columns
    self.format = format
    prefixes = columns.enumerated().map { index, column in
      switch format {
      case .csv:
        return index == 0 ? [] : [.comma]
      case .jsonl:
        var prefix: [UInt8] = [index == 0 ? UInt8(ascii: "{") : .comma]
        let start = prefix.count
        prefix.append(contentsOf: column.name.utf8)
        quoteJSON(&prefix, from: start)
        prefix.append(UInt8(ascii: ":"))
        return prefix
      }
    }
  }

  /// Appends the line of column names; nothing in JSON Lines.
  func appendHeader(to bytes: inout [UInt8]) {
    guard format == .csv else { return }
    let lineStart = bytes.count
    for (column, prefix) in zip(columns, prefixes) {
      bytes.append(contentsOf: prefix)
      let start = bytes.count
      bytes.append(contentsOf: column.name.utf8)
      quoteCSV(&bytes, from: start)
    }
    endCSVLine(&bytes, from: lineStart)
  }

  /// Appends the row that the generator has selected.
  func appendRow(of generator: borrowing Generator, to bytes: inout [UInt8]) {
    switch format {
    case .csv:
      let lineStart = bytes.count
      for index in columns.indices {
        bytes.append(contentsOf: prefixes[index])
        let start = bytes.count
        generator.append(index, to: &bytes)
        quoteCSV(&bytes, from: start)
      }
      endCSVLine(&bytes, from: lineStart)
    case .jsonl:
      for index in columns.indices {
        bytes.append(contentsOf: prefixes[index])
        appendJSONValue(index, of: generator, to: &bytes)
      }
      // A row without columns has not opened its object.
      if columns.isEmpty { bytes.append(UInt8(ascii: "{")) }
      bytes.append(UInt8(ascii: "}"))
      bytes.append(.lineFeed)
    }
  }

  private func appendJSONValue(
    _ column: Int, of generator: borrowing Generator, to bytes: inout [UInt8]
  ) {
    if generator.isNull(column) {
      bytes.append(contentsOf: "null".utf8)
      return
    }
    let start = bytes.count
    generator.append(column, to: &bytes)
    switch columns[column].kind {
    case .real, .integer, .boolean: break
    case .text, .digits, .enumeration: quoteJSON(&bytes, from: start)
    }
  }

  private func endCSVLine(_ bytes: inout [UInt8], from lineStart: Int) {
    // A lone empty cell would be an empty line, which readers skip.
    if bytes.count == lineStart { bytes.append(contentsOf: [.quote, .quote]) }
    bytes.append(.lineFeed)
  }
}

/// Puts the cell that begins at `start` in quotes if it needs them.
private func quoteCSV(_ bytes: inout [UInt8], from start: Int) {
  let isSpecial = { (byte: UInt8) in
    byte == .comma || byte == .quote || byte == .lineFeed || byte == .carriageReturn
  }
  guard bytes[start...].contains(where: isSpecial) else { return }
  let cell = Array(bytes[start...])
  bytes.removeSubrange(start...)
  bytes.append(.quote)
  for byte in cell {
    if byte == .quote { bytes.append(.quote) }
    bytes.append(byte)
  }
  bytes.append(.quote)
}

/// Makes a JSON string of the UTF-8 text that begins at `start`: quotes, backslashes and control
/// characters are escaped, all else stays as it is.
private func quoteJSON(_ bytes: inout [UInt8], from start: Int) {
  let isSpecial = { (byte: UInt8) in
    byte < 0x20 || byte == .quote || byte == .backslash || byte == 0x7F
  }
  guard bytes[start...].contains(where: isSpecial) else {
    bytes.insert(.quote, at: start)
    bytes.append(.quote)
    return
  }
  let text = Array(bytes[start...])
  bytes.removeSubrange(start...)
  bytes.append(.quote)
  for byte in text {
    switch byte {
    case .quote, .backslash: bytes.append(contentsOf: [.backslash, byte])
    case .lineFeed: bytes.append(contentsOf: #"\n"#.utf8)
    case .carriageReturn: bytes.append(contentsOf: #"\r"#.utf8)
    case .tab: bytes.append(contentsOf: #"\t"#.utf8)
    case _ where isSpecial(byte):
      bytes.append(contentsOf: #"\u00"#.utf8)
      bytes.append(hexadecimalDigit(byte >> 4))
      bytes.append(hexadecimalDigit(byte & 15))
    default: bytes.append(byte)
    }
  }
  bytes.append(.quote)
}

private func hexadecimalDigit(_ value: UInt8) -> UInt8 {
  value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
}

extension UInt8 {
  fileprivate static let tab = UInt8(ascii: "\t")
  fileprivate static let lineFeed = UInt8(ascii: "\n")
  fileprivate static let carriageReturn = UInt8(ascii: "\r")
  fileprivate static let quote = UInt8(ascii: "\"")
  fileprivate static let comma = UInt8(ascii: ",")
  fileprivate static let backslash = UInt8(ascii: "\\")
}
