import FakeGen
import Schema

/// Names of the messages, enums and oneofs in a message: each once, and none that a field has.
private struct TypeNames {
  private var taken: Set<String>

  init(_ tree: MessageTree) { self.init(tree.fields.map(\.name)) }

  init(_ names: [String]) { taken = Set(names) }

  /// Returns the name, with a number behind it if it is taken.
  mutating func unique(_ name: some StringProtocol) -> String {
    var (candidate, number) = (String(name), 2)
    while !taken.insert(candidate).inserted {
      candidate = "\(name)_\(number)"
      number += 1
    }
    return candidate
  }
}

extension TablePlan {
  /// Makes the plan of a table whose message a person has: with the kinds of its fields where they
  /// have one, else as found. Columns of the table that the message lacks are left out, and absent
  /// keys of documents are what protobuf's JSON mapping says. For a message as `messageText` prints
  /// it this is the plan that it was printed from.
  ///
  /// - Parameters:
  ///   - table: with one row at least.
  ///   - messages: the message, and those in it.
  ///   - options: what else a person says; what the message says comes first.
  /// - Throws: `InferenceError`.
  package init(
    table: RawTable, messages: DeclaredMessages, options: InferenceOptions = InferenceOptions()
  ) throws(InferenceError) {
    var options = options
    let message = messages.root
    let declared = try DeclaredTable(
      table, messages: messages, nullWords: message.nullWords ?? options.nullWords)
    for column in declared.columns {
      if let elements = column.elements { options.elements[column.name] = elements }
      if let kind = column.field.kind {
        options.kinds[column.name] = try Self.kind(kind, of: column.name)
      } else if options.kinds[column.name] == nil, column.elements == nil {
        switch column.protobuf.type {
        case .enumeration: options.closed.insert(column.name)
        case .timestamp where column.hasValue: options.kinds[column.name] = .moment(layout: nil)
        case .duration where column.hasValue:
          options.kinds[column.name] = .number(decimals: nil, step: nil)
        case .string, .bytes: options.texts.insert(column.name)
        default: break
        }
      }
    }
    let known = Set(declared.columns.map(\.name))
    options.exclude += declared.table.header.filter { !known.contains($0) }
    options.nullWords = message.nullWords ?? options.nullWords
    options.minimumCount = message.minimumCount ?? options.minimumCount
    let left = options.exclude + options.kinds.filter { $0.value == .exclude }.map(\.key)
    var alternatives = declared.alternatives(without: left)
    for text in message.alternatives {
      guard let names = KindScanner.names(text) else {
        throw .malformedKind(text: text, reason: "expected the names of keys, as in: card transfer")
      }
      alternatives.append(names)
    }
    options.alternatives = alternatives
    var order: [ColumnPart] = []
    for text in message.order {
      guard let part = ColumnPart(text: text) else {
        throw .malformedKind(
          text: text, reason: "expected a column, or a part of one as in day.week, in the order")
      }
      order.append(part)
    }
    try self.init(
      table: declared.table, options: options, messageName: message.name,
      order: order.isEmpty ? nil : order, declared: declared.columns)
    self.messages = messages
    warnings += declared.absent.map {
      InferenceWarning(column: nil, text: "field '\($0)' has a value in no row; it is left out")
    }
  }

  /// Reads the kind of a field.
  ///
  /// - Throws: `InferenceError.malformedFieldKind`.
  private static func kind(_ text: String, of field: String) throws(InferenceError) -> Kind {
    do {
      return try Kind(text)
    } catch {
      guard case .malformedKind(let text, let reason) = error else { throw error }
      throw .malformedFieldKind(field: field, text: text, reason: reason)
    }
  }

