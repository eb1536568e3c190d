import CSystem
import FakeGen

/// How the values of a field are written in protobuf's binary format
/// (https://protobuf.dev/programming-guides/encoding).
struct ProtobufValue: Sendable {
  enum WireType: UInt64 {
    case varint = 0
    case fixed64 = 1
    case lengthDelimited = 2
    case fixed32 = 5
  }

  let type: ProtobufType
  let isWrapped: Bool
  /// Of an enumeration.
  let values: [ProtobufField.EnumerationValue]
  private let kind: ColumnKind

  /// Creates it for a field as a message declares it, or for leaves of a kind that none declares.
  init(_ declared: ProtobufField?, kind: ColumnKind) {
    self.kind = kind
    type = declared?.type ?? Self.type(of: kind)
    isWrapped = declared?.isWrapped ?? false
    if let declared {
      values = declared.values
    } else if case .enumeration(let names) = kind {
      values = names.enumerated().map { .init(number: Int32($0.offset), name: $0.element) }
    } else {
      values = []
    }
  }

  /// The type of values that no message declares.
  private static func type(of kind: ColumnKind) -> ProtobufType {
    switch kind {
    case .text: .string
    case .digits, .integer: .int64
    case .real: .double
    case .boolean: .bool
    case .enumeration: .enumeration
    case .moment(let layout): layout.isTimestamp ? .timestamp : .string
    case .list: .message
    }
  }

  var wireType: WireType {
    if isWrapped { return .lengthDelimited }
    return switch type {
    case .double, .fixed64, .sfixed64: .fixed64
    case .float, .fixed32, .sfixed32: .fixed32
    case .string, .message, .bytes, .timestamp, .duration: .lengthDelimited
    case .int64, .uint64, .int32, .bool, .uint32, .enumeration, .sint32, .sint64: .varint
    }
  }

  /// Whether the value is a message, which has presence by itself.
  var isMessage: Bool { isWrapped || type == .timestamp || type == .duration }

  /// Appends a value; true if it is its type's default.
  func append<Source: FieldSource>(
    _ column: Int, of source: borrowing Source, to bytes: inout [UInt8]
  ) -> Bool {
    let start = bytes.count
    let isDefault = appendBare(column, of: source, to: &bytes)
    if !isWrapped { return isDefault }
    if isDefault {
      bytes.removeLast(bytes.count - start)
    } else {
      let bare = ProtobufValue(
        ProtobufField(numbers: [], type: type, values: values), kind: kind)
      insert(tag: 1 << 3 | bare.wireType.rawValue, at: start, in: &bytes)
    }
    insertSize(at: start, in: &bytes)
    return false
  }

  private func appendBare<Source: FieldSource>(
    _ column: Int, of source: borrowing Source, to bytes: inout [UInt8]
  ) -> Bool {
    let start = bytes.count
    source.append(column, to: &bytes)
    let units = source.units(column)
    switch type {
    case .string, .message:
      let isDefault = bytes.count == start
      insertSize(at: start, in: &bytes)
      return isDefault
    case .bytes:
      decodeBase64(from: start, in: &bytes)
      let isDefault = bytes.count == start
      insertSize(at: start, in: &bytes)
      return isDefault
    case .double, .float:
      bytes.append(0)
      let value = double(bytes, at: start)
      bytes.removeLast(bytes.count - start)
      if type == .double {
        appendFixed(value.bitPattern, size: 8, to: &bytes)
      } else {
        appendFixed(UInt64(Float(value).bitPattern), size: 4, to: &bytes)
      }
      return value == 0
    case .timestamp:
      bytes.removeLast(bytes.count - start)
      var unitsPerSecond: Int64 = 1
      if case .moment(let layout) = kind { unitsPerSecond = layout.unitsPerSecond }
      let (quotient, remainder) = (units ?? 0).quotientAndRemainder(dividingBy: unitsPerSecond)
      // A fraction counts on from its second, before 1970 too.
      let isBefore = remainder < 0
      appendParts(
        seconds: isBefore ? quotient - 1 : quotient,
        nanos: (isBefore ? remainder + unitsPerSecond : remainder)
          * (1_000_000_000 / unitsPerSecond), to: &bytes)
      insertSize(at: start, in: &bytes)
      return false
    case .duration:
      bytes.removeLast(bytes.count - start)
      var (seconds, nanos): (Int64, Int64) = (units ?? 0, 0)
      if case .real(let decimals) = kind {
        var scale: Int64 = 1
        for _ in 0..<min(decimals, ModelFormat.maximumDecimals) { scale *= 10 }
        (seconds, nanos) = seconds.quotientAndRemainder(dividingBy: scale)
        nanos =
          scale > 1_000_000_000 ? nanos / (scale / 1_000_000_000) : nanos * (1_000_000_000 / scale)
      }
      appendParts(seconds: seconds, nanos: nanos, to: &bytes)
      insertSize(at: start, in: &bytes)
      return false
    case .bool, .enumeration, .int64, .uint64, .int32, .fixed64, .fixed32, .uint32, .sfixed32,
      .sfixed64, .sint32, .sint64:
      let value = number(bytes[start...], units: units)
      bytes.removeLast(bytes.count - start)
      switch type {
      case .sint32, .sint64:
        appendVarint(UInt64(bitPattern: value << 1 ^ value >> 63), to: &bytes)
      case .fixed32, .sfixed32: appendFixed(UInt64(bitPattern: value), size: 4, to: &bytes)
      case .fixed64, .sfixed64: appendFixed(UInt64(bitPattern: value), size: 8, to: &bytes)
      default: appendVarint(UInt64(bitPattern: value), to: &bytes)
      }
      return value == 0
    }
  }

