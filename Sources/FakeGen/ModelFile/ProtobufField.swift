/// How the message that a model was learned with declares the field of a leaf: what
/// `--format proto` writes, and `--print-proto` prints.
package struct ProtobufField: Sendable, Hashable {
  /// Numbers that a field may have.
  package static let numbers = 1...536_870_911

  /// A value of an enumeration.
  package struct EnumerationValue: Sendable, Hashable {
    /// Its number.
    package var number: Int32
    /// Its name.
    package var name: String

    /// Creates a value.
    package init(number: Int32, name: String) {
      self.number = number
      self.name = name
    }
  }

  /// Numbers of the fields of the leaf's path, the outermost first; none for a hidden leaf.
  package var numbers: [Int]
  /// Keys of these fields in JSON.
  package var keys: [String]
  /// Type of the leaf's values; of a list that of its elements.
  package var type: ProtobufType
  /// Whether the value lies in a message of its own as field 1, as in
  /// `google.protobuf.StringValue`.
  package var isWrapped: Bool
  /// Whether the field is absent only where there is nothing: its type's default value is written.
  package var isExplicit: Bool
  /// The values of an enumeration.
  package var values: [EnumerationValue]
  /// Of a list of messages: one for each leaf of an element.
  package var elements: [ProtobufField]

  /// Creates what a message says of a leaf.
  package init(
    numbers: [Int], keys: [String] = [], type: ProtobufType, isWrapped: Bool = false,
    isExplicit: Bool = false, values: [EnumerationValue] = [], elements: [ProtobufField] = []
  ) {
    self.numbers = numbers
    self.keys = keys
    self.type = type
    self.isWrapped = isWrapped
    self.isExplicit = isExplicit
    self.values = values
    self.elements = elements
  }

  /// Whether the value is a message, which may be absent by itself.
  package var hasPresence: Bool {
    isWrapped || type == .message || type == .timestamp || type == .duration
  }

  /// Tells whether values of a kind can be written as the type: texts if they are such values.
  package func suits(_ kind: ColumnKind) -> Bool {
    switch kind {
    // An empty column is one of texts, whatever its field's type.
    case .text: true
    case .digits: type.isInteger || type == .string
    case .integer:
      type.isInteger || type == .double || type == .float || type == .duration || type == .string
    case .real: type == .string || type == .double || type == .float || type == .duration
    case .boolean: type == .bool
    case .enumeration: type == .enumeration
    case .moment: type == .timestamp || type == .string || type.isInteger
    case .list(let list):
      if list.isMessage {
        type == .message
      } else {
        suits(list.schema.leaves[list.schema.columns[0]].kind)
      }
    }
  }
}

extension ProtobufField {
  /// Reads the section of a message's fields, one for each leaf of a schema.
  ///
  /// - Parameter rules: say which leaves are hidden.
  /// - Throws: `ModelError` if the section is not what it must be.
  static func readAll(
    from sections: inout SectionReader, schema: RowSchema, rules: RowRules
  ) throws(ModelError) -> [ProtobufField] {
    try sections.begin(.protobuf, name: "protobuf")
    let fields = try readFields(from: &sections, schema: schema)
    for (leaf, field) in fields.enumerated() {
      guard field.numbers.isEmpty == rules.hidden.contains(leaf) else {
        throw sections.invalid("the fields are not those of the leaves that are not hidden")
      }
    }
    try sections.finish()
    return fields
  }

  private static func readFields(
    from sections: inout SectionReader, schema: RowSchema
  ) throws(ModelError) -> [ProtobufField] {
    var fields: [ProtobufField] = []
    for leaf in schema.leaves {
      var (numbers, keys): ([Int], [String]) = ([], [])
      for _ in 0..<(try sections.readShape(0...ModelFormat.maximumDepth)) {
        let number = try sections.readShape(Self.numbers)
        if (19_000...19_999).contains(number) {
          throw sections.invalid("a field has a number that protobuf keeps for itself")
        }
        numbers.append(number)
        keys.append(try sections.readText())
      }
      guard let type = ProtobufType(rawValue: UInt32(try sections.readShape(1...33))) else {
        throw sections.invalid("expected the number of a protobuf type")
      }
      var field = ProtobufField(numbers: numbers, keys: keys, type: type)
      let flags = try sections.readShape(0...3)
      (field.isWrapped, field.isExplicit) = (flags & 1 != 0, flags & 2 != 0)
      if field.isWrapped, !type.hasWrapper {
        throw sections.invalid("a field is wrapped whose type has no message around it")
      }
      if type == .enumeration {
        for _ in 0..<(try sections.readShape(1...ModelFormat.maximumWidth)) {
          let number = try sections.readNumber(Int32.self)
          field.values.append(.init(number: number, name: try sections.readText()))
        }
      }
      // Hidden leaves, and all of elements', may have any type.
      guard numbers.isEmpty || field.suits(leaf.kind) else {
        throw sections.invalid("a field's type does not suit its leaf")
      }
      if case .list(let list) = leaf.kind, list.isMessage {
        field.elements = try readFields(from: &sections, schema: list.schema)
      }
      fields.append(field)
    }
    return fields
  }

  static func writeAll(_ fields: [ProtobufField], to writer: inout SectionWriter) {
    if fields.isEmpty { return }
    writer.begin(.protobuf, name: "protobuf")
    for field in fields { field.write(to: &writer) }
    writer.end()
  }

  private func write(to writer: inout SectionWriter) {
    writer.writeShape(numbers.count)
    for (number, key) in zip(numbers, keys) {
      writer.writeShape(number)
      writer.write(key)
    }
    writer.writeShape(Int(type.rawValue))
    writer.writeShape((isWrapped ? 1 : 0) + (isExplicit ? 2 : 0))
    if type == .enumeration {
      writer.writeShape(values.count)
      for value in values {
        writer.write(UInt32(bitPattern: value.number))
        writer.write(value.name)
      }
    }
    for element in elements { element.write(to: &writer) }
  }
}
