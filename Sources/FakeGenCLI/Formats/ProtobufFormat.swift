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
    case leaf(column: Int, isOptional: Bool)
    case message(Encoding)
  }

  private enum WireType: UInt64 {
    case varint = 0
    case fixed64 = 1
    case lengthDelimited = 2
  }

  private let columns: [Column]
  private let encoding: Encoding
  private let isDelimited: Bool

  init(_ options: FormatOptions, message: ProtobufMessage, isDelimited: Bool) {
    columns = options.columns
    var isSelected = [Bool](repeating: false, count: columns.count)
    for column in options.selected { isSelected[column] = true }
    encoding = Self.encoding(message, isSelected: isSelected)
    self.isDelimited = isDelimited
  }

  private static func encoding(_ message: ProtobufMessage, isSelected: [Bool]) -> Encoding {
    var encoding = Encoding()
    for field in message.fields {
      switch field.content {
      case .leaf(let leaf, let column):
        guard let column, isSelected[column] else { continue }
        encoding.fields.append(
          Field(
            tag: field.number << 3 | wireType(leaf.kind).rawValue,
            content: .leaf(column: column, isOptional: leaf.isOptional)))
      case .message(let message):
        let child = Self.encoding(message, isSelected: isSelected)
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
    case .text, .moment: .lengthDelimited
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

  private func append(
    _ encoding: Encoding, of generator: borrowing Generator, to bytes: inout [UInt8]
  ) {
    for field in encoding.fields {
      switch field.content {
      case .leaf(let column, let isOptional):
        if generator.isNull(column) { continue }
        append(column, tag: field.tag, isOptional: isOptional, of: generator, to: &bytes)
      case .message(let child):
        guard Self.hasValue(child, in: generator) else { continue }
        appendVarint(field.tag, to: &bytes)
        let start = bytes.count
        append(child, of: generator, to: &bytes)
        insertSize(at: start, in: &bytes)
      }
    }
  }

  private static func hasValue(_ encoding: Encoding, in generator: borrowing Generator) -> Bool {
    for field in encoding.fields {
      switch field.content {
      case .leaf(let column, _): if !generator.isNull(column) { return true }
      case .message(let child): if hasValue(child, in: generator) { return true }
      }
    }
    return false
  }

  private func append(
    _ column: Int, tag: UInt64, isOptional: Bool, of generator: borrowing Generator,
    to bytes: inout [UInt8]
  ) {
    let before = bytes.count
    appendVarint(tag, to: &bytes)
    let start = bytes.count
    generator.append(column, to: &bytes)
    let isDefault: Bool
    switch columns[column].kind {
    case .text:
      isDefault = bytes.count == start
      insertSize(at: start, in: &bytes)
    case .moment(let layout):
      isDefault = false
      if layout.isTimestamp {
        bytes.removeLast(bytes.count - start)
        appendTimestamp(
          generator.units(column) ?? 0, unitsPerSecond: layout.unitsPerSecond, to: &bytes)
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
      let value = generator.number(column) ?? 0
      isDefault = value == 0
      bytes.removeLast(bytes.count - start)
      appendVarint(UInt64(bitPattern: value), to: &bytes)
    }
    if isDefault, !isOptional { bytes.removeLast(bytes.count - before) }
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
