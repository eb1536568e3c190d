import FakeGen

/// Standard SQL that SQLite and PostgreSQL read: CREATE TABLE IF NOT EXISTS with typed columns,
/// then INSERT statements of many rows each. Reals are DECIMAL, so that their digits stay; names
/// stand in double quotes, texts in single ones. U+0000, which SQL texts cannot hold, becomes
/// U+FFFD.
struct SQLFormat: RowFormat {
  /// Rows of one INSERT: enough that the statement's own cost does not show.
  static let batchSize: UInt64 = 500

  private let options: FormatOptions
  /// In quotes.
  private let table: [UInt8]
  /// From INSERT to VALUES.
  private let insertion: [UInt8]
  private let escapes: EscapeTable

  init(_ options: FormatOptions, table: String) {
    self.options = options
    self.table = Self.quoted(table)
    var escapes = EscapeTable()
    escapes.set(.apostrophe, [.apostrophe, .apostrophe])
    escapes.set(0, Array("\u{FFFD}".utf8))
    self.escapes = escapes
    var insertion = Array("INSERT INTO ".utf8) + self.table
    for (position, column) in options.selected.enumerated() {
      insertion += position == 0 ? Array(" (".utf8) : Array(", ".utf8)
      insertion += Self.quoted(options.columns[column].name)
    }
    self.insertion = insertion + Array(") VALUES".utf8)
  }

  func appendStart(to bytes: inout [UInt8]) {
    guard options.hasHeader else { return }
    bytes.append(contentsOf: "CREATE TABLE IF NOT EXISTS ".utf8)
    bytes.append(contentsOf: table)
    for (position, column) in options.selected.enumerated() {
      bytes.append(contentsOf: (position == 0 ? " (\n  " : ",\n  ").utf8)
      bytes.append(contentsOf: Self.quoted(options.columns[column].name))
      bytes.append(contentsOf: Self.type(of: options.columns[column].kind).utf8)
      if !options.columns[column].isOptional { bytes.append(contentsOf: " NOT NULL".utf8) }
    }
    bytes.append(contentsOf: "\n);\n".utf8)
  }

  func appendSeparator(before ordinal: UInt64, to bytes: inout [UInt8]) {
    if ordinal % Self.batchSize == 0 {
      if ordinal > 0 { bytes.append(contentsOf: ";\n".utf8) }
      bytes.append(contentsOf: insertion)
    } else {
      bytes.append(.comma)
    }
    bytes.append(.lineFeed)
  }

  func appendRow(of generator: borrowing Generator, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "("))
    var isFirst = true
    for column in options.selected {
      if !isFirst {
        bytes.append(.comma)
        bytes.append(UInt8(ascii: " "))
      }
      isFirst = false
      if generator.isNull(column) {
        bytes.append(contentsOf: "NULL".utf8)
        continue
      }
      switch options.columns[column].kind {
      case .real, .integer, .boolean:
        generator.append(column, to: &bytes)
      case .text, .digits, .enumeration, .moment:
        bytes.append(.apostrophe)
        let start = bytes.count
        generator.append(column, to: &bytes)
        escapes.escape(&bytes, from: start)
        bytes.append(.apostrophe)
      }
    }
    bytes.append(UInt8(ascii: ")"))
  }

  func appendEnd(count: UInt64, to bytes: inout [UInt8]) {
    if count > 0 { bytes.append(contentsOf: ";\n".utf8) }
  }

  private static func quoted(_ name: String) -> [UInt8] {
    var escapes = EscapeTable()
    escapes.set(.quote, [.quote, .quote])
    escapes.set(0, Array("\u{FFFD}".utf8))
    var bytes: [UInt8] = [.quote]
    bytes.append(contentsOf: name.utf8)
    escapes.escape(&bytes, from: 1)
    bytes.append(.quote)
    return bytes
  }

  private static func type(of kind: ColumnKind) -> String {
    switch kind {
    case .text, .enumeration, .digits: " TEXT"
    // A 64-bit integer has at most 19 digits.
    case .real(let decimals): " DECIMAL(19, \(decimals))"
    case .integer: " BIGINT"
    case .boolean: " BOOLEAN"
    case .moment(let layout): type(of: layout)
    }
  }

  /// The type of moments that are written as SQL asks for, ISO 8601.
  private static func type(of layout: MomentLayout) -> String {
    if isSame(layout.text, "%Y-%m-%d") { return " DATE" }
    let fractions = [""] + (1...6).map { ".%\($0)f" }
    for fraction in fractions {
      let time = "%H:%M:%S" + fraction
      if isSame(layout.text, time) { return " TIME" }
      for separator in [" ", "T"] {
        let moment = "%Y-%m-%d" + separator + time
        if isSame(layout.text, moment) { return " TIMESTAMP" }
        if isSame(layout.text, moment + "Z") { return " TIMESTAMP WITH TIME ZONE" }
      }
    }
    return " TEXT"
  }
}
