/// Whether options go together.
enum OptionCheck {
  static func check(_ options: GenerateOptions) throws(UsageError) {
    // Row 2^64 - 1 is the last: start + (count - 1) must not overflow.
    if options.count > 0, options.start > UInt64.max - (options.count - 1) {
      throw .beyondLastRow(start: options.start, count: options.count)
    }
    if options.delimiter != nil, options.format != .csv {
      throw .needsFormat(option: "--delimiter", format: .csv, found: options.format)
    }
    if options.table != nil, options.format != .sql {
      throw .needsFormat(option: "--table", format: .sql, found: options.format)
    }
    if !options.conditions.isEmpty, options.shard != nil {
      throw .conflict(
        option: "--where", other: "--shard",
        reason: "how many rows before the shard match is not known; give each machine a --start")
    }
    guard options.isUnique else { return }
    let reason = "a row that is not printed here may hold the same values"
    if options.shard != nil {
      throw .conflict(option: "--unique", other: "--shard", reason: reason)
    }
    if options.start > 0 { throw .conflict(option: "--unique", other: "--start", reason: reason) }
    if options.count > KeySet.maximumCount { throw .tooManyUnique(count: options.count) }
  }
}
