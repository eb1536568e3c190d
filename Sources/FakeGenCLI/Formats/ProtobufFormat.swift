import FakeGen

/// Protobuf's binary format (https://protobuf.dev/programming-guides/encoding): a message whose
/// repeated field 1 holds the rows, or rows with their sizes before them, as the protobuf
/// libraries' parseDelimited reads them. Null is an absent field; a nested message without any
/// value is absent.
struct ProtobufFormat: RowFormat {
  /// What is written of a message: its fields of selected columns, in the order of their numbers.
  private struct Encoding: Sendable {
    var fields: [Field] = []
  }

  private struct Field: Sendable {
    /// Number and wire type.
    var tag: UInt64
    var content: Content
  }

  private indirect enum Content: Sendable {
    /// A leaf with explicit presence is written where it has its type's default value too.
    case leaf(column: Int, ProtobufValue, isOptional: Bool)
    case message(Encoding)
    case messages(column: Int, ListKind, Encoding)
    /// Numbers lie packed, one after the other behind their size.
    case values(column: Int, ListKind, ProtobufValue)
  }

  private let encoding: Encoding
  private let isDelimited: Bool

  init(_ options: FormatOptions, message: ProtobufMessage, isDelimited: Bool) {
    var isSelected = [Bool](repeating: false, count: options.columns.count)
    for column in options.selected { isSelected[column] = true }
    encoding = Self.encoding(message, columns: options.columns, isSelected: isSelected)
    self.isDelimited = isDelimited
  }

  private static func encoding(
    _ message: ProtobufMessage, columns: [Column], isSelected: [Bool]
  ) -> Encoding {
    var encoding = Encoding()
    for field in message.fields {
      switch field.content {
      case .leaf(let leaf, let column):
        guard let column, isSelected[column] else { continue }
        let value = ProtobufValue(field.declared, kind: leaf.kind)
        encoding.fields.append(
          Field(
            tag: field.number << 3 | value.wireType.rawValue,
            content: .leaf(
              column: column, value, isOptional: field.isExplicit(leaf))))
      case .messages(let message, let column, _):
        guard let column, isSelected[column], case .list(let list) = columns[column].kind else {
          continue
        }
        encoding.fields.append(
          Field(
            tag: field.number << 3 | ProtobufValue.WireType.lengthDelimited.rawValue,
            content: .messages(
              column: column, list,
              Self.encoding(
                message, columns: list.columns, isSelected: list.columns.map { _ in true }))))
      case .values(let value, let column):
        guard let column, isSelected[column], case .list(let list) = columns[column].kind else {
          continue
        }
        encoding.fields.append(
          Field(
            tag: field.number << 3 | ProtobufValue.WireType.lengthDelimited.rawValue,
            content: .values(
              column: column, list, ProtobufValue(field.declared, kind: value.kind))))
      case .message(let message):
        let child = Self.encoding(message, columns: columns, isSelected: isSelected)
        if child.fields.isEmpty { continue }
        encoding.fields.append(
          Field(
            tag: field.number << 3 | ProtobufValue.WireType.lengthDelimited.rawValue,
            content: .message(child)))
      }
    }
    return encoding
  }

  func appendRow(of generator: borrowing Generator, to bytes: inout [UInt8]) {
    if !isDelimited {
      appendVarint(1 << 3 | ProtobufValue.WireType.lengthDelimited.rawValue, to: &bytes)
    }
    let start = bytes.count
    append(encoding, of: generator, to: &bytes)
    insertSize(at: start, in: &bytes)
  }

  private func append<Source: FieldSource>(
    _ encoding: Encoding, of source: borrowing Source, to bytes: inout [UInt8]
  ) {
    for field in encoding.fields {
      switch field.content {
      case .leaf(let column, let value, let isOptional):
        if source.isNull(column) { continue }
        let before = bytes.count
        appendVarint(field.tag, to: &bytes)
        let isDefault = value.append(column, of: source, to: &bytes)
        if isDefault, !isOptional { bytes.removeLast(bytes.count - before) }
      case .message(let child):
        guard Self.hasValue(child, in: source) else { continue }
        appendVarint(field.tag, to: &bytes)
        let start = bytes.count
        append(child, of: source, to: &bytes)
        insertSize(at: start, in: &bytes)
      case .messages(let column, let list, let child):
        guard let elements = source.elements(column) else { continue }
        for index in 0..<elements.count {
          appendVarint(field.tag, to: &bytes)
          let start = bytes.count
          append(child, of: ElementFields(elements, index, of: list), to: &bytes)
          insertSize(at: start, in: &bytes)
        }
      case .values(let column, let list, let value):
        guard let elements = source.elements(column) else { continue }
        append(elements, of: list, value, tag: field.tag, to: &bytes)
      }
    }
  }

  /// Appends a repeated field of values; those that are null are left out, which protobuf does not
  /// have.
  private func append(
    _ elements: ListElements, of list: ListKind, _ value: ProtobufValue, tag: UInt64,
    to bytes: inout [UInt8]
  ) {
    let isPacked = value.wireType != .lengthDelimited
    let before = bytes.count
    if isPacked { appendVarint(tag, to: &bytes) }
    let start = bytes.count
    for index in 0..<elements.count {
      let element = ElementFields(elements, index, of: list)
      if element.isNull(0) { continue }
      if !isPacked { appendVarint(tag, to: &bytes) }
      _ = value.append(0, of: element, to: &bytes)
    }
    guard isPacked else { return }
    if bytes.count == start {
      bytes.removeLast(bytes.count - before)
    } else {
      insertSize(at: start, in: &bytes)
    }
  }

  private static func hasValue<Source: FieldSource>(
    _ encoding: Encoding, in source: borrowing Source
  ) -> Bool {
    for field in encoding.fields {
      switch field.content {
      case .leaf(let column, _, _), .messages(let column, _, _), .values(let column, _, _):
        if !source.isNull(column) { return true }
      case .message(let child): if hasValue(child, in: source) { return true }
      }
    }
    return false
  }
}
