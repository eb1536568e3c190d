/// One value of a leaf.
public enum FieldValue: Hashable, Sendable {
  case null
  /// `.text` and `.digits` leaves.
  case text(String)
  /// `.real` leaves.
  case real(Double)
  /// `.integer` leaves.
  case integer(Int64)
  /// `.boolean` (0 or 1) and `.enumeration` (position in `names`) leaves.
  case choice(Int)
}

/// A typed record: one value per leaf of its `RecordSchema`. A nested message is absent when every
/// leaf below it is null.
public struct Record: Hashable, Sendable {
  public var values: [FieldValue]

  public init(values: [FieldValue]) {
    self.values = values
  }
}