  /// Prints the message, with what was seen in comments and what was chosen in options.
  ///
  /// - Parameter source: what the table was read from, for the comment at the top.
  /// - Returns: a `.proto` file.
  public func messageText(source: String) -> String {
    var lines = [
      "// \(Self.comment(source)): \(totalRows) rows, \(choices.count) columns.",
      "// Written by trainer infer. Each field says what was seen in its column, and its kind what was",
      "// chosen; change what is wrong and give the file back with --schema.",
      "syntax = \"proto3\";", "",
    ]
    let name = schema.messageName.split(separator: ".").map(String.init)
    if name.count > 1 { lines += ["package \(name.dropLast().joined(separator: "."));", ""] }
    lines.append("import \"fakegen/options.proto\";")
    let types = protobufFields.map { $0.type.name(isWrapped: $0.isWrapped) }
    for (file, prefix) in [
      ("duration", "google.protobuf.Duration"), ("timestamp", "google.protobuf.Timestamp"),
      ("wrappers", "google.protobuf."),
    ]
    where types.contains(where: {
      $0.hasPrefix(prefix) && (file != "wrappers" || $0.hasSuffix("Value"))
    }) {
      lines.append("import \"google/protobuf/\(file).proto\";")
    }
    lines += ["", "message \(name.last ?? "Row") {"]
    lines += messageLines()
    return (lines + ["}", ""]).joined(separator: "\n")
  }

  /// What the message declares of its columns, and of those of lists' elements.
  private var protobufFields: [ProtobufField] {
    schema.columns.compactMap { schema.leaves[$0].protobuf }
      + elements.values.flatMap(\.protobufFields)
  }

  /// The options and fields of the message.
  private func messageLines() -> [String] {
    var lines = ["  option (fakegen.minimum_count) = \(minimumCount);"]
    if let nullWords {
      for word in nullWords.isEmpty ? [""] : nullWords {
        lines.append("  option (fakegen.null_word) = \(Self.literal(word));")
      }
    }
    let tree = MessageTree(schema)
    for names in alternatives where !tree.hasOneof(of: names, in: self) {
      let text = names.map(ColumnPart.quoted).joined(separator: " ")
      lines.append("  option (fakegen.oneof) = \(Self.literal(text));")
    }
    for part in order where !schema.columns.isEmpty {
      lines.append("  option (fakegen.order) = \(Self.literal(part.text));")
    }
    var names = TypeNames(tree)
    lines += fieldLines(tree, &names)
    for choice in choices where choice.kind == .exclude {
      lines += [""] + Self.wrapped("\(choice.column): \(choice.why)")
    }
    return lines
  }

  /// The fields of a message, with the messages that are their types.
  private func fieldLines(_ tree: MessageTree, _ names: inout TypeNames) -> [String] {
    var lines: [String] = []
    var isDone = tree.fields.map { _ in false }
    for (index, field) in tree.fields.enumerated() where !isDone[index] {
      let group = alternatives.first { names in
        names.contains(field.column) && tree.hasOneof(of: names, in: self)
      }
      guard let group else {
        lines.append("")
        lines += fieldLines(field, isMember: false, &names).flatMap { $0 }
        continue
      }
      var (types, members): ([String], [String]) = ([], [])
      for (place, member) in tree.fields.enumerated() where group.contains(member.column) {
        isDone[place] = true
        let own = fieldLines(member, isMember: true, &names)
        types += own[0]
        members += own[1].map { "  " + $0 }
      }
      lines += [""] + types + ["  oneof \(names.unique("choice")) {"] + members + ["  }"]
    }
    return lines
  }

