import Schema

extension TablePlan {
  /// Makes the plan of a table whose message a person has: with the kinds of its fields where they
  /// have one, else as found. Columns of the table that the message lacks are left out. For a
  /// message as `messageText` prints it this is the plan that it was printed from.
  ///
  /// - Parameters:
  ///   - table: with one row at least.
  ///   - message: the message.
  ///   - options: what else a person says; what the message says comes first.
  /// - Throws: `InferenceError`.
  public init(
    table: RawTable, message: MessageDeclaration, options: InferenceOptions = InferenceOptions()
  ) throws(InferenceError) {
    var options = options
    let maps = message.fields.filter { $0.kind == Kind.map.text }.map(\.column)
    let table = table.foldingMaps(
      maps.filter { !table.header.contains($0) && !table.members(of: $0).isEmpty })
    let columns = Set(message.fields.map(\.column))
    for field in message.fields {
      guard table.header.contains(field.column) else {
        throw .unknownColumn(
          option: "field '\(field.name)'", column: field.column, known: table.header)
      }
      if let elements = field.elements.first { options.elements[field.column] = elements }
      if let kind = field.kind {
        options.kinds[field.column] = try Kind(kind)
      } else if field.isText, field.elements.isEmpty, options.kinds[field.column] == nil {
        options.texts.insert(field.column)
      }
    }
    options.exclude += table.header.filter { !columns.contains($0) }
    options.nullWords = message.nullWords ?? options.nullWords
    options.minimumCount = message.minimumCount ?? options.minimumCount
    var alternatives: [[String]] = []
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
      table: table, options: options, messageName: message.name,
      order: order.isEmpty ? nil : order,
      names: Dictionary(message.fields.map { ($0.column, $0.name) }) { first, _ in first })
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
    lines += ["import \"fakegen/options.proto\";", "", "message \(name.last ?? "Row") {"]
    lines += messageLines()
    return (lines + ["}", ""]).joined(separator: "\n")
  }

  /// The options and fields of the message.
  private func messageLines() -> [String] {
    var lines = ["  option (fakegen.minimum_count) = \(minimumCount);"]
    if let nullWords {
      for word in nullWords.isEmpty ? [""] : nullWords {
        lines.append("  option (fakegen.null_word) = \(Self.literal(word));")
      }
    }
    for names in alternatives {
      let text = names.map(ColumnPart.quoted).joined(separator: " ")
      lines.append("  option (fakegen.oneof) = \(Self.literal(text));")
    }
    for part in order where !schema.columns.isEmpty {
      lines.append("  option (fakegen.order) = \(Self.literal(part.text));")
    }
    let chosen = schema.root.chosenLeaves
    var number = 0
    var names = FieldNames()
    for choice in choices {
      lines.append("")
      lines += Self.wrapped("\(choice.column): \(choice.why)")
      guard let leaf = schema.leaves.firstIndex(where: { $0.column == choice.column }),
        schema.columns.contains(leaf)
      else { continue }
      number += 1
      // Numbers that protobuf has taken for itself.
      if number == 19_000 { number = 20_000 }
      let field = schema.leaves[leaf]
      // Fields of inner objects stand side by side with the others.
      let name = names.unique(field.path)
      var type = (field.isOptional || chosen.contains(leaf) ? "optional " : "") + types[leaf]
      if case .list(let list) = field.kind, let plan = elements[choice.column] {
        type = "repeated " + (plan.types.first ?? "string")
        if list.isMessage {
          let messageName = names.unique(name.prefix(1).uppercased() + name.dropFirst() + "Element")
          lines.append("  message \(messageName) {")
          lines += plan.messageLines().map { $0.isEmpty ? "" : "  " + $0 }
          lines.append("  }")
          type = "repeated \(messageName)"
        }
      }
      let column =
        choice.column.hasPrefix("[") && choice.column.hasSuffix("]")
        ? "(fakegen.column) = \(Self.literal(choice.column))"
        : "json_name = \(Self.literal(choice.column))"
      lines.append(
        "  \(type) \(name) = \(number) ["
          + "\(column), (fakegen.kind) = \(Self.literal(choice.kind.text))];")
    }
    return lines
  }

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
