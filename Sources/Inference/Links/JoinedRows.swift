import Schema

/// Lists that are rows of another table.
struct JoinedRows: Sendable {
  /// The other table, without the column of its link.
  let table: RawTable
  /// Where the rows of each row around them begin in `rows`; one more for the end.
  let starts: [Int32]
  /// Rows of the other table.
  let rows: [Int32]
  /// For each row of the column, which of the rows in `starts` it is.
  var parents: [Int32]
}

extension JoinedRows {
  /// Gathers the rows that a column's lists are.
  ///
  /// - Parameter outer: the table with the column.
  /// - Returns: the rows of all lists, and where each list's begin.
  func elements(in outer: RawTable) -> (table: RawTable, starts: [Int]) {
    var indices: [Int] = []
    var groups: [Int32] = []
    var begins = [0]
    for (row, parent) in parents.enumerated() {
      for place in starts[Int(parent)]..<starts[Int(parent) + 1] {
        indices.append(Int(rows[Int(place)]))
        groups.append(outer.groups?[row] ?? Int32(row))
      }
      begins.append(indices.count)
    }
    var gathered = table.rows(indices)
    // A text counts once for each row of the first table.
    gathered.groups = groups
    gathered.totalRows = groups.count
    gathered.isOfElements = true
    return (gathered, begins)
  }
}
