/// What a column holds, and by that which `Field` case its fields that are not null have.
public enum ColumnKind: Sendable, Hashable {
  /// `Field.text`: any text.
  case text
  /// `Field.text` holding the canonical decimal digits of an integer that its type holds.
  case digits
  /// `Field.real` with this many decimals.
  case real(decimals: Int)
  /// `Field.integer`: an integer.
  case integer
  /// `Field.boolean`: true or false.
  case boolean
  /// `Field.enumeration`, one of these names.
  case enumeration(names: [String])
  /// `Field.text`: a date, a time or both, as the layout says.
  case moment(MomentLayout)
  /// `Field.list`: any number of elements of one type.
  indirect case list(ListKind)
}
