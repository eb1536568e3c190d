/// One column of the rows that a model makes.
public struct Column: Sendable, Hashable {
  /// Name of the training table's column.
  public var name: String
  /// What its fields hold.
  public var kind: ColumnKind
  /// The message's field names from the root, joined by dots.
  public var path: String
  /// Whether a row's field may be null: the field, or a message around it, has explicit presence.
  public var isOptional: Bool
  /// How the training table spells its numbers, if otherwise than with a sign, digits and a point.
  public var spelling: NumberSpelling?

  /// Creates a column.
  ///
  /// - Parameters:
  ///   - name: name of the training table's column.
  ///   - kind: what its fields hold.
  ///   - path: the message's field names from the root, joined by dots.
  ///   - isOptional: whether a row's field may be null.
  ///   - spelling: how its numbers are spelled; nil for plain ones.
  public init(
    name: String, kind: ColumnKind, path: String, isOptional: Bool,
    spelling: NumberSpelling? = nil
  ) {
    self.name = name
    self.kind = kind
    self.path = path
    self.isOptional = isOptional
    self.spelling = spelling
  }
}
