/// The tables that a model's rows were before they were joined: the first one has a row for each of
/// the model's rows, each other one has its rows in lists of a table before it.
package struct LinkedTables: Sendable {
  /// A table.
  package struct Table: Sendable {
    /// Its name, which is that of a file, too.
    package var name: String
    /// Where its rows lie; nil for the first table.
    package var link: Link?
    /// The column that tells its rows apart, as an index into the columns of its schema; nil if there
    /// is none.
    package var key: Int?
    /// Columns that hold keys of tables that are not the model's, by ascending columns.
    package var references: [Reference]

    /// Creates a table.
    ///
    /// - Parameters:
    ///   - name: its name.
    ///   - link: where its rows lie; nil for the first table.
    ///   - key: the column that tells its rows apart.
    ///   - references: columns that hold keys of tables that are not the model's.
    package init(name: String, link: Link?, key: Int?, references: [Reference] = []) {
      self.name = name
      self.link = link
      self.key = key
      self.references = references
    }
  }

  /// What joins a table to the one before it in whose lists its rows lie.
  package struct Link: Sendable {
    /// That table, as an index into the tables before.
    package var parent: Int
    /// The column of lists, as an index into the columns of the parent's schema.
    package var list: Int
    /// The name of the column that holds the parent's key. It is no column of the schema.
    package var column: String
    /// Number of columns before it.
    package var place: Int

    /// Creates a link.
    ///
    /// - Parameters:
    ///   - parent: index of the table in whose lists the rows lie.
    ///   - list: the column of lists, as an index into the columns of the parent's schema.
    ///   - column: the name of the column that holds the parent's key.
    ///   - place: number of columns before it.
    package init(parent: Int, list: Int, column: String, place: Int) {
      self.parent = parent
      self.list = list
      self.column = column
      self.place = place
    }
  }

  /// A column whose values are keys of another table, which stays as it is.
  package struct Reference: Sendable {
    /// The column, as an index into the columns of the schema.
    package var column: Int
    /// The other table's name.
    package var table: String
    /// The name of the other table's key.
    package var key: String
    /// Whether all keys of the other table are integers, whatever the column is.
    package var isInteger: Bool
    /// Whether the other table's key is declared as what it is here, so that SQL may say that the
    /// column refers to it.
    package var isDeclared: Bool

    /// Creates a reference.
    ///
    /// - Parameters:
    ///   - column: as an index into the columns of the schema.
    ///   - table: the other table's name.
    ///   - key: the name of the other table's key.
    ///   - isInteger: whether all keys of the other table are integers.
    ///   - isDeclared: whether the other table's key is declared as what it is here.
    package init(
      column: Int, table: String, key: String, isInteger: Bool, isDeclared: Bool = true
    ) {
      self.isInteger = isInteger
      self.isDeclared = isDeclared
      self.column = column
      self.table = table
      self.key = key
    }
  }

  /// Most tables.
  package static let maximumCount = 64
  /// Most bytes of a table's name.
  package static let maximumNameSize = 128

  /// The tables, each after the one in whose lists its rows lie.
  package var tables: [Table]

  /// Creates the tables of a model.
  ///
  /// - Parameter tables: each after the one in whose lists its rows lie.
  package init(tables: [Table]) { self.tables = tables }

  /// Tells whether a table may have a name: files are called so, in a folder that a person names.
  ///
  /// - Parameter name: the name.
  package static func isName(_ name: String) -> Bool {
    let bytes = Array(name.utf8)
    guard (1...maximumNameSize).contains(bytes.count), bytes[0] != UInt8(ascii: ".") else {
      return false
    }
    for byte in bytes
    where byte < 0x20 || byte == 0x7F || byte == UInt8(ascii: "/") || byte == UInt8(ascii: "\\") {
      return false
    }
    return true
  }

  /// Returns a name's bytes with A to Z as a to z: names that differ no more are one file on some
  /// systems, and one table in SQL.
  ///
  /// - Parameter name: the name.
  package static func folded(_ name: String) -> [UInt8] {
    name.utf8.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 }
  }

  /// Returns the schema of a table's rows.
  ///
  /// - Parameters:
  ///   - table: index of the table.
  ///   - schema: of the model's rows.
  /// - Returns: the schema; nil if there is no such list.
  package func schema(of table: Int, in schema: RowSchema) -> RowSchema? {
    guard let link = tables[table].link else { return schema }
    guard link.parent < table, let parent = self.schema(of: link.parent, in: schema),
      link.list < parent.columns.count,
      case .list(let list) = parent.leaves[parent.columns[link.list]].kind, list.isMessage
    else { return nil }
    return list.schema
  }

  /// Changes the schema of a table's rows.
  func change(
    _ table: Int, in schema: inout RowSchema, _ change: (inout RowSchema) throws(ModelError) -> Void
  ) throws(ModelError) {
    guard let link = tables[table].link else { return try change(&schema) }
    try self.change(link.parent, in: &schema) { parent throws(ModelError) in
      let leaf = parent.columns[link.list]
      guard case .list(var list) = parent.leaves[leaf].kind else { return }
      try change(&list.schema)
      parent.leaves[leaf].kind = .list(list)
    }
  }
}

