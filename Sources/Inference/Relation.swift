import FakeGen

/// What a column follows from.
enum Relation: Hashable {
  /// Multiples of columns and a constant, in units.
  case sum(terms: [Term], constant: Int64)
  /// `floor((source - offset) / unit)`, modulo `count` if there is one.
  case digit(source: Source, offset: Int64, unit: Int64, count: Int64?)
  /// The value that goes with the source's.
  case lookup(Source)
  /// Columns that it is never below.
  case after([Int])
  /// The sum over a list's elements of the product of their leaves, 1 if there are none.
  case total(list: Int, leaves: [Int], scale: DigitScale)
  /// The product of factors.
  case product(factors: [Factor], scale: DigitScale)
  /// The value that goes with those of two columns.
  case pairLookup(Int, Int)
  /// A part of a date, as a number or, if there are texts, the one of that number from 1 on.
  case calendar(source: Int, part: CalendarPart, texts: [String])

  struct Term: Hashable {
    var column: Int
    var factor: Int64
  }

  /// A factor of a product: a column, or 1 with or without the share that it holds.
  struct Factor: Hashable {
    var column: Int
    var share: Share?
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
    case .after(let columns): columns
    case .total(let list, _, _): [list]
    case .product(let factors, _): factors.map(\.column)
    case .pairLookup(let first, let second): [first, second]
    case .calendar(let source, _, _): [source]
    }
  }

  /// Whether other columns may follow from one that does: it follows from what nothing else makes, or
  /// its difference does.
  var mayBeFollowed: Bool {
    switch self {
    case .total, .product, .after: true
    case .sum, .digit, .lookup, .pairLookup, .calendar: false
    }
  }
}
