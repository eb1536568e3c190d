/// The leaves of a record in the order of declaration, and the columns of its rows.
package struct RowSchema: Sendable, Hashable {
  /// Full name of the protobuf message.
  package var messageName: String
  /// The leaves; here `isOptional` says whether the leaf itself has explicit presence.
  package var leaves: [Column]
  /// The leaf of each column, as an index into `leaves`.
  package var columns: [Int]

  /// Creates a schema.
  ///
  /// - Parameters:
  ///   - messageName: full name of the protobuf message.
  ///   - leaves: the leaves in the order of declaration.
  ///   - columns: the leaf of each column, as an index into `leaves`.
  package init(messageName: String, leaves: [Column], columns: [Int]) {
    self.messageName = messageName
    self.leaves = leaves
    self.columns = columns
  }
}

extension RowSchema {
  /// Reads the section of the schema.
  ///
  /// - Returns: the schema.
  /// - Throws: `ModelError` if the section is not what it must be.
  static func read(from sections: inout SectionReader) throws(ModelError) -> RowSchema {
    try sections.begin(.schema, name: "schema")
    let messageName = try sections.readText()
    let schema = try readLeaves(from: &sections, messageName: messageName, depth: 0)
    guard schema.isWithinLimits else {
      throw sections.invalid("a row has more than \(ModelFormat.maximumValues) values")
    }
    try sections.finish()
    return schema
  }

  /// Reads leaves and columns, of rows or of a list's elements.
  ///
  /// - Parameter depth: number of lists around them.
  /// - Throws: `ModelError` if they are not what they must be.
  static func readLeaves(
    from sections: inout SectionReader, messageName: String, depth: Int
  ) throws(ModelError) -> RowSchema {
    let leafCount = try sections.readShape(1...ModelFormat.maximumLeaves)
    var leaves: [Column] = []
    for _ in 0..<leafCount {
      let path = try sections.readText()
      let name = try sections.readText()
      let isOptional = try sections.readShape(0...1) == 1
      let kind = try ColumnKind.read(from: &sections, depth: depth)
      leaves.append(Column(name: name, kind: kind, path: path, isOptional: isOptional))
    }
    let columnCount = try sections.readShape(1...leafCount)
    var columns: [Int] = []
    var isTaken = [Bool](repeating: false, count: leafCount)
    for _ in 0..<columnCount {
      let leaf = try sections.readShape(0...leafCount - 1)
      if isTaken[leaf] { throw sections.invalid("two columns show leaf \(leaf)") }
      isTaken[leaf] = true
      columns.append(leaf)
    }
    return RowSchema(messageName: messageName, leaves: leaves, columns: columns)
  }

  func write(to writer: inout SectionWriter) {
    writer.begin(.schema, name: "schema")
    writer.write(messageName)
    writeLeaves(to: &writer)
    writer.end()
  }

  func writeLeaves(to writer: inout SectionWriter) {
    writer.writeShape(leaves.count)
    for leaf in leaves {
      writer.write(leaf.path)
      writer.write(leaf.name)
      writer.writeShape(leaf.isOptional ? 1 : 0)
      leaf.kind.write(to: &writer)
    }
    writer.writeShape(columns.count)
    for column in columns { writer.writeShape(column) }
  }
}
