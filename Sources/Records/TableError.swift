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
  /// JSON that is not objects one after another, or in an array.
  case notObjects(path: String, line: Int, expected: String)
  /// More bytes than a row may have.
  case rowTooLong(path: String, line: Int, limit: Int)
  /// A file in protobuf's binary format, without the message of its rows.
  case needsMessage(path: String)
  /// Bytes that are no message of a row's type.
  case notProtobuf(path: String, row: Int, message: String, reason: String)
  /// Shares to split by of which one is negative, or whose sum is zero or no finite number.
  case badWeights(found: [Double])
  /// More bad rows than `limit`: how many, with how many problems, and the first of these.
  case tooManyBadRows(limit: Int, rows: Int, problems: Int, first: [RowDiagnostic])
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
    case .notObjects(let path, let line, let expected):
      return
        "\(path):\(line): expected \(expected), found something else; give JSON objects one after "
        + "another, or in an array"
    case .needsMessage(let path):
      return
        "\(path): protobuf tells nothing of its fields; trainer learn reads it with the message of "
        + "its rows: --schema FILE.proto"
    case .notProtobuf(let path, let row, let message, let reason):
      return "\(path): row \(row): expected the message \(message) in protobuf's binary format: "
        + "\(reason); give rows with their sizes before them, or a message whose field 1 they are"
    case .badWeights(let found):
      return "expected weights that are not negative and have a finite sum above zero, found "
        + "\(found.map { String($0) }.joined(separator: ", ")); give others, such as 8, 1, 1"
    case .tooManyBadRows(let limit, let rows, let problems, let first):
      let found =
        problems == 1
        ? ""
        : "\(problems) cells or rows do not fit, in \(rows) rows"
          + (problems > first.count ? "; the first \(first.count) are shown" : "")
      let remedy =
        limit == 0
        ? "correct \(problems == 1 ? "it" : "them"), or allow some with --skip-bad N"
        : "more rows than --skip-bad \(limit) allows"
      return first.map(\.description).joined(separator: "\n") + "\n"
        + [found, remedy].filter { !$0.isEmpty }.joined(separator: "; ")
    }
  }
}
