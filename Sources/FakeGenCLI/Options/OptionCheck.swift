/// Whether options go together.
enum OptionCheck {
  static func check(_ options: GenerateOptions) throws(UsageError) {
    // Row 2^64 - 1 is the last: start + (count - 1) must not overflow.
    if options.count > 0, options.start > UInt64.max - (options.count - 1) {
      throw .beyondLastRow(start: options.start, count: options.count)
    }
    try checkFormat(options)
    if !options.conditions.isEmpty, options.shard != nil {
      throw .conflict(
        option: "--where", other: "--shard",
        reason: "how many rows before the shard match is not known; give each machine a --start")
    }
    try checkUnique(options)
  }

  /// Each option of a format has that format.
  private static func checkFormat(_ options: GenerateOptions) throws(UsageError) {
    func require(
      _ option: CommandOption, _ formats: FormatName..., when isGiven: Bool
    ) throws(UsageError) {
      if isGiven, !formats.contains(options.format) {
        throw .needsFormat(option: option.name, formats: formats, found: options.format)
      }
    }
    try require(.delimiter, .csv, when: options.delimiter != nil)
    try require(.null, .csv, when: options.nullText != nil)
    try require(.safeSpreadsheet, .csv, when: options.isSafeForSpreadsheets)
    try require(.nested, .jsonl, .json, when: options.isNested)
    try require(.jsonIntegers, .jsonl, .json, when: options.jsonIntegers != nil)
    try require(.table, .sql, when: options.table != nil)
    try require(.dialect, .sql, when: options.dialect != nil)
    if let null = options.nullText {
      for byte in [options.delimiter ?? .comma, .quote, .lineFeed, .carriageReturn]
      where null.contains(byte) {
        throw .badNull(found: String(decoding: null, as: UTF8.self))
      }
    }
  }

  private static func checkUnique(_ options: GenerateOptions) throws(UsageError) {
    if options.isUnique, options.uniqueFields != nil {
      throw .conflict(
        option: "--unique", other: "--unique-by", reason: "it is --unique-by all columns printed")
    }
    guard options.isUnique || options.uniqueFields != nil else { return }
    let option = options.isUnique ? "--unique" : "--unique-by"
    let reason = "a row that is not printed here may hold the same values"
    if options.shard != nil {
      throw .conflict(option: option, other: "--shard", reason: reason)
    }
    if options.start > 0 { throw .conflict(option: option, other: "--start", reason: reason) }
    if options.count > KeySet.maximumCount {
      throw .tooManyUnique(option: option, count: options.count)
    }
  }
}
