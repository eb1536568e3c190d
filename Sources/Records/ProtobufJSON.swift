import FakeGen
import Schema

/// Turns messages from protobuf's binary format into JSON, as protobuf's JSON mapping has it
/// (https://protobuf.dev/programming-guides/json): keys are JSON names, enums names, bytes base64,
/// moments and durations texts. Fields that a message does not declare are passed over.
struct ProtobufJSON {
  /// Why bytes are no such message.
  struct Problem: Error {
    var reason: String
  }

  /// Most messages in one another.
  private static let maximumDepth = ModelFormat.maximumDepth

  let messages: DeclaredMessages

  init(_ messages: DeclaredMessages) { self.messages = messages }

  /// Returns a message of the rows as a JSON object.
  ///
  /// - Throws: `Problem`.
  func object(_ bytes: ArraySlice<UInt8>) throws(Problem) -> [UInt8] {
    var json: [UInt8] = []
    try append(bytes, messages.root, keys: "", depth: 0, to: &json)
    return json
  }

  /// What follows a field's tag.
  private enum Content {
    case number(UInt64)
    case bytes(ArraySlice<UInt8>)
  }

  private struct Occurrence {
    var number: UInt64
    var content: Content
  }

  /// - Parameter keys: of the objects around it, each with a dot behind it.
  private func append(
    _ bytes: ArraySlice<UInt8>, _ message: MessageDeclaration, keys: String, depth: Int,
    to json: inout [UInt8]
  ) throws(Problem) {
    guard depth < Self.maximumDepth else {
      throw Problem(reason: "messages are nested deeper than \(Self.maximumDepth)")
    }
    let occurrences = try Self.occurrences(bytes)
    let places = Dictionary(grouping: occurrences.indices) { occurrences[$0].number }
    json.append(UInt8(ascii: "{"))
    var isFirst = true
    // Of alternatives the last one counts.
    var last: [String: Int] = [:]
    for field in message.fields {
      guard let oneof = field.oneof, let place = places[UInt64(field.number)]?.last else {
        continue
      }
      last[oneof] = max(last[oneof] ?? 0, place)
    }
    for field in message.fields {
      guard let own = places[UInt64(field.number)] else { continue }
      if let oneof = field.oneof, let place = last[oneof], place != own.last { continue }
      if !isFirst { json.append(UInt8(ascii: ",")) }
      isFirst = false
      var key = field.column ?? field.jsonName
      if field.column != nil, key.hasPrefix(keys) { key = String(key.dropFirst(keys.count)) }
      json += RecordFormatter.jsonString(key).utf8
      json.append(UInt8(ascii: ":"))
      try append(
        own.map { occurrences[$0] }, field, keys: keys + key + ".", depth: depth, to: &json)
    }
    json.append(UInt8(ascii: "}"))
  }

  private func append(
    _ own: [Occurrence], _ field: MessageDeclaration.Field, keys: String, depth: Int,
    to json: inout [UInt8]
  ) throws(Problem) {
    switch field.cardinality {
    case .implicit, .optional:
      if case .message(let name) = field.type {
        // What follows is merged into what came before.
        var merged: [UInt8] = []
        for occurrence in own { merged += try Self.bytes(occurrence, field.name) }
        try append(merged[...], message(name), keys: keys, depth: depth + 1, to: &json)
      } else if let occurrence = own.last {
        try append(occurrence, field, to: &json)
      }
    case .repeated:
      json.append(UInt8(ascii: "["))
      var isFirst = true
      for occurrence in own {
        for element in try elements(occurrence, field) {
          if !isFirst { json.append(UInt8(ascii: ",")) }
          isFirst = false
          if case .message(let name) = field.type {
            try append(
              Self.bytes(element, field.name), message(name), keys: "", depth: depth + 1,
              to: &json)
          } else {
            try append(element, field, to: &json)
          }
        }
      }
      json.append(UInt8(ascii: "]"))
    case .map(let keyType):
      json.append(UInt8(ascii: "{"))
      var entries: [(key: [UInt8], value: [UInt8])] = []
      // Of entries with one key the last one counts.
      var known: [[UInt8]: Int] = [:]
      for occurrence in own {
        let parts = try Self.occurrences(Self.bytes(occurrence, field.name))
        var (key, value): ([UInt8], [UInt8]) = ([], [])
        try append(
          parts.last { $0.number == 1 }, .value(keyType, isWrapped: false), field.name, to: &key)
        try append(parts.last { $0.number == 2 }, field.type, field.name, to: &value)
        if key.first != UInt8(ascii: "\"") {
          key = [UInt8(ascii: "\"")] + key + [UInt8(ascii: "\"")]
        }
        if let place = known[key] {
          entries[place].value = value
        } else {
          known[key] = entries.count
          entries.append((key, value))
        }
      }
      for (index, entry) in entries.enumerated() {
        if index > 0 { json.append(UInt8(ascii: ",")) }
        json += entry.key + [UInt8(ascii: ":")] + entry.value
      }
      json.append(UInt8(ascii: "}"))
    }
  }

