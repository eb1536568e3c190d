import FakeGen

/// Reads arguments in the GNU manner: `--seed=7`, `--seed 7`, `-n 10`, `-n10`. An
/// option is given once; `--where` as often as one likes.
struct CommandParser {
  private var rest: ArraySlice<String>
  private var options = GenerateOptions()
  private var view: ModelView?
  /// Options with a value that were given.
  private var seen: [CommandOption] = []

  /// Parses the command that the arguments after the program's name ask for. `--help`, `--version`
  /// and `--self-test` win over the options after them.
  static func parse(_ arguments: [String]) throws(UsageError) -> Command {
    var parser = CommandParser(rest: arguments[...])
    return try parser.command()
  }

  private init(rest: ArraySlice<String>) {
    self.rest = rest
  }

  private mutating func command() throws(UsageError) -> Command {
    while let argument = rest.popFirst() {
      let (option, attached) = try Self.split(argument)
      if !option.takesValue {
        if let attached { throw .unexpectedValue(option: option.name, found: attached) }
        if case .help = option { return .printHelp }
        if case .version = option { return .printVersion }
        if case .selfTest = option { return .selfTest }
        set(option)
      } else {
        if case .condition = option {
        } else {
          for other in seen where other == option { throw .repeatedOption(option.name) }
          seen.append(option)
        }
        guard let value = attached ?? rest.popFirst() else {
          throw .missingValue(option: option.name)
        }
        try set(option, to: value)
      }
    }
    if let view { return .show(view, path: options.modelPath, output: options.outputPath) }
    try OptionCheck.check(options)
    return .generate(options)
  }

  /// Splits an argument into its option and the value that hangs on it.
  private static func split(
    _ argument: String
  ) throws(UsageError) -> (option: CommandOption, value: String?) {
    let bytes = Array(argument.utf8)
    let hyphen = UInt8(ascii: "-")
    guard bytes.count > 1, bytes[0] == hyphen else { throw .unexpectedArgument(argument) }
    if bytes[1] == hyphen {
      let end = bytes.firstIndex(of: UInt8(ascii: "=")) ?? bytes.count
      let name = String(decoding: bytes[..<end], as: UTF8.self)
      guard let option = CommandOption(name: name) else { throw .unknownOption(name) }
      let value = end < bytes.count ? String(decoding: bytes[(end + 1)...], as: UTF8.self) : nil
      return (option, value)
    }
    guard let option = CommandOption(letter: bytes[1]) else {
      // The whole character, which may have several bytes.
      var end = 2
      while end < bytes.count, bytes[end] & 0xC0 == 0x80 { end += 1 }
      throw .unknownOption(String(decoding: bytes[..<end], as: UTF8.self))
    }
    return (option, bytes.count > 2 ? String(decoding: bytes[2...], as: UTF8.self) : nil)
  }

  private mutating func set(_ option: CommandOption) {
    switch option {
    case .unique: options.isUnique = true
    case .skipExcluded: options.skipsExcluded = true
    case .nested: options.isNested = true
    case .safeSpreadsheet: options.isSafeForSpreadsheets = true
    case .noHeader: options.hasHeader = false
    case .progress: options.showsProgress = true
    case .modelInfo: view = .information
    case .listFields: view = .fields
    case .printProto: view = .protobufSource
    default: break
    }
  }

  private mutating func set(_ option: CommandOption, to value: String) throws(UsageError) {
    switch option {
    case .count: options.count = try OptionValue.number(value, of: option)
    case .seed: options.seed = try OptionValue.number(value, of: option)
    case .start: options.start = try OptionValue.number(value, of: option)
    case .shard: options.shard = try OptionValue.shard(value)
    case .fields: options.fields = try OptionValue.fields(value, of: option)
    case .uniqueBy: options.uniqueFields = try OptionValue.fields(value, of: option)
    case .condition: options.conditions.append(value)
    case .maxTries:
      options.maximumTries = try OptionValue.number(value, of: option, in: 1...UInt64.max)
    case .format:
      guard let format = FormatName(value) else { throw .unknownFormat(found: value) }
      options.format = format
    case .delimiter: options.delimiter = try OptionValue.delimiter(value)
    case .null: options.nullText = Array(value.utf8)
    case .jsonIntegers:
      guard let style = IntegerStyle(value) else { throw .unknownIntegers(found: value) }
      options.jsonIntegers = style
    case .table: options.table = try OptionValue.table(value)
    case .dialect:
      guard let dialect = SQLDialect(value) else { throw .unknownDialect(found: value) }
      options.dialect = dialect
    case .output:
      let path = try OptionValue.path(value, of: option)
      options.outputPath = isSame(path, "-") ? nil : path
    case .threads: options.threads = Int(try OptionValue.number(value, of: option, in: 1...1024))
    case .kernels: options.kernels = try OptionValue.kernels(value)
    case .model: options.modelPath = try OptionValue.path(value, of: option)
    default: break
    }
  }
}
