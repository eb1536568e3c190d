import FakeGen

/// Wrong use of the command line. `description` is one line: the flag, what was expected and what
/// was found.
indirect enum UsageError: Error {
  case unknownOption(String)
  case unexpectedArgument(String)
  case repeatedOption(String)
  /// Bytes that are no UTF-8 in the argument at a position, counted from 1.
  case notUTF8(position: Int, found: String)
  case missingValue(option: String)
  case unexpectedValue(option: String, found: String)
  case notAWholeNumber(option: String, range: ClosedRange<UInt64>, found: String)
  case unknownFormat(found: String)
  case badShard(found: String)
  case badDelimiter(found: String)
  case unknownKernels(found: String)
  case emptyPath(option: String)
  case badTable(found: String)
  case unknownDialect(found: String)
  case unknownIntegers(found: String)
  /// What is to stand for null could not be told from a cell.
  case badNull(found: String)
  case beyondLastRow(start: UInt64, count: UInt64)
  case needsFormat(option: String, formats: [FormatName], found: FormatName)
  case conflict(option: String, other: String, reason: String)
  case tooManyUnique(option: String, count: UInt64)
  /// Quotes in a list of names that do not pair.
  case badFields(option: String, found: String)
  case unknownField(option: String, found: String, columns: String)
  case repeatedField(option: String, String)
  /// Tables that need a file each.
  case needsFolder(format: FormatName, tables: [String])
  /// A format without lists.
  case list(format: FormatName, field: String)
  case impossibleValue(field: String, expected: String, found: String)
}

extension UsageError {
  var description: String {
    switch self {
    case .unknownOption(let option):
      "\(printable(option)): expected one of the options of fakegen --help, found an unknown one"
    case .unexpectedArgument(let argument):
      "expected options only, found the argument '\(printable(argument))'"
    case .repeatedOption(let option):
      "\(option): expected once, found twice; leave one out"
    case .notUTF8(let position, let found):
      "argument \(position): expected UTF-8, found other bytes in '\(printable(found))'; a file of "
        + "that name can be written to by redirecting standard output"
    case .missingValue(let option):
      "\(option): expected a value after it, found the end of the arguments"
    case .unexpectedValue(let option, let found):
      "\(option): expected no value, found '\(printable(found))'"
    case .notAWholeNumber(let option, let range, let found):
      "\(option): expected a whole number from \(range.lowerBound) to \(range.upperBound), "
        + "found '\(printable(found))'"
    case .unknownFormat(let found):
      "--format: expected one of \(FormatName.allCases.map { $0.name }.joined(separator: ", ")), "
        + "found '\(printable(found))'"
    case .badShard(let found):
      "--shard: expected I/N, shard I of N counted from 1, found '\(printable(found))'"
    case .badDelimiter(let found):
      "--delimiter: expected an ASCII character that is no quote or line break, "
        + "found '\(printable(found))'"
    case .unknownKernels(let found):
      "--kernels: expected one of this machine's "
        + "\(KernelLevel.allCases.filter { $0.isSupported }.map { $0.name }.joined(separator: ", ")), "
        + "found '\(printable(found))'"
    case .emptyPath(let option):
      "\(option): expected the name of a file, found ''"
    case .badTable(let found):
      "--table: expected NAME, SCHEMA.NAME or DATABASE.SCHEMA.NAME, each in quotes if it holds a "
        + "dot, found '\(printable(found))'"
    case .unknownDialect(let found):
      "--dialect: expected one of \(SQLDialect.allCases.map { $0.name }.joined(separator: ", ")), "
        + "found '\(printable(found))'"
    case .unknownIntegers(let found):
      "--json-integers: expected string or number, found '\(printable(found))'"
    case .badNull(let found):
      "--null: expected a text without the delimiter, quotes and line breaks, "
        + "found '\(printable(found))'"
    case .beyondLastRow(let start, let count):
      "--start and --count: expected rows below 2^64, found \(start) + \(count)"
    case .needsFormat(let option, let formats, let found):
      "\(option): expected --format \(formats.map { $0.name }.joined(separator: " or ")) with it, "
        + "found --format \(found.name)"
    case .conflict(let option, let other, let reason):
      "\(option): expected no \(other) with it: \(reason)"
    case .tooManyUnique(let option, let count):
      "\(option): expected a --count of at most \(KeySet.maximumCount), which take 1 GiB to "
        + "remember, found \(count)"
    case .badFields(let option, let found):
      "\(option): expected names separated by commas, in pairs of quotes if they hold one, "
        + "found '\(printable(found))'"
    case .unknownField(let option, let found, let columns):
      "\(option): expected fields among \(printable(columns)), found '\(printable(found))'"
    case .repeatedField(let option, let name):
      "\(option): expected each field once, found '\(printable(name))' again"
    case .needsFolder(let format, let tables):
      "--output: expected a folder, as in --output tables/, for the tables "
        + "\(printable(tables.joined(separator: ", "))) in --format \(format.name); --format sql and "
        + "jsonl print them to one file"
    case .list(let format, let field):
      "--format \(format.name): expected fields of one value, found the list \(printable(field)); "
        + "use --format jsonl, or leave it out with --fields"
    case .impossibleValue(let field, let expected, let found):
      "--where: expected for \(printable(field)) \(printable(expected)), "
        + "found '\(printable(found))'"
    }
  }
}
