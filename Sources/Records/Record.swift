/// One value of a leaf. Texts are equal if their scalars are: canonically equivalent spellings,
/// such as é in one scalar and in two, are different values.
public enum FieldValue: Sendable {
  /// No value: of an optional leaf, or of a leaf in an absent message.
  case null
  /// The value of a `.text` leaf, or the integer of a `.digits` leaf in canonical decimal form.
  case text(String)
  /// The value of a `.real` leaf.
  case real(Double)
  /// The value of an `.integer` leaf.
  case integer(Int64)
  /// The value of a `.boolean` (0 or 1) or `.enumeration` (position in `names`) leaf.
  case choice(Int)
  /// The elements of a `.list` leaf.
  case list([Record])
}

extension FieldValue: Hashable {
  /// Tells whether two values are the same, texts scalar by scalar.
  public static func == (left: Self, right: Self) -> Bool {
    switch (left, right) {
    case (.null, .null): true
    case (.text(let left), .text(let right)): ExactText(left) == ExactText(right)
    case (.real(let left), .real(let right)): left == right
    case (.integer(let left), .integer(let right)): left == right
    case (.choice(let left), .choice(let right)): left == right
    case (.list(let left), .list(let right)): left == right
    case (.null, _), (.text, _), (.real, _), (.integer, _), (.choice, _), (.list, _): false
    }
  }

  /// Feeds the value to `hasher`.
  public func hash(into hasher: inout Hasher) {
    switch self {
    case .null: hasher.combine(0)
    case .text(let text):
      hasher.combine(1)
      hasher.combine(ExactText(text))
    case .real(let value):
      hasher.combine(2)
      hasher.combine(value)
    case .integer(let value):
      hasher.combine(3)
      hasher.combine(value)
    case .choice(let choice):
      hasher.combine(4)
      hasher.combine(choice)
    case .list(let elements):
      hasher.combine(5)
      hasher.combine(elements)
    }
  }
}

/// A typed record: one value per leaf of its `RecordSchema`. A nested message is absent when every
/// leaf below it is null.
public struct Record: Hashable, Sendable {
  /// The values, one for each leaf, in the order of the schema's leaves.
  public var values: [FieldValue]

  /// Creates a record of these values, one for each leaf.
  public init(values: [FieldValue]) {
    self.values = values
  }
}