  /// The whole number that a value is.
  ///
  /// - Parameters:
  ///   - text: the value as it is printed.
  ///   - units: the number behind it; nil for texts.
  private func number(_ text: ArraySlice<UInt8>, units: Int64?) -> Int64 {
    if type == .enumeration {
      for value in values where value.name.utf8.elementsEqual(text) { return Int64(value.number) }
      return 0
    }
    switch kind {
    case .integer, .boolean: return units ?? 0
    case .text where type == .bool: return isTrue(text) ? 1 : 0
    default: return integer(text)
    }
  }
}

/// Appends the fields of a `google.protobuf.Timestamp` or `Duration`.
private func appendParts(seconds: Int64, nanos: Int64, to bytes: inout [UInt8]) {
  for (number, value) in [seconds, nanos].enumerated() where value != 0 {
    appendVarint(UInt64(number + 1) << 3, to: &bytes)
    appendVarint(UInt64(bitPattern: value), to: &bytes)
  }
}

/// Returns the integer whose decimal digits these are, up to a point.
private func integer(_ digits: ArraySlice<UInt8>) -> Int64 {
  var magnitude: UInt64 = 0
  for byte in digits where byte != UInt8(ascii: "-") {
    if byte == UInt8(ascii: ".") { break }
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

/// Puts what base64 from `start` on stands for in its place; what is no base64 is passed over.
private func decodeBase64(from start: Int, in bytes: inout [UInt8]) {
  var (buffer, bits): (UInt32, Int) = (0, 0)
  var end = start
  for index in start..<bytes.count {
    let digit: UInt32
    switch bytes[index] {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): digit = UInt32(bytes[index]) - 65
    case UInt8(ascii: "a")...UInt8(ascii: "z"): digit = UInt32(bytes[index]) - 71
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = UInt32(bytes[index]) + 4
    case UInt8(ascii: "+"), UInt8(ascii: "-"): digit = 62
    case UInt8(ascii: "/"), UInt8(ascii: "_"): digit = 63
    default: continue
    }
    buffer = buffer << 6 | digit
    bits += 6
    if bits >= 8 {
      bits -= 8
      bytes[end] = UInt8(truncatingIfNeeded: buffer >> UInt32(bits))
      end += 1
    }
  }
  bytes.removeLast(bytes.count - end)
}

private func appendFixed(_ value: UInt64, size: Int, to bytes: inout [UInt8]) {
  for index in 0..<size { bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(8 * index))) }
}

/// Appends a number as protobuf's varint.
func appendVarint(_ value: UInt64, to bytes: inout [UInt8]) {
  var rest = value
  while rest >= 0x80 {
    bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
    rest >>= 7
  }
  bytes.append(UInt8(truncatingIfNeeded: rest))
}

/// Puts the number of bytes from `start` on before them.
func insertSize(at start: Int, in bytes: inout [UInt8]) {
  insert(tag: UInt64(bytes.count - start), at: start, in: &bytes)
}

/// Puts a varint before the bytes from `start` on.
private func insert(tag: UInt64, at start: Int, in bytes: inout [UInt8]) {
  let end = bytes.count
  let size = end - start
  appendVarint(tag, to: &bytes)
  let width = bytes.count - end
  bytes.withUnsafeMutableBufferPointer { bytes in
    // A varint has at most ten bytes.
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 10) { varint in
      for index in 0..<width { varint[index] = bytes[end + index] }
      guard let base = bytes.baseAddress else { return }
      memmove(base + start + width, base + start, size)
      for index in 0..<width { bytes[start + index] = varint[index] }
    }
  }
}