  /// The lines of a field: those of the types that it needs, and its own.
  private func fieldLines(
    _ field: MessageTree.Field, isMember: Bool, _ names: inout TypeNames
  ) -> [[String]] {
    let typeName = field.name.prefix(1).uppercased() + field.name.dropFirst()
    var key = "json_name = \(Self.literal(field.key ?? field.name))"
    // A name in brackets is no json_name.
    if field.key.map({ $0.hasPrefix("[") && $0.hasSuffix("]") }) ?? (field.column != field.name) {
      key = "(fakegen.column) = \(Self.literal(field.column))"
    }
    let leaf: Int
    switch field.content {
    case .message(let tree):
      let name = names.unique(typeName)
      var inner = TypeNames(tree)
      let lines = ["message \(name) {"] + fieldLines(tree, &inner) + ["}"]
      return [lines.map(Self.indented), ["  \(name) \(field.name) = \(field.number) [\(key)];"]]
    case .leaf(let own): leaf = own
    }
    let column = schema.leaves[leaf]
    guard let choice = choices.first(where: { $0.column == column.column }),
      let protobuf = column.protobuf
    else { return [[], []] }
    var types: [String] = []
    var type = protobuf.type.name(isWrapped: protobuf.isWrapped)
    if protobuf.type == .enumeration {
      type = names.unique(typeName + "Enum") + ".Value"
      types = Self.enumeration(protobuf.values, scope: type.dropLast(6))
    }
    if column.kind.isList, protobuf.isExplicit { key += ", (fakegen.nullable) = true" }
    if case .list(let list) = column.kind, let plan = elements[choice.column] {
      let entry = plan.schema.leaves.first?.protobuf
      if list.isMap, plan.schema.columns.count == 2, let entry {
        let value = plan.schema.leaves[1].protobuf
        var valueType = value.map { $0.type.name(isWrapped: $0.isWrapped) } ?? "string"
        if let value, value.type == .enumeration {
          valueType = names.unique(typeName + "Enum") + ".Value"
          types = Self.enumeration(value.values, scope: valueType.dropLast(6))
        }
        type = "map<\(entry.type.name(isWrapped: false)), \(valueType)>"
        // What is said of entries has no other place.
        types += plan.choices.flatMap { Self.wrapped("\($0.column): \($0.kind.text)") }
      } else if list.isMessage {
        let name = names.unique(typeName + "Element")
        types = (["message \(name) {"] + plan.messageLines() + ["}"]).map(Self.indented)
        type = "repeated \(name)"
      } else {
        type = "repeated \(type)"
      }
    } else if protobuf.isExplicit, !isMember, !protobuf.hasPresence {
      type = "optional \(type)"
    }
    return [
      Self.wrapped("\(choice.column): \(choice.why)") + types,
      [
        "  \(type) \(field.name) = \(field.number) [\(key), "
          + "(fakegen.kind) = \(Self.literal(choice.kind.text))];"
      ],
    ]
  }

  /// An enum, in a message of its own, so that its values' names meet no others.
  private static func enumeration(
    _ values: [ProtobufField.EnumerationValue], scope: Substring
  ) -> [String] {
    var lines = ["message \(scope) {", "  enum Value {"]
    if Set(values.map(\.number)).count < values.count {
      lines.append("    option allow_alias = true;")
    }
    // proto3 wants zero first.
    if !values.contains(where: { $0.number == 0 }) {
      var names = TypeNames(values.map(\.name) + ["Value"])
      lines.append("    \(names.unique("UNSPECIFIED")) = 0;")
    }
    for value in values.filter({ $0.number == 0 }) + values.filter({ $0.number != 0 }) {
      lines.append("    \(value.name) = \(value.number);")
    }
    return (lines + ["  }", "}"]).map(indented)
  }

  private static func indented(_ line: String) -> String { line.isEmpty ? line : "  " + line }

  /// A comment in lines of at most 100 columns.
  private static func wrapped(_ text: String) -> [String] {
    var lines: [String] = []
    var line = "  //"
    for word in comment(text).split(separator: " ") {
      if line.count + word.count >= 100, line.count > 4 {
        lines.append(line)
        line = "  //"
      }
      line += " " + word
    }
    return lines + [line]
  }

  /// Text for a comment: without line ends.
  private static func comment(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? " " : $0 }))
  }

  /// A text as protobuf writes it.
  private static func literal(_ text: String) -> String {
    var literal = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": literal += "\\\""
      case "\\": literal += "\\\\"
      case "\0"..<" ", "\u{7F}":
        let digits = String(scalar.value, radix: 8)
        literal += "\\" + String(repeating: "0", count: 3 - digits.count) + digits
      default: literal.unicodeScalars.append(scalar)
      }
    }
    return literal + "\""
  }
}
