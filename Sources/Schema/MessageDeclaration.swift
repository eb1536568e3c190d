import FakeGen

/// A message as a `.proto` file declares it, with those in it, and with what the options of
/// `fakegen/options.proto` say of its fields: a table whose kinds of columns a person has looked at.
package struct MessageDeclaration: Hashable, Sendable {
  /// A field.
  package struct Field: Hashable, Sendable {
    /// The field's name.
    package var name: String
    /// Its number.
    package var number: Int
    /// Its key in JSON.
    package var jsonName: String
    /// Name of the table's column, where an option says it.
    package var column: String?
    /// What the column is, in the words of its option; nil if it has none.
    package var kind: String?
    /// Whether an absent list is another thing than an empty one.
    package var isNullable: Bool
    /// What its values are; of a repeated field its elements', of a map its entries'.
    package var type: FieldType
    /// How many values it has.
    package var cardinality: Cardinality
    /// Name of the oneof that it is of; nil for none.
    package var oneof: String?

    /// Creates a field.
    package init(
      name: String, number: Int, jsonName: String, column: String? = nil, kind: String? = nil,
      isNullable: Bool = false, type: FieldType, cardinality: Cardinality, oneof: String? = nil
    ) {
      self.name = name
      self.number = number
      self.jsonName = jsonName
      self.column = column
      self.kind = kind
      self.isNullable = isNullable
      self.type = type
      self.cardinality = cardinality
      self.oneof = oneof
    }
  }

  /// How many values a field has.
  package enum Cardinality: Hashable, Sendable {
    /// One; where it is absent it has its type's default value.
    case implicit
    /// One or none.
    case optional
    /// Any number.
    case repeated
    /// Entries with distinct keys of a type.
    case map(key: ProtobufType)
  }

  /// What a field's values are.
  package enum FieldType: Hashable, Sendable {
    /// Values of a type, in a message of their own if wrapped.
    case value(ProtobufType, isWrapped: Bool)
    /// Names with numbers.
    case enumeration([ProtobufField.EnumerationValue])
    /// A message, by its full name.
    case message(String)
  }

  /// Full name of the message.
  package var name: String
  /// Its fields in declaration order.
  package var fields: [Field]
  /// Words that are nothing in any column; nil if the file does not say.
  package var nullWords: [String]?
  /// Columns and parts of columns in the order in which they are drawn; none if the file does not
  /// say.
  package var order: [String]
  /// Rows in which a text must occur to be a known value; nil if the file does not say.
  package var minimumCount: Int?
  /// Names of keys of which each row has one at most, with spaces between them, group by group.
  package var alternatives: [String]

  /// Creates a declaration.
  package init(
    name: String, fields: [Field], nullWords: [String]? = nil, order: [String] = [],
    minimumCount: Int? = nil, alternatives: [String] = []
  ) {
    self.name = name
    self.fields = fields
    self.nullWords = nullWords
    self.order = order
    self.minimumCount = minimumCount
    self.alternatives = alternatives
  }
}

/// A message of a table's rows, and all messages that lie in it.
package struct DeclaredMessages: Hashable, Sendable {
  /// The message of a row.
  package var root: MessageDeclaration
  /// The others, by their full names. They may lie in one another.
  package var others: [String: MessageDeclaration]

  /// Creates the messages.
  package init(root: MessageDeclaration, others: [String: MessageDeclaration] = [:]) {
    self.root = root
    self.others = others
  }

  /// The messages with another one as that of a row.
  ///
  /// - Parameter name: its full name; the same messages if there is none of this name.
  package func rooted(at name: String) -> DeclaredMessages {
    var messages = self
    if let message = others[name] ?? (root.name == name ? root : nil) {
      messages.others[root.name] = root
      messages.root = message
    }
    return messages
  }
}
