/// What is wrong with a row; the description goes on from the row's or field's name.
public enum RowProblem: Error, Hashable, Sendable {
  /// A row with more or fewer cells than the header.
  case columnCount(expected: Int, found: Int)
  /// Bytes that are not UTF-8.
  case notUTF8
  /// A byte 0 in a text.
  case zeroByte
  /// A quote inside a cell that does not begin with one.
  case strayQuote
  /// Text between the closing quote and the end of the cell.
  case textAfterQuote
  /// A carriage return without a line feed.
  case loneCarriageReturn
  /// An empty cell where a value must be.
  case emptyCell(expected: String)
  /// Text where a number must be.
  case notANumber(found: String)
  /// A number where an integer must be.
  case notAnInteger(found: String)
  /// A number outside of its type's range.
  case outOfRange(found: String, minimum: String, maximum: String)
  /// Text that is not a moment as the layout writes it.
  case notAMoment(found: String, layout: String, example: String)
  /// Text that stands for neither true nor false.
  case notABoolean(found: String)
  /// A name that the enum does not have.
  case notInEnumeration(found: String, names: [String])
  /// A line that is no JSON object.
  case notJSON(reason: String)
  /// A JSON value of another type than the field's.
  case wrongType(expected: String, found: String)
}

extension RowProblem: CustomStringConvertible {
  /// What is wrong, without the row's place.
  public var description: String {
    switch self {
    case .columnCount(let expected, let found):
      "expected \(expected) cells as in the header, found \(found)"
    case .notUTF8:
      "expected UTF-8, found other bytes, perhaps Latin-1; convert the file, as with iconv -f "
        + "WINDOWS-1252 -t UTF-8"
    case .zeroByte: "found a zero character; remove it"
    case .strayQuote:
      "found a quote inside a cell that does not begin with one; quote the cell and double it"
    case .textAfterQuote: "expected a comma or the line's end after a closing quote, found text"
    case .loneCarriageReturn:
      "found a carriage return that no line feed follows; lines end with LF or CRLF"
    case .emptyCell(let expected):
      "expected \(expected), found nothing; declare the field 'optional' if it may be missing"
    case .notANumber(let found): "expected a decimal number, found \(quoted(found))"
    case .notAnInteger(let found): "expected an integer, found \(quoted(found))"
    case .outOfRange(let found, let minimum, let maximum):
      "expected a number from \(minimum) to \(maximum), found \(quoted(found))"
    case .notAMoment(let found, let layout, let example):
      "expected a moment like \(example) (\(layout)), found \(quoted(found))"
    case .notABoolean(let found):
      "expected true, false, yes, no, 1 or 0, found \(quoted(found))"
    case .notInEnumeration(let found, let names):
      "expected \(names.prefix(10).joined(separator: ", "))\(names.count > 10 ? ", ..." : "") "
        + "or a value's number, found \(quoted(found))"
    case .notJSON(let reason): "expected a JSON object: \(reason)"
    case .wrongType(let expected, let found): "expected \(expected), found \(found)"
    }
  }
}

/// Shortens text from a file as it may be shown on a terminal: in quotes, escaped, cut off when
/// long.
func quoted(_ text: String) -> String {
  let limit = 40
  let shown = text.unicodeScalars.count > limit
  let start = String(String.UnicodeScalarView(text.unicodeScalars.prefix(limit)))
  return start.debugDescription + (shown ? "..." : "")
}
