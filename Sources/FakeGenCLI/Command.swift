/// What the arguments ask for.
enum Command: Hashable {
  case generate(GenerateOptions)
  /// Describe the model in the file, or the shipped one.
  case describeModel(path: String?, output: String?)
  case printVersion
  case printHelp
}

struct GenerateOptions: Hashable {
  var count: UInt64 = 10
  var seed: UInt64 = 1
  /// Number of the first row; `start` + `count` is at most 2^64.
  var start: UInt64 = 0
  var format = RowFormat.csv
  var hasHeader = true
  /// Nil for the shipped model.
  var modelPath: String?
  /// Nil for standard output.
  var outputPath: String?
}

/// How rows are written.
enum RowFormat: String, CaseIterable {
  case csv, jsonl
}