  private func message(_ name: String) -> MessageDeclaration {
    messages.others[name] ?? messages.root
  }

  /// The elements that one occurrence of a repeated field has: numbers may lie packed.
  private func elements(
    _ occurrence: Occurrence, _ field: MessageDeclaration.Field
  ) throws(Problem) -> [Occurrence] {
    guard case .bytes(var rest) = occurrence.content else { return [occurrence] }
    let type: ProtobufType
    switch field.type {
    case .value(let own, isWrapped: false): type = own
    case .enumeration: type = .enumeration
    case .message, .value: return [occurrence]
    }
    var elements: [Occurrence] = []
    switch type {
    case .string, .bytes, .message, .timestamp, .duration: return [occurrence]
    case .double, .fixed64, .sfixed64, .float, .fixed32, .sfixed32:
      let size = [.double, .fixed64, .sfixed64].contains(type) ? 8 : 4
      while !rest.isEmpty {
        guard let number = Self.fixed(&rest, size: size) else { throw Self.truncated(field.name) }
        elements.append(Occurrence(number: occurrence.number, content: .number(number)))
      }
    case .int64, .uint64, .int32, .bool, .uint32, .enumeration, .sint32, .sint64:
      while !rest.isEmpty {
        guard let number = rest.popVarint() else { throw Self.truncated(field.name) }
        elements.append(Occurrence(number: occurrence.number, content: .number(number)))
      }
    }
    return elements
  }

  private func append(
    _ occurrence: Occurrence, _ field: MessageDeclaration.Field, to json: inout [UInt8]
  ) throws(Problem) {
    try append(occurrence, field.type, field.name, to: &json)
  }

  /// Appends a value; without an occurrence the type's default, as in maps.
  private func append(
    _ occurrence: Occurrence?, _ type: MessageDeclaration.FieldType, _ name: String,
    to json: inout [UInt8]
  ) throws(Problem) {
    switch type {
    case .message: throw Problem(reason: "field '\(name)' is a message")
    case .enumeration(let values):
      let number = Int32(truncatingIfNeeded: try Self.number(occurrence, name))
      if let value = values.first(where: { $0.number == number }) {
        json += RecordFormatter.jsonString(value.name).utf8
      } else {
        json += String(number).utf8
      }
    case .value(let type, isWrapped: true):
      let parts = try occurrence.map { occurrence throws(Problem) in
        try Self.occurrences(Self.bytes(occurrence, name))
      }
      try append(
        parts?.last { $0.number == 1 }, .value(type, isWrapped: false), name, to: &json)
    case .value(let type, isWrapped: false):
      try append(occurrence, type, name, to: &json)
    }
  }

  private func append(
    _ occurrence: Occurrence?, _ type: ProtobufType, _ name: String, to json: inout [UInt8]
  ) throws(Problem) {
    switch type {
    case .string:
      let bytes = try Self.bytes(occurrence, name)
      guard let text = String(validating: bytes, as: UTF8.self) else {
        throw Problem(reason: "field '\(name)' is not UTF-8")
      }
      json += RecordFormatter.jsonString(text).utf8
    case .bytes: json += "\"\(Self.base64(try Self.bytes(occurrence, name)))\"".utf8
    case .bool: json += (try Self.number(occurrence, name) != 0 ? "true" : "false").utf8
    case .int32, .sfixed32:
      json += String(Int32(truncatingIfNeeded: try Self.number(occurrence, name))).utf8
    case .int64, .sfixed64, .enumeration:
      json += String(Int64(bitPattern: try Self.number(occurrence, name))).utf8
    case .uint32, .fixed32:
      json += String(UInt32(truncatingIfNeeded: try Self.number(occurrence, name))).utf8
    case .uint64, .fixed64: json += String(try Self.number(occurrence, name)).utf8
    case .sint32, .sint64:
      let bits = try Self.number(occurrence, name)
      json += String(Int64(bitPattern: bits >> 1) ^ -Int64(bits & 1)).utf8
    case .double: append(Double(bitPattern: try Self.number(occurrence, name)), to: &json)
    case .float:
      let bits = UInt32(truncatingIfNeeded: try Self.number(occurrence, name))
      append(Float(bitPattern: bits), to: &json)
    case .timestamp, .duration:
      let parts = try Self.occurrences(Self.bytes(occurrence, name))
      let seconds = Int64(bitPattern: try Self.number(parts.last { $0.number == 1 }, name))
      let nanos = Int32(truncatingIfNeeded: try Self.number(parts.last { $0.number == 2 }, name))
      let text =
        type == .timestamp
        ? Self.timestamp(seconds: seconds, nanos: nanos)
        : Self.duration(seconds: seconds, nanos: nanos)
      guard let text else {
        throw Problem(reason: "field '\(name)' is no \(type.name(isWrapped: false)) of any year")
      }
      json += "\"\(text)\"".utf8
    case .message: throw Problem(reason: "field '\(name)' is a message")
    }
  }

