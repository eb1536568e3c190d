import FakeGen

/// SQL: CREATE TABLE IF NOT EXISTS with typed columns, then INSERT statements of many rows each.
/// Reals are DECIMAL, so that their digits stay; names stand in the dialect's quotes, texts in single
/// ones. U+0000, which SQL texts cannot hold, becomes U+FFFD.
struct SQLFormat: RowFormat {
  /// Rows of one INSERT: enough that the statement's own cost does not show.
  static let batchSize: UInt64 = 500

  private let options: FormatOptions
  private let dialect: SQLDialect
  /// In quotes.
  private let table: [UInt8]
  /// In quotes, for each column of the model.
  private let names: [[UInt8]]
  /// For each column of the model, whether its values stand in quotes.
  private let isQuoted: [Bool]
  /// From INSERT to VALUES.
  private let insertion: [UInt8]
  /// What stands behind the columns of CREATE TABLE.
  private let constraints: [UInt8]
  /// For each column of the model, its type.
  private let types: [String]
  private let escapes: EscapeTable

  /// Creates the format.
  ///
  /// - Parameters:
  ///   - table: the table's name, behind those of what it is in.
  ///   - dialect: the database that it is for.
  ///   - constraints: what stands behind the columns of CREATE TABLE.
  ///   - types: of columns that have others than the dialect's.
  init(
    _ options: FormatOptions, table: [String], dialect: SQLDialect = .standard,
    constraints: [UInt8] = [], types: [(column: Int, type: String)] = []
  ) {
    self.constraints = constraints
    var names = options.columns.map { dialect.type(of: $0.kind.valueType) }
    for (column, type) in types { names[column] = type }
    self.types = names
    self.options = options
    self.dialect = dialect
    var quotedTable: [UInt8] = []
    for (position, name) in table.enumerated() {
      if position > 0 { quotedTable.append(UInt8(ascii: ".")) }
      quotedTable += dialect.quoted(Array(name.utf8))
    }
    self.table = quotedTable
    escapes = dialect.textEscapes
    self.names = dialect.columnNames(options.columns.map { $0.name }).map { dialect.quoted($0) }
    isQuoted = options.columns.map { column in
      switch column.kind.valueType {
      case .decimal, .integer, .boolean: false
      case .text, .date, .time, .timestamp, .list: true
      }
    }
    var insertion = Array("INSERT INTO ".utf8) + quotedTable
    for (position, column) in options.selected.enumerated() {
      insertion += position == 0 ? Array(" (".utf8) : Array(", ".utf8)
      insertion += self.names[column]
    }
    self.insertion = insertion + Array(") VALUES".utf8)
  }

  func appendStart(to bytes: inout [UInt8]) {
    guard options.hasHeader else { return }
    bytes.append(contentsOf: "CREATE TABLE IF NOT EXISTS ".utf8)
    bytes.append(contentsOf: table)
    for (position, column) in options.selected.enumerated() {
      bytes.append(contentsOf: (position == 0 ? " (\n  " : ",\n  ").utf8)
      bytes.append(contentsOf: names[column])
      bytes.append(UInt8(ascii: " "))
      bytes.append(contentsOf: types[column].utf8)
      if !options.columns[column].isOptional { bytes.append(contentsOf: " NOT NULL".utf8) }
    }
    bytes.append(contentsOf: constraints)
    bytes.append(contentsOf: "\n)".utf8)
    bytes.append(contentsOf: dialect.tableOptions.utf8)
    bytes.append(contentsOf: ";\n".utf8)
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
    appendCells(of: generator, to: &bytes)
  }

  /// Appends a row of cells.
  func appendCells(of source: borrowing some CellSource, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "("))
    var isFirst = true
    for column in options.selected {
      if !isFirst {
        bytes.append(.comma)
        bytes.append(UInt8(ascii: " "))
      }
      isFirst = false
      if source.isNull(column) {
        bytes.append(contentsOf: "NULL".utf8)
      } else if isQuoted[column] {
        bytes.append(.apostrophe)
        let start = bytes.count
        source.append(column, to: &bytes)
        escapes.escape(&bytes, from: start)
        if dialect == .sqlite { spellCarriageReturns(&bytes, from: start) }
        bytes.append(.apostrophe)
      } else {
        source.append(column, to: &bytes)
      }
    }
    bytes.append(UInt8(ascii: ")"))
  }

  /// Takes carriage returns out of a text in apostrophes: SQLite's shell drops those at the end of a
  /// line, wherever that is.
  private func spellCarriageReturns(_ bytes: inout [UInt8], from start: Int) {
    guard bytes[start...].contains(.carriageReturn) else { return }
    let text = Array(bytes[start...])
    bytes.removeLast(text.count)
    for byte in text {
      if byte == .carriageReturn {
        bytes.append(contentsOf: "'||char(13)||'".utf8)
      } else {
        bytes.append(byte)
      }
    }
  }

  func appendEnd(count: UInt64, to bytes: inout [UInt8]) {
    if count > 0 { bytes.append(contentsOf: ";\n".utf8) }
  }
}
