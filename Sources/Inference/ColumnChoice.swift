/// What a column was found to be, and why.
public struct ColumnChoice: Hashable, Sendable {
  /// Name of the column.
  public var column: String
  /// What it is.
  public var kind: Kind
  /// What was seen, and why that makes it this kind: for a person.
  public var why: String
}

/// Something about a table that a person should look at.
public struct InferenceWarning: Hashable, Sendable, CustomStringConvertible {
  /// The column that it is about, if it is about one.
  public var column: String?
  /// What it is, and what to do.
  public var text: String

  /// The warning in one line.
  public var description: String { (column.map { "column '\($0)': " } ?? "") + text }
}
