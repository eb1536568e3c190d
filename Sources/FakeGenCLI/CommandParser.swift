/// Reads arguments in the GNU manner: `--seed=7`, `--seed 7`, `-n 10`, `-n10`. The last of an
/// option's values counts.
struct CommandParser {
  private var rest: ArraySlice<String>
  private var options = GenerateOptions()
  private var describesModel = false

  /// The command that the arguments after the program's name ask for. `--help` and `--version` win
  /// over the options after them.
  static func parse(_ arguments: [String]) throws(UsageError) -> Command {
    var parser = CommandParser(rest: arguments[...])
    return try parser.command()
  }

  private init(rest: ArraySlice<String>) {
    self.rest = rest
  }

  private mutating func command() throws(UsageError) -> Command {
    while let argument = rest.popFirst() {
      let (option, value) = try Self.split(argument)
      switch option {
      case .help:
        try refuse(value, of: option)
        return .printHelp
      case .version:
        try refuse(value, of: option)
        return .printVersion
      case .modelInfo:
        try refuse(value, of: option)
        describesModel = true
      case .noHeader:
        try refuse(value, of: option)
        options.hasHeader = false
      case .count: options.count = try number(value, of: option)
      case .seed: options.seed = try number(value, of: option)
      case .start: options.start = try number(value, of: option)
      case .format:
        let name = try take(value, of: option)
        guard let format = RowFormat(rawValue: name) else { throw .unknownFormat(found: name) }
        options.format = format
      case .model: options.modelPath = try path(value, of: option)
      case .output:
        let path = try path(value, of: option)
        options.outputPath = path == "-" ? nil : path
      }
    }
    if describesModel {
      return .describeModel(path: options.modelPath, output: options.outputPath)
    }
    // Row 2^64 - 1 is the last: start + (count - 1) must not overflow.
    if options.count > 0, options.start > UInt64.max - (options.count - 1) {
      throw .beyondLastRow(start: options.start, count: options.count)
    }
    return .generate(options)
  }

  /// An argument's option, and the value that hangs on it.
  private static func split(
    _ argument: String
  ) throws(UsageError) -> (option: Option, value: String?) {
    if argument.hasPrefix("--") {
      let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = String(parts[0])
      guard let option = Option(rawValue: name) else { throw .unknownOption(name) }
      return (option, parts.count > 1 ? String(parts[1]) : nil)
    }
    guard argument.hasPrefix("-"), argument != "-" else { throw .unexpectedArgument(argument) }
    let letter = String(argument.prefix(2))
    guard let option = Option(letter: letter) else { throw .unknownOption(letter) }
    return (option, argument.count > 2 ? String(argument.dropFirst(2)) : nil)
  }

  private mutating func take(_ value: String?, of option: Option) throws(UsageError) -> String {
    guard let value = value ?? rest.popFirst() else {
      throw .missingValue(option: option.rawValue)
    }
    return value
  }

  private func refuse(_ value: String?, of option: Option) throws(UsageError) {
    if let value { throw .unexpectedValue(option: option.rawValue, found: value) }
  }

  private mutating func number(_ value: String?, of option: Option) throws(UsageError) -> UInt64 {
    let text = try take(value, of: option)
    // UInt64 alone would take "+5".
    guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = UInt64(text) else {
      throw .notAWholeNumber(option: option.rawValue, found: text)
    }
    return number
  }

  private mutating func path(_ value: String?, of option: Option) throws(UsageError) -> String {
    let path = try take(value, of: option)
    if path.isEmpty { throw .emptyPath(option: option.rawValue) }
    return path
  }
}

private enum Option: String {
  case count = "--count"
  case seed = "--seed"
  case start = "--start"
  case format = "--format"
  case noHeader = "--no-header"
  case output = "--output"
  case model = "--model"
  case modelInfo = "--model-info"
  case version = "--version"
  case help = "--help"

  init?(letter: String) {
    switch letter {
    case "-n": self = .count
    case "-f": self = .format
    case "-o": self = .output
    case "-h": self = .help
    default: return nil
    }
  }
}
