import Records

/// Finds the columns that tell the rows of a panel apart, such as town, year and month: each
/// combination of their values is in one row, and half of all that there can be are in some.
///
/// Of rows so drawn by chance many would share a combination. A held-out row has none of a training
/// row's, and so is farther from all of them than a generated row need be.
struct PanelFinder {
  /// Fewest rows of a panel.
  private static let minimumRows = 50
  /// Columns that are looked at, and most of those that tell rows apart.
  private static let (mostColumns, mostTelling) = (40, 3)

  private let texts: [(column: Int, texts: [String?], distinct: Int)]
  private let rows: Int

  /// - Parameter compared: columns that may be among those that tell rows apart.
  init(_ training: ComparedTable, _ heldOut: ComparedTable, compared: [Int]) {
    rows = training.rows + heldOut.rows
    let rows = rows
    texts = Array(
      compared.lazy.map { column in
        let texts = training.columns[column].texts + heldOut.columns[column].texts
        return (column, texts, Set(texts).count)
      }.filter { $0.2 >= 2 && $0.2 <= rows / 2 && !$0.1.contains(nil) }.prefix(Self.mostColumns))
  }

  /// Returns the columns; none if the table is no panel.
  func columns() -> [Int] {
    guard rows >= Self.minimumRows else { return [] }
    var sets = texts.indices.map { [$0] }
    for _ in 1..<Self.mostTelling {
      sets = sets.flatMap { set in
        texts.indices.filter { $0 > set[set.count - 1] }.map { set + [$0] }
      }
      for set in sets where tellsApart(set) { return set.map { texts[$0].column } }
    }
    return []
  }

  private func tellsApart(_ set: [Int]) -> Bool {
    let possible = set.reduce(1) { $0 * texts[$1].distinct }
    guard possible >= rows, possible <= 2 * rows else { return false }
    var seen: Set<[String?]> = []
    return (0..<rows).allSatisfy { row in seen.insert(set.map { texts[$0].texts[row] }).inserted }
  }
}
