import Records
import Schema

/// Why a table cannot be read or modelled; each description is for a person: what was expected,
/// what was found, where, what to do.
public enum InferenceError: Error, Hashable, Sendable {
  /// A file that cannot be read as a table.
  case table(TableError)
  /// A header with a name that no column can have.
  case badHeader(place: String, reason: String)
  /// More columns than a table may have.
  case tooManyColumns(place: String, count: Int)
  /// A row in memory with more or fewer texts than the header.
  case unequalRow(row: Int, expected: Int, found: Int)
  /// A further file with other columns.
  case otherColumns(place: String, expected: [String], found: [String])
  /// A key of an inner JSON object with a dot in it, which would be taken for two.
  case dottedKey(place: String, key: String)
  /// A key whose values are of kinds that no column has together.
  case mixed(place: String, key: String, expected: String, found: String)
  /// A list of more elements than a model can make.
  case tooManyElements(place: String, key: String, count: Int)
  /// A table of more rows than it may have.
  case tooManyRows(place: String, limit: Int)
  /// A kind's text that is none.
  case malformedKind(text: String, reason: String)
  /// The kind of a column that the option `--kind` names is none.
  case malformedOption(column: String, text: String, reason: String)
  /// The option `(fakegen.kind)` of a message's field is none.
  case malformedFieldKind(field: String, text: String, reason: String)
  /// A column that an option names and the table lacks.
  case unknownColumn(option: String, column: String, known: [String])
  /// A kind that the column's values do not fit.
  case unsuitableKind(column: String, kind: String, reason: String)
  /// Columns that follow from one another in a circle.
  case circle(columns: [String])
  /// Every column was excluded.
  case noColumns
  /// Cells that are not what the plan says of their columns; the first ones.
  case badCells(count: Int, first: [BadCell])
}

/// A cell that is not what the plan says of its column.
public struct BadCell: Hashable, Sendable {
  /// Where the row stood, as in `people.csv:17`.
  public var place: String
  /// The column.
  public var column: String
  /// What was expected, and what was found.
  public var problem: String
}

extension InferenceError: CustomStringConvertible {
  /// The error for a person, one line for each bad cell shown.
  public var description: String {
    switch self {
    case .table(let error): return error.description
    case .badHeader(let place, let reason): return "\(place): \(reason)"
    case .tooManyColumns(let place, let count):
      return "\(place): expected at most \(RawTable.maximumColumns) columns, found \(count); "
        + "leave some out"
    case .unequalRow(let row, let expected, let found):
      return "row \(row): expected \(expected) cells as in the header, found \(found)"
    case .otherColumns(let place, let expected, let found):
      return "\(place): expected the columns of the first file, \(Self.list(expected)), found "
        + "\(Self.list(found)); give files of the same columns"
    case .dottedKey(let place, let key):
      return "\(place): key '\(key)': expected keys without dots where objects lie in one another; "
        + "rename it"
    case .mixed(let place, let key, let expected, let found):
      return "\(place): key '\(key)': expected \(expected) as in other rows, found \(found); make "
        + "them one kind, or give them keys of their own"
    case .tooManyElements(let place, let key, let count):
      return "\(place): key '\(key)': expected lists of at most \(ListType.maximumCount) elements, "
        + "found one of \(count); cut it, or leave the column out with --exclude"
    case .tooManyRows(let place, let limit):
      return "\(place): expected at most \(limit) rows, since linked tables are read whole, found "
        + "more; leave some out"
    case .malformedKind(let text, let reason):
      return "kind \(text.debugDescription): \(reason)"
    case .malformedOption(let column, let text, let reason):
      return "--kind: column '\(column)': \(text.debugDescription): \(reason)"
    case .malformedFieldKind(let field, let text, let reason):
      return "field '\(field)': (fakegen.kind) = \(text.debugDescription): \(reason)"
    case .unknownColumn(let option, let column, let known):
      return "\(option): no column '\(column)'; the table has \(Self.list(known))"
    case .unsuitableKind(let column, let kind, let reason):
      return "column '\(column)': cannot be '\(kind)': \(reason)"
    case .circle(let columns):
      return "columns \(Self.list(columns)) follow from one another in a circle; give one of them "
        + "a kind of its own"
    case .noColumns: return "no column is left; exclude fewer"
    case .badCells(let count, let first):
      let lines = first.map { "\($0.place): column '\($0.column)': \($0.problem)" }
      let rest = count - first.count
      return (lines + (rest > 0 ? ["and \(rest) more cells that do not fit"] : []))
        .joined(separator: "\n")
    }
  }

  /// Returns the names separated by commas; of many only the first ones.
  static func list(_ names: [String]) -> String {
    let shown = 20
    let first = names.prefix(shown).joined(separator: ", ")
    return names.count > shown ? "\(first) and \(names.count - shown) more" : first
  }
}
