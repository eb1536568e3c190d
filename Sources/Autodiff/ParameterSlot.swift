/// A parameter's place in the flat parameter vector.
public struct ParameterSlot: Hashable, Sendable {
  /// Index of its first element.
  public let offset: Int
  /// Number of the matrix's rows.
  public let rows: Int
  /// Number of the matrix's columns.
  public let columns: Int
  /// Number of elements.
  public var count: Int { rows * columns }
}
