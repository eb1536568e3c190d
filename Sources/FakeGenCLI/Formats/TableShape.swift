import FakeGen

/// One of a model's linked tables, as it is printed: the columns of its rows but for the lists that
/// are tables of their own, and the key of the row around it in its place.
struct TableShape: Sendable {
  /// Its name.
  let name: String
  /// Index of the table in whose lists its rows lie; nil for the first one.
  let parent: Int?
  /// The columns that cells are asked for by: of the first table all of the model's, of others those
  /// that are printed.
  let columns: [Column]
  /// Those that are printed, in that order.
  let selected: [Int]
  /// For each column, that of the schema; -1 for the key of the row around it.
  let sources: [Int]
  /// The column that tells rows apart, as an index into `columns`.
  let key: Int?
  /// Columns that hold keys of tables that are not the model's.
  let references: [LinkedTables.Reference]
  /// The lists that lead to its rows, from the first table's on.
  let steps: [Step]

  /// A list that leads to a table's rows.
  struct Step: Sendable {
    /// Of the rows around it, the column of lists.
    let list: Int
    /// Of those, the column of the key.
    let key: Int
    /// What the lists hold.
    let kind: ListKind
  }

  /// The column of the key of the row around it, as an index into `columns`; nil for the first table.
  var link: Int? { sources.firstIndex { $0 < 0 } }

  /// Returns the tables that a model's rows are printed as; nil if they are one.
  static func shapes(of model: Model) -> [TableShape]? {
    guard let tables = model.content.tables?.tables else { return nil }
    var shapes: [TableShape] = []
    // The columns of each table's rows, of which the model says which may be null.
    var rows: [[Column]] = []
    for (index, table) in tables.enumerated() {
      var own = model.columns
      var steps: [Step] = []
      var added: (column: Column, place: Int)?
      if let link = table.link, let key = tables[link.parent].key,
        case .list(let list) = rows[link.parent][link.list].kind
      {
        own = list.columns
        steps = shapes[link.parent].steps + [Step(list: link.list, key: key, kind: list)]
        var column = rows[link.parent][key]
        column.name = link.column
        column.isOptional = false
        column.spelling = nil
        added = (column, link.place)
      }
      rows.append(own)
      var lists: [Int] = []
      for other in tables {
        if let link = other.link, link.parent == index { lists.append(link.list) }
      }
      var columns: [Column] = []
      var sources: [Int] = []
      for (column, field) in own.enumerated() where !lists.contains(column) {
        columns.append(field)
        sources.append(column)
      }
      if table.link == nil {
        (columns, sources) = (own, Array(own.indices))
      } else if let added {
        let place = min(added.place, columns.count)
        columns.insert(added.column, at: place)
        sources.insert(-1, at: place)
      }
      shapes.append(
        TableShape(
          name: table.name, parent: table.link?.parent, columns: columns,
          selected: columns.indices.filter { table.link != nil || !lists.contains($0) },
          sources: sources,
          key: table.key.flatMap { key in sources.firstIndex(of: key) },
          references: table.references.compactMap { reference in
            sources.firstIndex(of: reference.column).map {
              LinkedTables.Reference(
                column: $0, table: reference.table, key: reference.key,
                isInteger: reference.isInteger, isDeclared: reference.isDeclared)
            }
          }, steps: steps))
    }
    return shapes
  }

  /// Says in a few words what links the table.
  ///
  /// - Parameter tables: all tables.
  func description(among tables: [TableShape]) -> String {
    var words: [String] = []
    if let key { words.append("key " + columns[key].name) }
    if let parent, let link { words.append(columns[link].name + " of " + tables[parent].name) }
    for reference in references {
      words.append(
        columns[reference.column].name + " of " + reference.table + ", which stays as it is")
    }
    return name + (words.isEmpty ? "" : " (" + words.joined(separator: "; ") + ")")
  }

  /// Calls `body` for each of the rows that the generator's selected row has of the table.
  ///
  /// - Parameter body: gets the cells, by `columns`.
  func forEachRow(of generator: borrowing Generator, _ body: (TableRow) -> Void) {
    guard let first = steps.first, let elements = generator.elements(first.list) else { return }
    var key: [UInt8] = []
    generator.append(first.key, to: &key)
    visit(elements, step: 0, key: key, body)
  }

  private func visit(
    _ elements: ListElements, step: Int, key: [UInt8], _ body: (TableRow) -> Void
  ) {
    for index in 0..<elements.count {
      let fields = ElementFields(elements, index, of: steps[step].kind)
      guard step + 1 < steps.count else {
        body(TableRow(fields: fields, key: key, sources: sources))
        continue
      }
      let next = steps[step + 1]
      guard let inner = fields.elements(next.list) else { continue }
      var innerKey: [UInt8] = []
      fields.append(next.key, to: &innerKey)
      visit(inner, step: step + 1, key: innerKey, body)
    }
  }
}

/// A row of a table that is in another one's lists.
struct TableRow: CellSource {
  fileprivate let fields: ElementFields
  /// Of the row around it.
  fileprivate let key: [UInt8]
  fileprivate let sources: [Int]

  func isNull(_ column: Int) -> Bool {
    sources[column] < 0 ? false : fields.isNull(sources[column])
  }

  func append(_ column: Int, to bytes: inout [UInt8]) {
    if sources[column] < 0 {
      bytes.append(contentsOf: key)
    } else {
      fields.append(sources[column], to: &bytes)
    }
  }

  func appendSpelled(_ column: Int, to bytes: inout [UInt8]) {
    if sources[column] < 0 {
      bytes.append(contentsOf: key)
    } else {
      fields.appendSpelled(sources[column], to: &bytes)
    }
  }
}
