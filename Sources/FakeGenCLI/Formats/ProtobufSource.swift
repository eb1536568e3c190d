import FakeGen

/// The `.proto` file of a model's rows: what `--print-proto` prints.
struct ProtobufSource {
  private var text = ""

  /// Returns the file's text.
  ///
  /// - Throws: `Failure.badModel` if the names in the model make no message.
  static func text(_ model: Model, source: String) throws(Failure) -> String {
    let message = try ProtobufMessage(model, source: source)
    let name = model.information.messageName
    var package = ProtobufMessage.components(name)
    for component in package where !isIdentifier(component) {
      throw .badModel(
        source: source, reason: "expected the name of a protobuf message, found '\(name)'")
    }
    let typeName = package.removeLast()
    var file = ProtobufSource()
    file.line(0, "syntax = \"proto3\";")
    if !package.isEmpty {
      file.line(0, "")
      file.line(0, "package \(package.joined(separator: "."));")
    }
    let imports = Self.imports(of: message)
    if !imports.isEmpty { file.line(0, "") }
    for name in imports { file.line(0, "import \"google/protobuf/\(name).proto\";") }
    let rows = unique("Rows", among: [typeName])
    file.line(0, "")
    file.line(0, "// What --format proto writes.")
    file.line(0, "message \(rows) {")
    file.line(1, "repeated \(typeName) row = 1;")
    file.line(0, "}")
    file.line(0, "")
    file.line(0, "// One row; --format delimited writes each with its size before it.")
    try file.append(message, named: typeName, depth: 0, source: source)
    return file.text
  }

  private mutating func line(_ depth: Int, _ content: String) {
    for _ in 0..<depth { text += "  " }
    text += content
    text += "\n"
  }

  private mutating func append(
    _ message: ProtobufMessage, named name: String, depth: Int, source: String
  ) throws(Failure) {
    line(depth, "message \(name) {")
    var names = message.fields.map { $0.name }
    var isDone = message.fields.map { _ in false }
    for (index, field) in message.fields.enumerated() where !isDone[index] {
      guard let chooser = field.chooser else {
        line(
          depth + 1,
          try declaration(of: field, names: &names, depth: depth, source: source))
        continue
      }
      var members: [String] = []
      for (other, member) in message.fields.enumerated() where member.chooser == chooser {
        isDone[other] = true
        members.append(try declaration(of: member, names: &names, depth: depth, source: source))
      }
      let oneof = Self.unique("choice", among: names)
      names.append(oneof)
      line(depth + 1, "oneof \(oneof) {")
      for member in members { line(depth + 2, member) }
      line(depth + 1, "}")
    }
    line(depth, "}")
  }

  /// Returns the declaration of a field, after the types that it needs are appended.
  private mutating func declaration(
    of field: ProtobufMessage.Field, names: inout [String], depth: Int, source: String
  ) throws(Failure) -> String {
    switch field.content {
    case .message(let child):
      let typeName = Self.unique(Self.typeName(field.name), among: names)
      names.append(typeName)
      try append(child, named: typeName, depth: depth + 1, source: source)
      return "\(typeName) \(Self.end(field))"
    case .messages(let child, _, true):
      var types: [String] = []
      for entry in child.fields {
        guard case .leaf(let column, _) = entry.content else { continue }
        types.append(
          try type(
            of: ProtobufValue(entry.declared, kind: column.kind), field: field.name,
            names: &names, depth: depth, source: source))
      }
      return "map<\(types.joined(separator: ", "))> \(Self.end(field))"
    case .messages(let child, _, false):
      let typeName = Self.unique(Self.typeName(field.name), among: names)
      names.append(typeName)
      try append(child, named: typeName, depth: depth + 1, source: source)
      return "repeated \(typeName) \(Self.end(field))"
    case .values(let column, _):
      let typeName = try type(
        of: ProtobufValue(field.declared, kind: column.kind), field: field.name, names: &names,
        depth: depth, source: source)
      return "repeated \(typeName) \(Self.end(field))"
    case .leaf(let column, _):
      let value = ProtobufValue(field.declared, kind: column.kind)
      let typeName = try type(
        of: value, field: field.name, names: &names, depth: depth, source: source)
      // A field of a message type, and an alternative, have presence without that word.
      let hasPresence =
        !field.isExplicit(column) || value.isMessage || field.chooser != nil
      return "\(hasPresence ? "" : "optional ")\(typeName) \(Self.end(field))"
    }
  }

