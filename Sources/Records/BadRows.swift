/// The rows of a file that do not fit, and how many of them are tolerated.
package struct BadRows {
  /// How many problems an error shows.
  private static let shownCount = 20

  private let limit: Int
  /// Problems of the first rows, as many as are tolerated or shown.
  private(set) var diagnostics: [RowDiagnostic] = []
  /// Rows and problems so far.
  package private(set) var rowCount = 0
  private var problemCount = 0

  /// Creates an empty list.
  ///
  /// - Parameter limit: rows that are tolerated.
  package init(limit: Int) {
    self.limit = limit
  }

  /// Adds a row.
  ///
  /// - Parameter diagnostics: of one row, one or more.
  package mutating func add(_ diagnostics: [RowDiagnostic]) {
    rowCount += 1
    problemCount += diagnostics.count
    let room = max(0, Self.shownCount - self.diagnostics.count)
    self.diagnostics += rowCount <= limit ? diagnostics[...] : diagnostics.prefix(room)
  }

  /// Looks at the end of a file whether the rows are few enough.
  ///
  /// - Returns: the problems of the rows that were left out.
  /// - Throws: `TableError.tooManyBadRows`.
  package func finish() throws(TableError) -> [RowDiagnostic] {
    guard rowCount > limit else { return diagnostics }
    let ordered = diagnostics.sorted { ($0.path, $0.line) < ($1.path, $1.line) }
    throw .tooManyBadRows(
      limit: limit, rows: rowCount, problems: problemCount,
      first: Array(ordered.prefix(Self.shownCount)))
  }
}
