/// Wrong use of the command line. `description` is one line: the flag, what was expected and what
/// was found.
enum UsageError: Error, Hashable {
  case unknownOption(String)
  case unexpectedArgument(String)
  case missingValue(option: String)
  case unexpectedValue(option: String, found: String)
  case notAWholeNumber(option: String, found: String)
  case unknownFormat(found: String)
  case emptyPath(option: String)
  case beyondLastRow(start: UInt64, count: UInt64)
}

extension UsageError: CustomStringConvertible {
  var description: String {
    switch self {
    case .unknownOption(let option):
      "\(printable(option)): expected one of the options of fakegen --help, found an unknown one"
    case .unexpectedArgument(let argument):
      "expected options only, found the argument '\(printable(argument))'"
    case .missingValue(let option):
      "\(option): expected a value after it, found the end of the arguments"
    case .unexpectedValue(let option, let found):
      "\(option): expected no value, found '\(printable(found))'"
    case .notAWholeNumber(let option, let found):
      "\(option): expected a whole number from 0 to \(UInt64.max), found '\(printable(found))'"
    case .unknownFormat(let found):
      "--format: expected \(RowFormat.allCases.map { $0.rawValue }.joined(separator: " or ")), "
        + "found '\(printable(found))'"
    case .emptyPath(let option):
      "\(option): expected the name of a file, found ''"
    case .beyondLastRow(let start, let count):
      "--start and --count: expected rows below 2^64, found \(start) + \(count)"
    }
  }
}
