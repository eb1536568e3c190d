/// One column of the rows that a model makes.
public struct Column: Sendable, Hashable {
  /// Name of the training table's column.
  public var name: String
  public var kind: ColumnKind
  /// The message's field names from the root, joined by dots.
  public var path: String
  /// Whether a row's field may be null: the field, or a message around it, has explicit presence.
  public var isOptional: Bool

  public init(name: String, kind: ColumnKind, path: String, isOptional: Bool) {
    self.name = name
    self.kind = kind
    self.path = path
    self.isOptional = isOptional
  }
}

/// What a column holds, and by that which `Field` case its fields that are not null have.
public enum ColumnKind: Sendable, Hashable {
  /// `Field.text`.
  case text
  /// `Field.text` holding the canonical decimal digits of an integer that its type holds.
  case digits
  /// `Field.real` with this many decimals.
  case real(decimals: Int)
  /// `Field.integer`.
  case integer
  /// `Field.boolean`.
  case boolean
  /// `Field.enumeration`, one of these names.
  case enumeration(names: [String])
}