extension LinkedTables {
  /// Reads the section of the tables, and gives the leaves of their rows their spellings.
  ///
  /// - Throws: `ModelError` if the section is not what it must be.
  static func read(
    from sections: inout SectionReader, schema: inout RowSchema
  ) throws(ModelError) -> LinkedTables {
    try sections.begin(.linkedTables, name: "tables")
    var found = LinkedTables(tables: [])
    let count = try sections.readShape(1...maximumCount)
    for index in 0..<count {
      let name = try sections.readName(besides: found.tables)
      var link: Link?
      if index > 0 {
        let parent = try sections.readShape(0...index - 1)
        let list = try sections.readShape(0...ModelFormat.maximumLeaves - 1)
        link = Link(
          parent: parent, list: list, column: try sections.readText(),
          place: try sections.readInteger(0...ModelFormat.maximumLeaves))
      }
      found.tables.append(Table(name: name, link: link, key: nil))
      let rows = try found.checkedSchema(index, in: schema, sections)
      let key = try sections.readShape(0...rows.columns.count)
      if key > 0 {
        let leaf = rows.leaves[rows.columns[key - 1]]
        if case .list = leaf.kind { throw sections.invalid("the key of table \(name) is a list") }
        if leaf.isOptional { throw sections.invalid("the key of table \(name) may be null") }
        found.tables[index].key = key - 1
      }
      let references = try sections.readShape(0...rows.columns.count)
      var next = 0
      for _ in 0..<references {
        let column = try sections.readShape(0...rows.columns.count - 1)
        guard column >= next else { throw sections.invalid("the references do not ascend") }
        next = column + 1
        if case .list = rows.leaves[rows.columns[column]].kind {
          throw sections.invalid("a reference of table \(name) is a list")
        }
        let (table, key) = (try sections.readText(), try sections.readText())
        let flags = try sections.readInteger(0...3)
        found.tables[index].references.append(
          Reference(
            column: column, table: table, key: key, isInteger: flags & 1 == 1,
            isDeclared: flags & 2 == 0))
      }
      if index > 0, sections.nextType() == .spellings {
        try found.change(index, in: &schema) { rows throws(ModelError) in
          try rows.readSpellings(from: &sections)
        }
      }
    }
    try sections.finish()
    return found
  }

  /// The schema of a table's rows, whose link is checked.
  private func checkedSchema(
    _ index: Int, in schema: RowSchema, _ sections: SectionReader
  ) throws(ModelError) -> RowSchema {
    let name = tables[index].name
    guard let rows = self.schema(of: index, in: schema) else {
      throw sections.invalid("table \(name) is in no list of messages")
    }
    guard let link = tables[index].link else { return rows }
    if tables[link.parent].key == nil {
      throw sections.invalid("table \(tables[link.parent].name) has no key for \(name)")
    }
    for other in tables[..<index] {
      if let other = other.link, other.parent == link.parent, other.list == link.list {
        throw sections.invalid("two tables are in one list")
      }
    }
    guard link.place <= rows.columns.count else {
      throw sections.invalid("table \(name) has fewer columns than \(link.place)")
    }
    let column = Array(link.column.utf8)
    if column.isEmpty { throw sections.invalid("the link of table \(name) has no name") }
    for leaf in rows.columns where Array(rows.leaves[leaf].name.utf8) == column {
      throw sections.invalid("table \(name) has two columns of the name of its link")
    }
    return rows
  }

  func write(to writer: inout SectionWriter, schema: RowSchema) {
    writer.begin(.linkedTables, name: "tables")
    writer.writeShape(tables.count)
    for (index, table) in tables.enumerated() {
      writer.write(table.name)
      if let link = table.link {
        writer.writeShape(link.parent)
        writer.writeShape(link.list)
        writer.write(link.column)
        writer.write(UInt32(link.place))
      }
      writer.writeShape(table.key.map { $0 + 1 } ?? 0)
      writer.writeShape(table.references.count)
      for reference in table.references {
        writer.writeShape(reference.column)
        writer.write(reference.table)
        writer.write(reference.key)
        writer.write(UInt32((reference.isInteger ? 1 : 0) + (reference.isDeclared ? 0 : 2)))
      }
      if index > 0 { self.schema(of: index, in: schema)?.writeSpellings(to: &writer) }
    }
    writer.end()
  }
}

extension SectionReader {
  /// Reads a table's name.
  fileprivate mutating func readName(
    besides tables: [LinkedTables.Table]
  ) throws(ModelError) -> String {
    let name = try readText()
    guard LinkedTables.isName(name) else { throw invalid("a table's name is none of a file") }
    for other in tables where LinkedTables.folded(other.name) == LinkedTables.folded(name) {
      throw invalid("two tables are called \(name)")
    }
    return name
  }
}
