import FakeGen
import Schema

extension JoinedTables {
  /// Describes the tables for the model that they become.
  ///
  /// - Parameter plan: of the joined table.
  /// - Returns: the tables that are left, each after the one that its rows lie in; nil if it is one
  ///   without links.
  /// - Throws: `LinkError` if a column that a link goes to is no key, or one that refers to another
  ///   table has no value that is frequent enough.
  package func linkedTables(of plan: TablePlan) throws(LinkError) -> LinkedTables? {
    var found: [LinkedTables.Table] = []
    var schemas: [RecordSchema] = []
    var places: [String: Int] = [:]
    for table in tables {
      var (schema, knownValues) = (plan.schema, plan.knownValues)
      var link: LinkedTables.Link?
      if let own = table.link {
        // Lists that were excluded are no tables.
        guard let parent = places[own.parent],
          let list = schemas[parent].columns.firstIndex(where: {
            schemas[parent].leaves[$0].column == table.name
          }), case .list(let type) = schemas[parent].leaves[schemas[parent].columns[list]].kind
        else { continue }
        guard found[parent].key.map({ schemas[parent].name(of: $0) }) == own.key else {
          throw .noKey(table: own.parent, column: own.key)
        }
        (schema, knownValues) = (type.elements, type.knownValues)
        let names = schema.columns.map { schema.leaves[$0].column }
        link = LinkedTables.Link(
          parent: parent, list: list, column: own.column,
          place: table.columnsBefore.count(where: names.contains))
      }
      var references: [LinkedTables.Reference] = []
      for reference in table.references {
        guard
          let column = schema.columns.indices.first(where: {
            schema.name(of: $0) == reference.link.column
          })
        else { continue }
        guard !knownValues[schema.columns[column]].isEmpty else {
          throw .rareReferences(link: reference.link, minimum: plan.minimumCount)
        }
        references.append(
          LinkedTables.Reference(
            column: column, table: reference.link.parent, key: reference.link.key,
            isInteger: reference.isInteger, isDeclared: reference.isDeclared))
      }
      references.sort { $0.column < $1.column }
      places[table.name] = found.count
      found.append(
        LinkedTables.Table(
          name: table.name, link: link, key: Self.key(table.key, schema), references: references))
      schemas.append(schema)
    }
    return found.count > 1 || found.contains { !$0.references.isEmpty }
      ? LinkedTables(tables: found) : nil
  }

  /// The column of the key: the one that links or the database name, else the first that is one by its
  /// name or place.
  private static func key(_ name: String?, _ schema: RecordSchema) -> Int? {
    schema.columns.indices.first { column in
      let isNamed =
        name.map { schema.name(of: column) == $0 }
        ?? (column == 0 || NameWords.isKey(schema.name(of: column)))
      return isNamed && schema.isKey(schema.columns[column])
    }
  }
}

extension RecordSchema {
  fileprivate func name(of column: Int) -> String { leaves[columns[column]].column }

  /// Whether rows get a leaf of their own by a rule.
  fileprivate func isKey(_ leaf: Int) -> Bool {
    derived.contains { ruled in
      if case .key = ruled.rule { ruled.leaf == leaf } else { false }
    }
  }
}
