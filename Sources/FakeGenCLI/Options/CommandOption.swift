/// The options of the command line.
enum CommandOption: CaseIterable {
  case count, seed, start, shard
  case fields, condition, unique, uniqueBy, maxTries, skipExcluded
  case format, noHeader, delimiter, null, safeSpreadsheet, nested, jsonIntegers, table, dialect
  case output, threads, kernels, progress
  case model, modelInfo, listFields, printProto
  case selfTest, version, help

  /// With its two hyphens.
  var name: String {
    switch self {
    case .count: "--count"
    case .seed: "--seed"
    case .start: "--start"
    case .shard: "--shard"
    case .fields: "--fields"
    case .condition: "--where"
    case .unique: "--unique"
    case .uniqueBy: "--unique-by"
    case .maxTries: "--max-tries"
    case .skipExcluded: "--skip-excluded"
    case .format: "--format"
    case .noHeader: "--no-header"
    case .delimiter: "--delimiter"
    case .null: "--null"
    case .safeSpreadsheet: "--safe-spreadsheet"
    case .nested: "--nested"
    case .jsonIntegers: "--json-integers"
    case .table: "--table"
    case .dialect: "--dialect"
    case .output: "--output"
    case .threads: "--threads"
    case .kernels: "--kernels"
    case .progress: "--progress"
    case .model: "--model"
    case .modelInfo: "--model-info"
    case .listFields: "--list-fields"
    case .printProto: "--print-proto"
    case .selfTest: "--self-test"
    case .version: "--version"
    case .help: "--help"
    }
  }

  /// The letter that stands for it after one hyphen.
  private var letter: UInt8? {
    switch self {
    case .count: UInt8(ascii: "n")
    case .format: UInt8(ascii: "f")
    case .output: UInt8(ascii: "o")
    case .help: UInt8(ascii: "h")
    default: nil
    }
  }

  var takesValue: Bool {
    switch self {
    case .unique, .skipExcluded, .noHeader, .safeSpreadsheet, .nested, .progress, .modelInfo,
      .listFields, .printProto, .selfTest, .version, .help:
      false
    default: true
    }
  }

  init?(name: String) {
    for option in Self.allCases where isSame(option.name, name) {
      self = option
      return
    }
    return nil
  }

  init?(letter: UInt8) {
    for option in Self.allCases where option.letter == letter {
      self = option
      return
    }
    return nil
  }
}
