import CSystem
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
    case leaf(column: Int, kind: ColumnKind, isOptional: Bool)
    case message(Encoding)
    case messages(column: Int, ListKind, Encoding)
    /// Numbers lie packed, one after the other behind their size.
    case values(column: Int, ListKind, isPacked: Bool)
  }

  private enum WireType: UInt64 {
    case varint = 0
    case fixed64 = 1
    case lengthDelimited = 2
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
        encoding.fields.append(
          Field(
            tag: field.number << 3 | wireType(leaf.kind).rawValue,
            content: .leaf(
              column: column, kind: leaf.kind,
              isOptional: leaf.isOptional || field.isChosen)))
      case .messages(let message, let column, _):
        guard let column, isSelected[column], case .list(let list) = columns[column].kind else {
          continue
        }
        encoding.fields.append(
          Field(
            tag: field.number << 3 | WireType.lengthDelimited.rawValue,
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
            tag: field.number << 3 | WireType.lengthDelimited.rawValue,
            content: .values(
              column: column, list, isPacked: wireType(value.kind) != .lengthDelimited)))
      case .message(let message):
        let child = Self.encoding(message, columns: columns, isSelected: isSelected)
        if child.fields.isEmpty { continue }
        encoding.fields.append(
          Field(
            tag: field.number << 3 | WireType.lengthDelimited.rawValue, content: .message(child)))
      }
    }
    return encoding
  }

  private static func wireType(_ kind: ColumnKind) -> WireType {
    switch kind {
    case .text, .moment, .list: .lengthDelimited
    case .real: .fixed64
    case .digits, .integer, .boolean, .enumeration: .varint
    }
  }

  func appendRow(of generator: borrowing Generator, to bytes: inout [UInt8]) {
    if !isDelimited { appendVarint(1 << 3 | WireType.lengthDelimited.rawValue, to: &bytes) }
    let start = bytes.count
    append(encoding, of: generator, to: &bytes)
    insertSize(at: start, in: &bytes)
  }

  private func append<Source: FieldSource>(
    _ encoding: Encoding, of source: borrowing Source, to bytes: inout [UInt8]
  ) {
    for field in encoding.fields {
      switch field.content {
      case .leaf(let column, let kind, let isOptional):
        if source.isNull(column) { continue }
        let before = bytes.count
        appendVarint(field.tag, to: &bytes)
        let isDefault = append(column, kind, of: source, to: &bytes)
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
      case .values(let column, let list, let isPacked):
        guard let elements = source.elements(column) else { continue }
        append(elements, of: list, tag: field.tag, isPacked: isPacked, to: &bytes)
      }
    }
  }

  /// Appends a repeated field of values; those that are null are left out, which protobuf does not
  /// have.
  private func append(
    _ elements: ListElements, of list: ListKind, tag: UInt64, isPacked: Bool,
    to bytes: inout [UInt8]
  ) {
    let kind = list.schema.leaves[list.schema.columns[0]].kind
    let before = bytes.count
    if isPacked { appendVarint(tag, to: &bytes) }
    let start = bytes.count
    for index in 0..<elements.count {
      let value = ElementFields(elements, index, of: list)
      if value.isNull(0) { continue }
      if !isPacked { appendVarint(tag, to: &bytes) }
      _ = append(0, kind, of: value, to: &bytes)
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

  /// Appends a value; true if it is its type's default.
  private func append<Source: FieldSource>(
    _ column: Int, _ kind: ColumnKind, of source: borrowing Source, to bytes: inout [UInt8]
  ) -> Bool {
    let start = bytes.count
    source.append(column, to: &bytes)
    let isDefault: Bool
    switch kind {
    case .text, .list:
      isDefault = bytes.count == start
      insertSize(at: start, in: &bytes)
    case .moment(let layout):
      isDefault = false
      if layout.isTimestamp {
        bytes.removeLast(bytes.count - start)
        appendTimestamp(
          source.units(column) ?? 0, unitsPerSecond: layout.unitsPerSecond, to: &bytes)
      }
      insertSize(at: start, in: &bytes)
    case .digits:
      let value = integer(bytes[start...])
      isDefault = value == 0
      bytes.removeLast(bytes.count - start)
      appendVarint(UInt64(bitPattern: value), to: &bytes)
    case .real:
      bytes.append(0)
      let value = double(bytes, at: start)
      isDefault = value == 0
      bytes.removeLast(bytes.count - start)
      for shift in stride(from: 0 as UInt64, to: 64, by: 8) {
        bytes.append(UInt8(truncatingIfNeeded: value.bitPattern >> shift))
      }
    case .integer, .boolean, .enumeration:
      let value = source.units(column) ?? 0
      isDefault = value == 0
      bytes.removeLast(bytes.count - start)
      appendVarint(UInt64(bitPattern: value), to: &bytes)
    }
    return isDefault
  }
}

/// Appends the fields of a `google.protobuf.Timestamp`: the seconds since 1970, and the nanoseconds
/// after them.
private func appendTimestamp(_ units: Int64, unitsPerSecond: Int64, to bytes: inout [UInt8]) {
  let (quotient, remainder) = units.quotientAndRemainder(dividingBy: unitsPerSecond)
  let seconds = remainder < 0 ? quotient - 1 : quotient
  let fraction = remainder < 0 ? remainder + unitsPerSecond : remainder
  for (number, value) in [seconds, fraction * (1_000_000_000 / unitsPerSecond)].enumerated()
  where value != 0 {
    appendVarint(UInt64(number + 1) << 3, to: &bytes)
    appendVarint(UInt64(bitPattern: value), to: &bytes)
  }
}

/// Returns the integer whose canonical decimal digits these are.
private func integer(_ digits: ArraySlice<UInt8>) -> Int64 {
  var magnitude: UInt64 = 0
  for byte in digits where byte != UInt8(ascii: "-") {
    magnitude = magnitude &* 10 &+ UInt64(byte &- UInt8(ascii: "0"))
  }
  let isNegative = digits.first == UInt8(ascii: "-")
  return Int64(bitPattern: isNegative ? 0 &- magnitude : magnitude)
}

/// Returns the number whose text, ended by a zero, begins at `start`.
private func double(_ bytes: [UInt8], at start: Int) -> Double {
  bytes.withUnsafeBytes { bytes in
    // The program sets no locale, so that the point is a point.
    bytes.baseAddress.map { strtod(($0 + start).assumingMemoryBound(to: CChar.self), nil) } ?? 0
  }
}

private func appendVarint(_ value: UInt64, to bytes: inout [UInt8]) {
  var rest = value
  while rest >= 0x80 {
    bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
    rest >>= 7
  }
  bytes.append(UInt8(truncatingIfNeeded: rest))
}

/// Puts the number of bytes from `start` on before them.
private func insertSize(at start: Int, in bytes: inout [UInt8]) {
  let end = bytes.count
  let size = end - start
  appendVarint(UInt64(size), to: &bytes)
  let width = bytes.count - end
  bytes.withUnsafeMutableBufferPointer { bytes in
    // A size has at most ten bytes.
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 10) { varint in
      for index in 0..<width { varint[index] = bytes[end + index] }
      guard let base = bytes.baseAddress else { return }
      memmove(base + start + width, base + start, size)
      for index in 0..<width { bytes[start + index] = varint[index] }
    }
  }
}
