/// A message as a `.proto` file declares it, with what the options of `fakegen/options.proto` say of
/// its fields: a table whose kinds of columns a person has looked at.
public struct MessageDeclaration: Hashable, Sendable {
  /// A field, which is a column.
  public struct Field: Hashable, Sendable {
    /// The field's name.
    public var name: String
    /// Name of the table's column.
    public var column: String
    /// What the column is, in the words of its option; nil if it has none.
    public var kind: String?
    /// Whether its type is a text, which no number without a kind is.
    public var isText: Bool
    /// What its elements are, one message, if it is a repeated field; none if it is not.
    public var elements: [MessageDeclaration]

    /// Creates a field.
    public init(
      name: String, column: String, kind: String?, isText: Bool = false,
      elements: [MessageDeclaration] = []
    ) {
      self.name = name
      self.column = column
      self.kind = kind
      self.isText = isText
      self.elements = elements
    }
  }

  /// Full name of the message.
  public var name: String
  /// Its fields in declaration order.
  public var fields: [Field]
  /// Words that are nothing in any column; nil if the file does not say.
  public var nullWords: [String]?
  /// Columns and parts of columns in the order in which they are drawn; none if the file does not
  /// say.
  public var order: [String]
  /// Rows in which a text must occur to be a known value; nil if the file does not say.
  public var minimumCount: Int?
  /// Names of keys of which each row has one at most, with spaces between them, group by group.
  public var alternatives: [String]

  /// Name of the column of elements that are values rather than messages.
  public static let valueName = "value"

  /// Creates the declaration of a list's elements that are values.
  ///
  /// - Parameters:
  ///   - name: of the list.
  ///   - valueIsText: whether the type of the values is a text, which no number without a kind is.
  public init(name: String, valueIsText: Bool) {
    self.init(
      name: name,
      fields: [
        Field(name: Self.valueName, column: Self.valueName, kind: nil, isText: valueIsText)
      ])
  }

  /// Creates a declaration.
  public init(
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
