import FakeGen

/// JSON whose objects lie in each other as the message's fields do, under the keys that the table had,
/// or the fields' names: what protobuf's parsers of JSON take. A message without any value is null.
struct NestedJSONFormat: RowFormat {
  private struct Member: Sendable {
    /// The name in quotes with a colon, behind what stands before it.
    var prefix: [UInt8]
    var content: Content
  }

  private indirect enum Content: Sendable {
    case value(column: Int)
    case object([Member])
  }

  /// What writes values, and what stands around rows.
  private let values: JSONFormat
  private let members: [Member]

  /// Creates the format: of the selected columns, in the order of the message.
  init(_ values: JSONFormat, _ options: FormatOptions, message: ProtobufMessage) {
    self.values = values
    var isSelected = [Bool](repeating: false, count: options.columns.count)
    for column in options.selected { isSelected[column] = true }
    members = Self.members(message, isSelected: isSelected)
  }

  private static func members(_ message: ProtobufMessage, isSelected: [Bool]) -> [Member] {
    var members: [Member] = []
    for field in message.fields {
      let content: Content
      switch field.content {
      case .leaf(_, let column), .messages(_, let column, _), .values(_, let column):
        guard let column, isSelected[column] else { continue }
        content = .value(column: column)
      case .message(let message):
        let inner = Self.members(message, isSelected: isSelected)
        if inner.isEmpty { continue }
        content = .object(inner)
      }
      members.append(
        Member(
          prefix: JSONFormat.prefix(field.key, isFirst: members.isEmpty), content: content))
    }
    return members
  }

  func appendStart(to bytes: inout [UInt8]) { values.appendStart(to: &bytes) }

  func appendSeparator(before ordinal: UInt64, to bytes: inout [UInt8]) {
    values.appendSeparator(before: ordinal, to: &bytes)
  }

  func appendRow(of generator: borrowing Generator, to bytes: inout [UInt8]) {
    append(members, of: generator, to: &bytes)
    values.appendRowEnd(to: &bytes)
  }

  func appendEnd(count: UInt64, to bytes: inout [UInt8]) {
    values.appendEnd(count: count, to: &bytes)
  }

  private func append(
    _ members: [Member], of generator: borrowing Generator, to bytes: inout [UInt8]
  ) {
    for member in members {
      bytes.append(contentsOf: member.prefix)
      switch member.content {
      case .value(let column): values.appendValue(column, of: generator, to: &bytes)
      case .object(let inner):
        if Self.hasValue(inner, in: generator) {
          append(inner, of: generator, to: &bytes)
        } else {
          bytes.append("null")
        }
      }
    }
    bytes.append(UInt8(ascii: "}"))
  }

  private static func hasValue(_ members: [Member], in generator: borrowing Generator) -> Bool {
    for member in members {
      switch member.content {
      case .value(let column): if !generator.isNull(column) { return true }
      case .object(let inner): if hasValue(inner, in: generator) { return true }
      }
    }
    return false
  }
}
