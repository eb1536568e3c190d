import FakeGen

/// SQL of a model's linked tables: CREATE TABLE with primary and foreign keys, a table after those
/// that it refers to, then in one transaction the INSERT statements of each row and of the rows in its
/// lists, so that a key is there before it is referred to.
struct TableSQLFormat: RowFormat {
  private let shapes: [TableShape]
  private let formats: [SQLFormat]
  private let hasHeader: Bool

  init(_ shapes: [TableShape], dialect: SQLDialect, hasHeader: Bool) {
    self.shapes = shapes
    self.hasHeader = hasHeader
    let names = dialect.columnNames(shapes.map { $0.name })
    let columns = shapes.map { shape in dialect.columnNames(shape.columns.map { $0.name }) }
    formats = shapes.enumerated().map { index, shape in
      var constraints: [UInt8] = []
      var types: [(column: Int, type: String)] = []
      func isKey(_ column: Int) {
        types.append((column, dialect.keyType(of: shape.columns[column].kind.valueType)))
      }
      func append(_ words: String, _ name: [UInt8]) {
        constraints.append(contentsOf: words.utf8)
        constraints.append(contentsOf: dialect.quoted(name))
      }
      if let key = shape.key {
        isKey(key)
        append(",\n  PRIMARY KEY (", columns[index][key])
        constraints.append(UInt8(ascii: ")"))
      }
      func refer(_ column: Int, _ table: [UInt8], _ key: [UInt8]) {
        append(",\n  FOREIGN KEY (", columns[index][column])
        append(") REFERENCES ", table)
        append(" (", key)
        constraints.append(UInt8(ascii: ")"))
      }
      if let parent = shape.parent, let link = shape.link, let key = shapes[parent].key {
        isKey(link)
        refer(link, names[parent], columns[parent][key])
      }
      for reference in shape.references {
        isKey(reference.column)
        if reference.isInteger { types.append((reference.column, dialect.type(of: .integer))) }
        // A database may refuse a foreign key of another type than that of the column it goes to.
        guard reference.isDeclared else { continue }
        refer(reference.column, Array(reference.table.utf8), Array(reference.key.utf8))
      }
      return SQLFormat(
        FormatOptions(
          columns: shape.columns, selected: shape.selected, hasHeader: hasHeader),
        table: [String(decoding: names[index], as: UTF8.self)], dialect: dialect,
        constraints: constraints, types: types)
    }
  }

  func appendStart(to bytes: inout [UInt8]) {
    for format in formats { format.appendStart(to: &bytes) }
    bytes.append(contentsOf: "BEGIN;\n".utf8)
  }

  func appendRow(of generator: borrowing Generator, to bytes: inout [UInt8]) {
    for (index, shape) in shapes.enumerated() {
      let format = formats[index]
      var rows: UInt64 = 0
      if shape.parent == nil {
        format.appendSeparator(before: rows, to: &bytes)
        format.appendCells(of: generator, to: &bytes)
        rows = 1
      } else {
        shape.forEachRow(of: generator) { row in
          format.appendSeparator(before: rows, to: &bytes)
          format.appendCells(of: row, to: &bytes)
          rows += 1
        }
      }
      format.appendEnd(count: rows, to: &bytes)
    }
  }

  func appendEnd(count: UInt64, to bytes: inout [UInt8]) {
    bytes.append(contentsOf: "COMMIT;\n".utf8)
  }
}