  private func append(
    _ value: some BinaryFloatingPoint & CustomStringConvertible, to json: inout [UInt8]
  ) {
    if value.isFinite {
      json += value.description.utf8
    } else {
      json += "\"\(value.isNaN ? "NaN" : value < 0 ? "-Infinity" : "Infinity")\"".utf8
    }
  }

  // MARK: - Texts of messages that are values

  /// Digits of a fraction in billionths, 3, 6 or 9 of them with a point, none for 0.
  private static func fraction(_ nanos: Int32) -> String {
    if nanos == 0 { return "" }
    var digits = String(nanos)
    digits = String(repeating: "0", count: max(0, 9 - digits.count)) + digits
    while digits.hasSuffix("000") { digits.removeLast(3) }
    return "." + digits
  }

  private static func timestamp(seconds: Int64, nanos: Int32) -> String? {
    guard (-62_135_596_800...253_402_300_799).contains(seconds), (0...999_999_999).contains(nanos),
      let layout = try? MomentLayout("%Y-%m-%dT%H:%M:%S")
    else { return nil }
    var text: [UInt8] = []
    layout.append(seconds, to: &text)
    return String(decoding: text, as: UTF8.self) + fraction(nanos) + "Z"
  }

  private static func duration(seconds: Int64, nanos: Int32) -> String? {
    guard (-315_576_000_000...315_576_000_000).contains(seconds),
      (-999_999_999...999_999_999).contains(nanos),
      seconds == 0 || nanos == 0
        || (seconds < 0) == (nanos < 0)
    else { return nil }
    let sign = seconds < 0 || nanos < 0 ? "-" : ""
    return "\(sign)\(seconds.magnitude)\(fraction(nanos < 0 ? -nanos : nanos))s"
  }

  private static func base64(_ bytes: ArraySlice<UInt8>) -> String {
    let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var text: [UInt8] = []
    var rest = bytes
    while !rest.isEmpty {
      let group = Array(rest.prefix(3))
      rest = rest.dropFirst(3)
      var bits = 0
      for index in 0..<3 { bits = bits << 8 | (index < group.count ? Int(group[index]) : 0) }
      for index in 0..<4 {
        text.append(
          index <= group.count ? digits[bits >> (18 - 6 * index) & 63] : UInt8(ascii: "="))
      }
    }
    return String(decoding: text, as: UTF8.self)
  }

  // MARK: - The wire

  private static func truncated(_ name: String) -> Problem {
    Problem(reason: "field '\(name)' ends too early")
  }

  private static func bytes(
    _ occurrence: Occurrence?, _ name: String
  ) throws(Problem) -> ArraySlice<UInt8> {
    switch occurrence?.content {
    case nil: return []
    case .bytes(let bytes): return bytes
    case .number: throw Problem(reason: "field '\(name)' is a number, which is not its type")
    }
  }

  private static func number(_ occurrence: Occurrence?, _ name: String) throws(Problem) -> UInt64 {
    switch occurrence?.content {
    case nil: return 0
    case .number(let number): return number
    case .bytes: throw Problem(reason: "field '\(name)' has a size, which is not its type")
    }
  }

  private static func fixed(_ rest: inout ArraySlice<UInt8>, size: Int) -> UInt64? {
    guard rest.count >= size else { return nil }
    defer { rest = rest.dropFirst(size) }
    return rest.prefix(size).reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// The fields of a message as they come.
  private static func occurrences(
    _ bytes: ArraySlice<UInt8>
  ) throws(Problem) -> [Occurrence] {
    var rest = bytes
    var found: [Occurrence] = []
    while !rest.isEmpty {
      guard let tag = rest.popVarint() else { throw Problem(reason: "a field's number is missing") }
      let number = tag >> 3
      func truncated() -> Problem { Problem(reason: "field \(number) ends too early") }
      switch tag & 7 {
      case 0:
        guard let value = rest.popVarint() else { throw truncated() }
        found.append(Occurrence(number: number, content: .number(value)))
      case 1, 5:
        let size = tag & 7 == 1 ? 8 : 4
        guard let value = fixed(&rest, size: size) else { throw truncated() }
        found.append(Occurrence(number: number, content: .number(value)))
      case 2:
        guard let size = rest.popVarint(), size <= UInt64(rest.count) else { throw truncated() }
        found.append(Occurrence(number: number, content: .bytes(rest.prefix(Int(size)))))
        rest = rest.dropFirst(Int(size))
      default:
        throw Problem(
          reason:
            "field \(number) has the wire type \(tag & 7), which messages without groups have "
            + "not")
      }
    }
    return found
  }
}
