import FakeGen

/// What the arguments ask for.
enum Command {
  case generate(GenerateOptions)
  /// Print something about the model in the file, or about the shipped one.
  case show(ModelView, path: String?, output: String?)
  case selfTest
  case printVersion
  case printHelp
}

/// What can be printed about a model.
enum ModelView {
  case information, fields, protobufSource
}

struct GenerateOptions {
  var count: UInt64 = 10
  var seed: UInt64 = 1
  /// Number of the first row; `start` + `count` is at most 2^64.
  var start: UInt64 = 0
  /// Nil for all rows.
  var shard: Shard?
  var format = FormatName.csv
  var hasHeader = true
  /// What separates CSV's cells; nil for a comma.
  var delimiter: UInt8?
  /// SQL's table, behind the names of what it is in; nil for the message's name.
  var table: [String]?
  /// The database that SQL is for; nil for all that read the standard.
  var dialect: SQLDialect?
  /// What stands for null in CSV; nil for an empty cell.
  var nullText: [UInt8]?
  /// Whether CSV's texts are kept from being formulas.
  var isSafeForSpreadsheets = false
  /// Whether JSON's objects lie in each other as the message's fields do.
  var isNested = false
  /// Whether JSON's integers are texts; nil for what protobuf says, which is that they are.
  var jsonIntegers: IntegerStyle?
  /// Names of the columns to print; nil for all.
  var fields: [String]?
  /// `FIELD=VALUE` each.
  var conditions: [String] = []
  var isUnique = false
  /// Names of the columns by which rows are told apart; nil for those printed, with `isUnique`.
  var uniqueFields: [String]?
  /// Whether rows that the model must not print are left out.
  var skipsExcluded = false
  /// Rows in a row that do not pass after which to give up.
  var maximumTries: UInt64 = 1_000_000
  /// Nil for as many as there are cores.
  var threads: Int?
  var kernels = KernelLevel.best
  var showsProgress = false
  /// Nil for the shipped model.
  var modelPath: String?
  /// Nil for standard output.
  var outputPath: String?

  /// The rows that the arguments ask for.
  var rows: RowRange {
    let all = RowRange(first: start, count: count)
    return shard.map { all.part($0.index, of: $0.count) } ?? all
  }
}

/// Part `index`, counted from 1, of `count` nearly equal ones.
struct Shard {
  var index: UInt64
  var count: UInt64
}

/// How JSON has integers.
enum IntegerStyle: CaseIterable {
  case string, number

  init?(_ name: String) {
    for style in Self.allCases where isSame(style.name, name) {
      self = style
      return
    }
    return nil
  }

  var name: String {
    switch self {
    case .string: "string"
    case .number: "number"
    }
  }
}

/// How rows are written.
enum FormatName: CaseIterable {
  case csv, tsv, jsonl, json, sql, proto, delimited

  init?(_ name: String) {
    for format in Self.allCases where isSame(format.name, name) {
      self = format
      return
    }
    return nil
  }

  var name: String {
    switch self {
    case .csv: "csv"
    case .tsv: "tsv"
    case .jsonl: "jsonl"
    case .json: "json"
    case .sql: "sql"
    case .proto: "proto"
    case .delimited: "delimited"
    }
  }
}
