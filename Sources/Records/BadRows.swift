/// The rows of a file that did not fit, and how many of them are tolerated.
struct BadRows {
  /// How many of the rows an error shows.
  private static let shownCount = 5

  private let limit: Int
  private(set) var diagnostics: [RowDiagnostic] = []

  init(limit: Int) {
    self.limit = limit
  }

  /// Adds a bad row.
  ///
  /// - Throws: `TableError.tooManyBadRows` if it is one too many.
  mutating func add(_ diagnostic: RowDiagnostic) throws(TableError) {
    diagnostics.append(diagnostic)
    if diagnostics.count > limit {
      throw .tooManyBadRows(limit: limit, first: Array(diagnostics.prefix(Self.shownCount)))
    }
  }
}
