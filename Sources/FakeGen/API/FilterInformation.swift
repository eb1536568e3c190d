/// The filter of rows that a model must not make.
public struct FilterInformation: Sendable, Hashable {
  /// Columns that tell rows apart.
  public var columns: [String]
  /// Number of distinct rows that are never made; one in 256 others is not made either.
  public var entries: Int
  /// Number of bytes.
  public var size: Int
}
