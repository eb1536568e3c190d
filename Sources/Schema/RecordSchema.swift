/// A record type: the leaves of a protobuf message in declaration order, depth first, the columns
/// of the table they are read from and written to, and the module tree that models them.
public struct RecordSchema: Codable, Hashable, Sendable {
  /// Full name of the protobuf message.
  public var messageName: String
  /// Every scalar field, depth first in declaration order. Records store one value per leaf.
  public var leaves: [Leaf]
  /// What a row looks like outside: indices into `leaves` in the order of the training table's
  /// columns.
  public var columns: [Int]
  /// Root of the module tree; always a `.tuple`.
  public var root: ModuleNode

  public init(messageName: String, leaves: [Leaf], columns: [Int], root: ModuleNode) {
    self.messageName = messageName
    self.leaves = leaves
    self.columns = columns
    self.root = root
  }
}

/// One scalar field of a record.
public struct Leaf: Codable, Hashable, Sendable {
  /// Field names from the root message, joined by dots: `home.city`.
  public var path: String
  /// Name of the table's column (CSV) that holds it.
  public var column: String
  public var kind: LeafKind
  /// Whether the field has explicit presence of its own, so that null differs from the default.
  public var isOptional: Bool
  /// JSON names from the root message: where JSON Lines hold it.
  public var jsonNames: [String]
  /// The values of a protobuf integer type; nil if the field is no integer.
  public var typeRange: IntegerRange?

  /// Without `jsonNames` the names of `path` serve.
  public init(
    path: String, column: String, kind: LeafKind, isOptional: Bool, jsonNames: [String]? = nil,
    typeRange: IntegerRange? = nil
  ) {
    self.path = path
    self.column = column
    self.kind = kind
    self.isOptional = isOptional
    self.jsonNames = jsonNames ?? path.split(separator: ".").map(String.init)
    self.typeRange = typeRange
  }
}

/// How a leaf's values are represented and written.
public enum LeafKind: Codable, Hashable, Sendable {
  /// Unicode text, one StringLiteral.
  case text
  /// An integer written as its decimal digits and modelled as text (identifiers).
  case digits
  /// A float or double, printed with `decimals` digits after the point.
  case real(decimals: Int)
  /// An integer modelled as a scalar, rounded on output and kept in the training data's range.
  case integer
  /// `false` or `true`; a softmax over two classes.
  case boolean
  /// An enum; a softmax over its value names in declaration order.
  case enumeration(names: [String], numbers: [Int32])
}
