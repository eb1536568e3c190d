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
  /// A date, a time or both, written as the layout says (docs/Data.md) and held as an integer:
  /// units since 1970-01-01 00:00:00, or since midnight if the layout has no date. A unit is the
  /// last digit that the layout shows of a second, a second if it shows none. It is derived from
  /// hidden leaves.
  case moment(layout: String)
  /// Any number of elements of one type, in an order that matters.
  indirect case list(ListType)
}

extension LeafKind {
  /// Whether the values are modelled as text.
  public var isString: Bool {
    switch self {
    case .text, .digits: true
    default: false
    }
  }

  /// Whether the values are numbers, of a ScalarTuple or in bins.
  public var isScalar: Bool {
    switch self {
    case .real, .integer: true
    default: false
    }
  }

  /// Whether the values are lists.
  public var isList: Bool {
    if case .list = self { true } else { false }
  }

  /// Number of classes of a categorical leaf, nil for others.
  public var classes: Int? {
    switch self {
    case .boolean: 2
    case .enumeration(let names, _): names.count
    default: nil
    }
  }
}
