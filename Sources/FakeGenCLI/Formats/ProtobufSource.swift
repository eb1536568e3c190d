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
    if model.columns.contains(where: { $0.kind.holdsTimestamps }) {
      file.line(0, "")
      file.line(0, "import \"google/protobuf/timestamp.proto\";")
    }
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
      return "\(typeName) \(field.name) = \(field.number);"
    case .messages(let child, _, true):
      var types: [String] = []
      for entry in child.fields {
        guard case .leaf(let column, _) = entry.content else { continue }
        types.append(
          try type(of: column, field: field.name, names: &names, depth: depth, source: source))
      }
      return "map<\(types.joined(separator: ", "))> \(field.name) = \(field.number);"
    case .messages(let child, _, false):
      let typeName = Self.unique(Self.typeName(field.name), among: names)
      names.append(typeName)
      try append(child, named: typeName, depth: depth + 1, source: source)
      return "repeated \(typeName) \(field.name) = \(field.number);"
    case .values(let column, _):
      let typeName = try type(
        of: column, field: field.name, names: &names, depth: depth, source: source)
      return "repeated \(typeName) \(field.name) = \(field.number);"
    case .leaf(let column, _):
      let typeName = try type(
        of: column, field: field.name, names: &names, depth: depth, source: source)
      // A field of a message type, and an alternative, have presence without that word.
      let hasPresence =
        !(column.isOptional || field.isChosen) || column.kind.isTimestamp || field.chooser != nil
      return "\(hasPresence ? "" : "optional ")\(typeName) \(field.name) = \(field.number);"
    }
  }

  /// Returns the name of a value's type, appended if it is an enum.
  private mutating func type(
    of column: Column, field: String, names: inout [String], depth: Int, source: String
  ) throws(Failure) -> String {
    guard case .enumeration(let values) = column.kind else { return Self.scalarType(column.kind) }
    let scope = Self.unique(Self.typeName(field) + "Enum", among: names)
    names.append(scope)
    return try append(values, of: scope, depth: depth + 1, source: source)
  }

  /// Appends an enum in a message of its own, so that its values' names meet no others; gives its
  /// full name.
  private mutating func append(
    _ values: [String], of scope: String, depth: Int, source: String
  ) throws(Failure) -> String {
    let name = Self.unique("Value", among: values)
    line(depth, "message \(scope) {")
    line(depth + 1, "enum \(name) {")
    for (number, value) in values.enumerated() {
      guard isIdentifier(value) else {
        throw .badModel(
          source: source, reason: "expected the name of an enum's value, found '\(value)'")
      }
      line(depth + 2, "\(value) = \(number);")
    }
    line(depth + 1, "}")
    line(depth, "}")
    return "\(scope).\(name)"
  }

  private static func scalarType(_ kind: ColumnKind) -> String {
    if kind.isTimestamp { return "google.protobuf.Timestamp" }
    return switch kind.valueType {
    case .text, .date, .time, .timestamp, .list: "string"
    case .integer: "int64"
    case .decimal: "double"
    case .boolean: "bool"
    }
  }

  /// Returns the type's name of a field: `home_address` becomes `HomeAddress`.
  private static func typeName(_ fieldName: String) -> String {
    var bytes: [UInt8] = []
    var isWordStart = true
    for byte in Array(fieldName.utf8) {
      if byte == UInt8(ascii: "_") {
        isWordStart = true
        continue
      }
      let isLower = (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
      bytes.append(isWordStart && isLower ? byte - 32 : byte)
      isWordStart = false
    }
    let name = String(decoding: bytes, as: UTF8.self)
    return isIdentifier(name) ? name : "Field" + name
  }

  /// Returns `name` with underscores after it until it is none of `others`.
  private static func unique(_ name: String, among others: [String]) -> String {
    var name = name
    while others.contains(where: { isSame($0, name) }) { name += "_" }
    return name
  }
}