  /// What follows the type of a field.
  private static func end(_ field: ProtobufMessage.Field) -> String {
    if isSame(field.key, field.name) || isSame(field.key, jsonName(field.name)) {
      return "\(field.name) = \(field.number);"
    }
    var key: [UInt8] = []
    for byte in field.key.utf8 {
      if byte == .quote || byte == .backslash { key.append(.backslash) }
      key.append(byte)
    }
    // A name in brackets is no json_name, nor has one line ends.
    if key.first == UInt8(ascii: "[") || key.contains(where: { $0 < 0x20 }) {
      return "\(field.name) = \(field.number);"
    }
    let name = String(decoding: key, as: UTF8.self)
    return "\(field.name) = \(field.number) [json_name = \"\(name)\"];"
  }

  /// The key that protobuf gives a field of a name: `home_address` becomes `homeAddress`.
  private static func jsonName(_ name: String) -> String { camelCase(name, startsLarge: false) }

  /// Returns the name of a value's type, appended if it is an enum.
  private mutating func type(
    of value: ProtobufValue, field: String, names: inout [String], depth: Int, source: String
  ) throws(Failure) -> String {
    guard value.type == .enumeration else { return value.type.name(isWrapped: value.isWrapped) }
    let scope = Self.unique(Self.typeName(field) + "Enum", among: names)
    names.append(scope)
    return try append(value.values, of: scope, depth: depth + 1, source: source)
  }

  /// Appends an enum in a message of its own, so that its values' names meet no others; gives its
  /// full name.
  private mutating func append(
    _ values: [ProtobufField.EnumerationValue], of scope: String, depth: Int, source: String
  ) throws(Failure) -> String {
    let name = Self.unique("Value", among: values.map { $0.name })
    line(depth, "message \(scope) {")
    line(depth + 1, "enum \(name) {")
    var numbers: [Int32] = []
    for value in values where !numbers.contains(value.number) { numbers.append(value.number) }
    if numbers.count < values.count { line(depth + 2, "option allow_alias = true;") }
    // proto3 wants zero first.
    if !numbers.contains(0) {
      line(depth + 2, "\(Self.unique("UNSPECIFIED", among: values.map { $0.name } + [name])) = 0;")
    }
    for value in values.filter({ $0.number == 0 }) + values.filter({ $0.number != 0 }) {
      guard isIdentifier(value.name) else {
        throw .badModel(
          source: source, reason: "expected the name of an enum's value, found '\(value.name)'")
      }
      line(depth + 2, "\(value.name) = \(value.number);")
    }
    line(depth + 1, "}")
    line(depth, "}")
    return "\(scope).\(name)"
  }

  /// The files of protobuf's own messages that a message needs.
  private static func imports(of message: ProtobufMessage) -> [String] {
    var (duration, timestamp, wrappers) = (false, false, false)
    message.forEachValue { value in
      duration = duration || value.type == .duration
      timestamp = timestamp || value.type == .timestamp
      wrappers = wrappers || value.isWrapped
    }
    return (duration ? ["duration"] : []) + (timestamp ? ["timestamp"] : [])
      + (wrappers ? ["wrappers"] : [])
  }

  /// Returns the type's name of a field: `home_address` becomes `HomeAddress`.
  private static func typeName(_ fieldName: String) -> String {
    let name = camelCase(fieldName, startsLarge: true)
    return isIdentifier(name) ? name : "Field" + name
  }

  /// Returns a name without underscores, the letters behind them large.
  private static func camelCase(_ name: String, startsLarge: Bool) -> String {
    var bytes: [UInt8] = []
    var isWordStart = startsLarge
    for byte in name.utf8 {
      if byte == UInt8(ascii: "_") {
        isWordStart = true
        continue
      }
      let isLower = (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
      bytes.append(isWordStart && isLower ? byte - 32 : byte)
      isWordStart = false
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Returns `name` with underscores after it until it is none of `others`.
  private static func unique(_ name: String, among others: [String]) -> String {
    var name = name
    while others.contains(where: { isSame($0, name) }) { name += "_" }
    return name
  }
}
