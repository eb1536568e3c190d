/// A schema bound to the header of a table.
public struct ColumnBinding: Hashable, Sendable {
  /// The schema with each leaf's `column` as the header writes it and `columns` in its order.
  public var schema: RecordSchema
  /// The leaf that each column of the header holds, nil for columns that are ignored.
  public var leaves: [Int?]
  /// Columns of the header that hold no leaf.
  public var ignoredColumns: [String]
}

extension RecordSchema {
  /// Binds the leaves to the columns of a table.
  ///
  /// A leaf is read from the column that bears its `column` name or, where the header lacks that
  /// and no option chose it, its dotted field path: `zip_code` serves as well as the JSON name
  /// `zipCode`. Where there is neither, letters of another case serve if one column has them. Other
  /// columns are ignored, and hidden leaves have none.
  ///
  /// - Parameters:
  ///   - header: names of the table's columns.
  ///   - place: names the header in errors, as in `train.csv:1`.
  /// - Returns: the schema as the table has it, and the leaf of each column.
  /// - Throws: `SchemaError.missingColumns` or `.repeatedColumn`.
  public func bound(
    toHeader header: [String], place: String
  ) throws(SchemaError) -> ColumnBinding {
    var positions: [String: [Int]] = [:]
    for (position, name) in header.enumerated() { positions[name, default: []].append(position) }

    var binding = ColumnBinding(
      schema: self, leaves: Array(repeating: nil, count: header.count), ignoredColumns: [])
    var missing: [Leaf] = []
    let chosen = Set(leaves.map(\.column))
    let hiddenLeaves = hiddenLeaves
    let folded = Dictionary(grouping: header) { $0.lowercased() }
    for (index, leaf) in leaves.enumerated() where !hiddenLeaves.contains(index) {
      var name = leaf.column
      if positions[name] == nil, leaf.hasStandardColumn, !chosen.contains(leaf.path) {
        name = leaf.path
      }
      // Letters of another case serve where only one column has them.
      if positions[name] == nil, let other = folded[name.lowercased()], other.count == 1,
        !chosen.contains(other[0])
      {
        name = other[0]
      }
      guard let found = positions[name] else {
        missing.append(leaf)
        continue
      }
      guard found.count == 1 else { throw .repeatedColumn(place: place, column: name) }
      binding.leaves[found[0]] = index
      binding.schema.leaves[index].column = name
    }
    guard missing.isEmpty else {
      throw .missingColumns(
        place: place, fields: missing.map(\.path), columns: missing.map(\.column), found: header)
    }
    binding.schema.columns = binding.leaves.compactMap(\.self)
    binding.ignoredColumns = zip(header, binding.leaves).filter { $0.1 == nil }.map(\.0)
    return binding
  }
}

extension Leaf {
  /// Whether no option chose the column.
  fileprivate var hasStandardColumn: Bool { column == jsonNames.joined(separator: ".") }
}
