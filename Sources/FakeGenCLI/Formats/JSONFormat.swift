import FakeGen

/// An object for each row, on a line of its own, whose keys are the names of the columns. Null is
/// null, reals are numbers, booleans are true or false, all else is a string: integers, too, as in
/// protobuf's mapping, since many readers of JSON keep 53 bits of a number. The lines stand by
/// themselves (JSON Lines) or form one array.
struct JSONFormat: RowFormat {
  private let columns: [Column]
  private let selected: [Int]
  private let isArray: Bool
  private let integersAreStrings: Bool
  /// Per column, whether it is a duration, which protobuf's mapping writes as `"1.5s"`.
  private let areDurations: [Bool]
  /// Per column, whether it has texts that are declared true or false.
  private let areBooleans: [Bool]
  /// Per selected column, what comes before its value.
  private let prefixes: [[UInt8]]
  /// Per column of the model, what writes its lists.
  private let lists: [ListText?]
  private let escapes: EscapeTable

  /// Creates the format.
  ///
  /// - Parameters:
  ///   - isArray: whether the rows form one array.
  ///   - integersAreStrings: whether integers stand in quotes.
  ///   - usesFieldNames: whether keys in lists are the names of fields rather than of columns.
  ///   - protobuf: how a message declares the columns, if one does.
  init(
    _ options: FormatOptions, isArray: Bool, integersAreStrings: Bool = true,
    usesFieldNames: Bool = false, protobuf: [ProtobufField] = []
  ) {
    columns = options.columns
    selected = options.selected
    self.isArray = isArray
    self.integersAreStrings = integersAreStrings
    var types: [ProtobufType?] = []
    for column in options.columns.indices {
      types.append(column < protobuf.count ? protobuf[column].type : nil)
    }
    areDurations = types.map { $0 == .duration }
    areBooleans = zip(types, options.columns).map { $0 == .bool && $1.kind == .text }
    lists = columns.map { column in
      guard case .list(let list) = column.kind else { return nil }
      return ListText(
        list, integersAreStrings: integersAreStrings, usesFieldNames: usesFieldNames)
    }
    escapes = Self.escapeTable()
    var prefixes: [[UInt8]] = []
    for column in selected {
      prefixes.append(Self.prefix(options.columns[column].name, isFirst: prefixes.isEmpty))
    }
    self.prefixes = prefixes
  }

  /// What stands before a value: its key in quotes, behind a brace or a comma.
  static func prefix(_ key: String, isFirst: Bool) -> [UInt8] {
    var prefix: [UInt8] = [isFirst ? UInt8(ascii: "{") : .comma, .quote]
    prefix.append(key)
    escapeTable().escape(&prefix, from: 2)
    return prefix + [.quote, UInt8(ascii: ":")]
  }

  func appendStart(to bytes: inout [UInt8]) {
    if isArray { bytes.append(UInt8(ascii: "[")) }
  }

  func appendSeparator(before ordinal: UInt64, to bytes: inout [UInt8]) {
    guard isArray else { return }
    if ordinal > 0 { bytes.append(.comma) }
    bytes.append(.lineFeed)
  }

  func appendRow(of generator: borrowing Generator, to bytes: inout [UInt8]) {
    for position in selected.indices {
      bytes.append(contentsOf: prefixes[position])
      appendValue(selected[position], of: generator, to: &bytes)
    }
    bytes.append(UInt8(ascii: "}"))
    appendRowEnd(to: &bytes)
  }

  /// Appends what comes after the object of each row.
  func appendRowEnd(to bytes: inout [UInt8]) {
    if !isArray { bytes.append(.lineFeed) }
  }

  func appendEnd(count: UInt64, to bytes: inout [UInt8]) {
    guard isArray else { return }
    if count > 0 { bytes.append(.lineFeed) }
    bytes.append(UInt8(ascii: "]"))
    bytes.append(.lineFeed)
  }

  /// Appends what the selected row has in a column.
  func appendValue(
    _ column: Int, of generator: borrowing Generator, to bytes: inout [UInt8]
  ) {
    if generator.isNull(column) {
      bytes.append("null")
      return
    }
    if let list = lists[column] {
      if let elements = generator.elements(column) { list.append(elements, to: &bytes) }
      return
    }
    if areBooleans[column] {
      let start = bytes.count
      generator.append(column, to: &bytes)
      let word = isTrue(bytes[start...]) ? "true" : "false"
      bytes.removeLast(bytes.count - start)
      bytes.append(word)
      return
    }
    let isString =
      areDurations[column] || columns[column].kind.isString(integersAreStrings: integersAreStrings)
    if isString { bytes.append(.quote) }
    let start = bytes.count
    generator.append(column, to: &bytes)
    if areDurations[column] { bytes.append(UInt8(ascii: "s")) }
    if isString {
      escapes.escape(&bytes, from: start)
      bytes.append(.quote)
    }
  }

  /// Quotes, backslashes and control characters.
  private static func escapeTable() -> EscapeTable {
    var escapes = EscapeTable()
    for byte in Array(0..<0x20 as Range<UInt8>) + [0x7F] {
      escapes.set(
        byte,
        [.backslash, UInt8(ascii: "u"), UInt8(ascii: "0"), UInt8(ascii: "0")]
          + [hexadecimalDigit(byte >> 4), hexadecimalDigit(byte & 15)])
    }
    escapes.set(.lineFeed, [.backslash, UInt8(ascii: "n")])
    escapes.set(.carriageReturn, [.backslash, UInt8(ascii: "r")])
    escapes.set(.tab, [.backslash, UInt8(ascii: "t")])
    escapes.set(.quote, [.backslash, .quote])
    escapes.set(.backslash, [.backslash, .backslash])
    return escapes
  }
}

private func hexadecimalDigit(_ value: UInt8) -> UInt8 {
  value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
}

/// Tells whether a text is one of the words for true (docs/Data.md).
func isTrue(_ text: ArraySlice<UInt8>) -> Bool {
  let lower = text.map { $0 | 0x20 }
  for word in ["true", "t", "yes", "y", "on"] where lower.elementsEqual(word.utf8) { return true }
  return text.elementsEqual("1".utf8)
}
