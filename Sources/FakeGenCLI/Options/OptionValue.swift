import FakeGen

/// Readers of options' values.
enum OptionValue {
  static func number(
    _ text: String, of option: CommandOption, in range: ClosedRange<UInt64> = 0...UInt64.max
  ) throws(UsageError) -> UInt64 {
    guard let number = decimal(Array(text.utf8)[...]), range.contains(number) else {
      throw .notAWholeNumber(option: option.name, range: range, found: text)
    }
    return number
  }

  /// Parses `I/N` with I from 1 to N.
  static func shard(_ text: String) throws(UsageError) -> Shard {
    let parts = Array(text.utf8).split(
      separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    guard parts.count == 2, let index = decimal(parts[0]), let count = decimal(parts[1]),
      index >= 1, index <= count
    else { throw .badShard(found: text) }
    return Shard(index: index, count: count)
  }

  /// Parses an ASCII character that CSV has no other use for; `\t` stands for a tab.
  static func delimiter(_ text: String) throws(UsageError) -> UInt8 {
    if isSame(text, "\\t") { return .tab }
    guard let byte = text.utf8.first, text.utf8.count == 1, byte < 0x80, byte != 0,
      byte != .quote, byte != .lineFeed, byte != .carriageReturn
    else { throw .badDelimiter(found: text) }
    return byte
  }

  /// Parses the name of a level that this machine has.
  static func kernels(_ text: String) throws(UsageError) -> KernelLevel {
    for level in KernelLevel.allCases where level.isSupported && isSame(level.name, text) {
      return level
    }
    throw .unknownKernels(found: text)
  }

  static func path(_ text: String, of option: CommandOption) throws(UsageError) -> String {
    if text.isEmpty { throw .emptyPath(option: option.name) }
    return text
  }

  /// Parses names as in a line of CSV: separated by commas, in quotes if they hold one.
  static func fields(_ text: String, of option: CommandOption) throws(UsageError) -> [String] {
    guard let names = names(text, separator: .comma) else {
      throw .badFields(option: option.name, found: text)
    }
    return names
  }

  /// Parses a table's name behind those of the schema and the database, separated by dots; in quotes
  /// if they hold one.
  static func table(_ text: String) throws(UsageError) -> [String] {
    guard let names = names(text, separator: UInt8(ascii: ".")), names.count <= 3,
      names.allSatisfy({ !$0.utf8.isEmpty })
    else { throw .badTable(found: text) }
    return names
  }

  /// Parses names, each of which may stand in quotes; nil if the quotes do not pair.
  private static func names(_ text: String, separator: UInt8) -> [String]? {
    var names: [[UInt8]] = [[]]
    var isQuoted = false
    var afterQuote = false
    for byte in text.utf8 {
      if isQuoted {
        if byte == .quote {
          isQuoted = false
          afterQuote = true
        } else {
          names[names.count - 1].append(byte)
        }
      } else if byte == separator {
        names.append([])
        afterQuote = false
      } else if byte == .quote, afterQuote || names[names.count - 1].isEmpty {
        // A quote after a closing quote stands for one.
        if afterQuote { names[names.count - 1].append(byte) }
        isQuoted = true
        afterQuote = false
      } else if afterQuote {
        return nil
      } else {
        names[names.count - 1].append(byte)
      }
    }
    if isQuoted { return nil }
    return names.map { String(decoding: $0, as: UTF8.self) }
  }

  /// Parses a number; nil unless it is decimal digits only, and below 2^64.
  private static func decimal(_ text: ArraySlice<UInt8>) -> UInt64? {
    if text.isEmpty { return nil }
    var number: UInt64 = 0
    for byte in text {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
      let (tens, tooLarge) = number.multipliedReportingOverflow(by: 10)
      let (next, overflow) = tens.addingReportingOverflow(UInt64(byte - UInt8(ascii: "0")))
      if tooLarge || overflow { return nil }
      number = next
    }
    return number
  }
}
