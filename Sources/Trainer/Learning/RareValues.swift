import Records
import Schema

/// How many rows have values of a category that are none of its known ones.
struct RareValues: Hashable, Sendable {
  /// The column's name; of a list's element, behind that of the list and a dot.
  let column: String
  /// Of the rows that have a value.
  let share: Double
  /// Rows that have such a value; of a list's element, elements.
  let rows: Int

  /// Greatest share of rows with rare values where these are never drawn, and where they are so few
  /// rows that spelling cannot be learned of them.
  static let (mostLeftOut, mostOfFew) = (0.02, 0.1)
  /// Rows that are too few for that.
  static let fewRows = 25

  /// Whether the column holds keys of a table that stays as it is, so that none is ever invented.
  var isReference = false

  /// Whether they are never drawn.
  var areLeftOut: Bool {
    isReference || share <= Self.mostLeftOut
      || share <= Self.mostOfFew && rows < Self.fewRows
  }

  /// The columns that have some.
  ///
  /// - Parameters:
  ///   - knownValues: per leaf, the values that have a class of their own.
  ///   - references: columns that hold keys of tables that stay as they are.
  static func list(
    of records: [Record], schema: RecordSchema, knownValues: [[String]], references: Set<String>,
    outerPath: String = ""
  ) -> [RareValues] {
    let own = schema.root.nodes.compactMap { node -> RareValues? in
      guard case .vocabulary(let leaf) = node else { return nil }
      let known = Set(knownValues[leaf])
      var (rare, present) = (0, 0)
      for record in records {
        guard case .text(let text) = record.values[leaf] else { continue }
        present += 1
        if !known.contains(text) { rare += 1 }
      }
      let column = outerPath + schema.leaves[leaf].column
      return RareValues(
        column: column, share: Double(rare) / Double(max(present, 1)), rows: rare,
        isReference: references.contains(column))
    }
    return own
      + schema.lists.flatMap { leaf, type in
        let elements = records.flatMap { record -> [Record] in
          if case .list(let elements) = record.values[leaf] { elements } else { [] }
        }
        return list(
          of: elements, schema: type.elements, knownValues: type.knownValues,
          references: references, outerPath: "\(outerPath)\(schema.leaves[leaf].column).")
      }
  }
}
