/// A row that does not fit, and where it is.
public struct RowDiagnostic: Hashable, Sendable {
  /// The file's name.
  public var path: String
  /// Line on which the row begins, from 1.
  public var line: Int
  /// Dotted path of the field, nil if the row as a whole does not fit.
  public var field: String?
  /// Column of the field.
  public var column: String?
  /// What is wrong.
  public var problem: RowProblem

  /// Creates the description of a row that does not fit.
  package init(
    path: String, line: Int, field: String? = nil, column: String? = nil, problem: RowProblem
  ) {
    self.path = path
    self.line = line
    self.field = field
    self.column = column
    self.problem = problem
  }
}

extension RowDiagnostic: CustomStringConvertible {
  /// The diagnostic in one line.
  public var description: String {
    let place =
      switch (field, column) {
      case (let field?, let column?) where field != column:
        " field '\(field)' (column '\(column)'):"
      case (let field?, _): " field '\(field)':"
      case (nil, let column?): " column '\(column)':"
      case (nil, nil): ""
      }
    return "\(path):\(line):\(place) \(problem)"
  }
}
