/// What a column follows from.
enum Relation: Hashable {
  /// Multiples of columns and a constant, in units.
  case sum(terms: [Term], constant: Int64)
  /// `floor((source - offset) / unit)`, modulo `count` if there is one.
  case digit(source: Source, offset: Int64, unit: Int64, count: Int64?)
  /// The value that goes with the source's.
  case lookup(Source)
  /// A column that it is never below.
  case after(Int)

  struct Term: Hashable {
    var column: Int
    var factor: Int64
  }

  /// A column, or a part of it.
  struct Source: Hashable {
    var column: Int
    var part: ColumnPart.Part?
  }

  /// The columns that it needs.
  var columns: [Int] {
    switch self {
    case .sum(let terms, _): terms.map(\.column)
    case .digit(let source, _, _, _), .lookup(let source): [source.column]
    case .after(let column): [column]
    }
  }
}
