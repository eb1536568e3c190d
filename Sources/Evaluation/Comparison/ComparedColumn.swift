/// A column of the tables that `TableComparison` compares.
public struct ComparedColumn: Codable, Hashable, Sendable {
  /// What a column holds. It decides what is drawn of a column, and that keys are compared by how
  /// they look; what is a number is seen from the values.
  public enum Kind: Codable, Hashable, Sendable {
    /// Numbers with so many digits after the point.
    case number(decimals: Int)
    /// Values of which each recurs.
    case category
    /// Dates, times or both in the layout; `ComparedTable.Column.numbers` says when they are.
    case moment(layout: String)
    /// Values that no two rows share, made up anew: compared by their patterns, and no part of what
    /// makes a row a copy.
    case key
    /// Keys that count on from row to row: not compared.
    case sequence
    /// Free text.
    case text
    /// One value throughout.
    case constant
  }

  /// The column's name.
  public var name: String
  /// What it holds.
  public var kind: Kind

  /// Creates a column.
  public init(name: String, kind: Kind) {
    self.name = name
    self.kind = kind
  }
}

extension ComparedColumn.Kind {
  /// Whether the values stand for numbers.
  var isNumber: Bool {
    switch self {
    case .number, .moment: true
    case .category, .key, .sequence, .text, .constant: false
    }
  }
}
