import FakeGen

/// One scalar field of a record.
public struct Leaf: Codable, Hashable, Sendable {
  /// Field names from the root message, joined by dots: `home.city`.
  public var path: String
  /// Name of the table's column (CSV) that holds it.
  public var column: String
  /// How its values are represented and written.
  public var kind: LeafKind
  /// Whether the field has explicit presence of its own, so that null differs from the default.
  public var isOptional: Bool
  /// JSON names from the root message: where JSON Lines hold it.
  public var jsonNames: [String]
  /// The values of a protobuf integer type, or the seconds of a `google.protobuf.Timestamp`, which is
  /// a moment; nil if the field is neither.
  public var typeRange: IntegerRange?
  /// How a table spells the numbers; nil for plain ones, and for leaves that are none.
  public var spelling: NumberSpelling?
  /// How the message that a person has declares the field; nil if there is none.
  package var protobuf: ProtobufField?

  /// Creates a leaf; without `jsonNames` the names of `path` serve.
  ///
  /// - Parameters:
  ///   - path: field names from the root message, joined by dots.
  ///   - column: name of the table's column.
  ///   - kind: how its values are represented and written.
  ///   - isOptional: whether the field has explicit presence of its own.
  ///   - jsonNames: JSON names from the root message.
  ///   - typeRange: the values of a protobuf integer type, or of a Timestamp in seconds; nil if the
  ///     field is neither.
  ///   - spelling: how a table spells the numbers; nil for plain ones.
  public init(
    path: String, column: String, kind: LeafKind, isOptional: Bool, jsonNames: [String]? = nil,
    typeRange: IntegerRange? = nil, spelling: NumberSpelling? = nil
  ) {
    self.path = path
    self.column = column
    self.kind = kind
    self.isOptional = isOptional
    self.jsonNames = jsonNames ?? path.split(separator: ".").map(String.init)
    self.typeRange = typeRange
    self.spelling = spelling
  }
}

extension Leaf {
  /// The integers that a `.digits` leaf may hold, nil for other leaves.
  public var digitRange: ClosedRange<Int64>? {
    guard kind == .digits else { return nil }
    guard let typeRange, typeRange.minimum <= typeRange.maximum else { return .min ... .max }
    return typeRange.minimum...typeRange.maximum
  }
}
