/// One row, its fields in the order of the model's columns.
public struct Row: Sendable, Hashable {
  public var fields: [Field]

  public init(fields: [Field]) {
    self.fields = fields
  }
}
