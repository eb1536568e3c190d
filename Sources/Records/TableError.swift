import Files
import Schema

/// Why a table cannot be read; each description is for a person, one line for each bad row shown.
public enum TableError: Error, Hashable, Sendable {
  /// The file cannot be opened or read.
  case file(FileError)
  /// The header does not fit the schema.
  case schema(SchemaError)
  /// The file holds nothing, not even a header.
  case empty(path: String)
  /// The header's format is at fault.
  case badHeader(RowDiagnostic)
  /// There is a header but no row, or every row was skipped.
  case noRows(path: String, skipped: Int)
  /// A quote that is never closed; the rest of the file cannot be told apart.
  case unclosedQuote(path: String, line: Int)
  /// More bytes than a cell may have; likely a quote that is not closed.
  case cellTooLong(path: String, line: Int, limit: Int)
  /// More bytes than a row may have.
  case rowTooLong(path: String, line: Int, limit: Int)
  /// Shares to split by of which one is negative, or whose sum is zero or no finite number.
  case badWeights(found: [Double])
  /// More bad rows than `limit`; the first ones.
  case tooManyBadRows(limit: Int, first: [RowDiagnostic])
}

extension TableError: CustomStringConvertible {
  /// The error for a person, one line for each bad row shown.
  public var description: String {
    switch self {
    case .file(let error): return error.description
    case .schema(let error): return error.description
    case .empty(let path): return "\(path): expected a table, found an empty file"
    case .badHeader(let diagnostic): return "\(diagnostic) (in the header)"
    case .noRows(let path, let skipped):
      let excuse = skipped == 0 ? "" : " that fits (skipped \(skipped))"
      return "\(path): expected at least one row of data, found none\(excuse)"
    case .unclosedQuote(let path, let line):
      return "\(path):\(line): a quote opened in this row is never closed; close or double it"
    case .cellTooLong(let path, let line, let limit):
      return "\(path):\(line): expected cells of at most \(limit) bytes, found a longer one; "
        + "look for a quote that is not closed"
    case .rowTooLong(let path, let line, let limit):
      return "\(path):\(line): expected rows of at most \(limit) bytes, found a longer one; "
        + "look for a quote that is not closed"
    case .badWeights(let found):
      return "expected weights that are not negative and have a finite sum above zero, found "
        + "\(found.map { String($0) }.joined(separator: ", ")); give others, such as 8, 1, 1"
    case .tooManyBadRows(let limit, let first):
      let allowance =
        limit == 0
        ? "correct it, or allow some with --skip-bad N"
        : "more bad rows than --skip-bad \(limit) allows; the first ones are shown"
      return first.map(\.description).joined(separator: "\n") + "\n" + allowance
    }
  }
}
