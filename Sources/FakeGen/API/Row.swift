/// One row, its fields in the order of the model's columns.
public struct Row: Sendable, Hashable {
  /// The fields, one for each column.
  public var fields: [Field]

  /// Creates a row of `fields`.
  public init(fields: [Field]) {
    self.fields = fields
  }
}
