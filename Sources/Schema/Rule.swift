import FakeGen

/// How a leaf follows from others, exactly and in integers. The generator computes *derived* leaves
/// with rules after the modules have made the others; reading computes *hidden* leaves with the
/// same rules from those that the table has.
///
/// Numbers are in units: of a real 10^-decimals, of a moment the last digit that its layout shows
/// of a second (a second, if it shows none). A rule gives null if a leaf that it needs is null.
public enum Rule: Codable, Hashable, Sendable {
  /// A text or an integer that no two rows share, from the row's number. `shape` is the index of an
  /// integer leaf that says which of the pattern's shapes the row has, from 0; the first one for
  /// null, and for what is no shape. Nil: shapes by their weights.
  case key(KeyPattern, shape: Int? = nil)
  /// `constant + sum of factor * leaf`, wrapping at 64 bits: totals, ends of intervals, moments put
  /// together from weeks, weekdays and seconds. What is beyond `limits` becomes the nearer of them.
  case sum(terms: [Term], constant: Int64, limits: Limits? = nil)
  /// `floor((leaf - offset) / unit)`, modulo `count` if there is one: an hour of a time, a digit of
  /// a number, the week of a moment. `unit` and `count` are at least 1.
  case digit(leaf: Int, offset: Int64, unit: Int64, count: Int64?)
  /// The value that the table has for the leaf's; null for values that it lacks.
  case lookup(leaf: Int, entries: [Entry])
  /// The number of the first shape of the pattern that a text or an integer has, from 0; 0 if it has
  /// none, null never. Hidden leaves alone follow so.
  case shape(leaf: Int, pattern: KeyPattern)
  /// The sum over a list's elements of the product of their leaves, 1 if there are none, times
  /// `factor` and divided by `divisor`, rounded to the nearest, up if there are two. Elements in which
  /// a factor is null do not count. `list` is the list, `factors` are leaves of its elements.
  case total(list: Int, factors: [Int], factor: Int64, divisor: Int64)
  /// The product of leaves, likewise.
  case product(factors: [Int], factor: Int64, divisor: Int64)
  /// The value that a table has for those of two leaves, and what `otherwise` says for others.
  case pairLookup(Pairs)
  /// A part of the day of a moment, as a number, or as the text of that number, counted from 1; null
  /// for null, and for numbers that have none. Without texts it is a number.
  case calendar(leaf: Int, part: CalendarPart, texts: [String])
  /// `plus + factor * the greatest of leaves`, wrapping at 64 bits: the end that is past several
  /// starts, and how far it is past the last of them.
  case greatest(of: [Int], factor: Int64, plus: Int)
  /// The text that a number has among those of a pattern's shapes (`CodeNumbers`).
  case code(leaf: Int, pattern: KeyPattern)
  /// The number that a text has among those of a pattern's shapes; null for others. Hidden leaves
  /// alone follow so.
  case codeNumber(leaf: Int, pattern: KeyPattern)
  /// A text that is made of others, by the template whose number the integer leaf `choice` has, nil for
  /// the first one, and of the integer leaves `numbers`.
  case composed(Composition, choice: Int?, numbers: [Int])
  /// The number of the first template that a text has; null for null. Hidden leaves alone follow so.
  case template(Composition, leaf: Int)
  /// A number that stands in a text, by its place among those of its template; null where this has
  /// none. Hidden leaves alone follow so.
  case templateNumber(Composition, leaf: Int, place: Int)
  /// A sum without limits; where a term is null, the number of another leaf: the end of an interval
  /// of which some rows lack the start.
  case sumOrElse(terms: [Term], constant: Int64, otherwise: Int)
  /// The number of a leaf where another one is null, and null elsewhere. Hidden leaves alone follow so.
  case without(leaf: Int, other: Int)
  /// The number of the first alternative of which a leaf is not null, from 0; the number of
  /// alternatives if all are null. Hidden leaves alone follow so.
  case choice(alternatives: [[Int]])

  /// The least and the greatest value of a sum, in units.
  public struct Limits: Codable, Hashable, Sendable {
    /// The least value.
    public var least: Int64
    /// The greatest value, which is not below the least.
    public var greatest: Int64

    /// Creates limits.
    public init(least: Int64, greatest: Int64) {
      self.least = least
      self.greatest = greatest
    }
  }

  /// A summand of `sum`.
  public struct Term: Codable, Hashable, Sendable {
    /// Index into `RecordSchema.leaves`.
    public var leaf: Int
    /// What the leaf's units are multiplied with.
    public var factor: Int64

    /// Creates a summand.
    public init(leaf: Int, factor: Int64) {
      self.leaf = leaf
      self.factor = factor
    }
  }

  /// A line of the table of `lookup`. Keys are distinct.
  public struct Entry: Codable, Hashable, Sendable {
    /// A value of the leaf that is looked up.
    public var key: Value
    /// What the derived leaf is then.
    public var value: Value

    /// Creates a line.
    public init(key: Value, value: Value) {
      self.key = key
      self.value = value
    }
  }

  /// A value in a table.
  public enum Value: Codable, Hashable, Sendable {
    case null
    case text(String)
    /// Units.
    case integer(Int64)
  }
}

extension Rule {
  /// The leaves that the rule looks at.
  public var sources: [Int] {
    switch self {
    case .key(_, let shape): shape.map { [$0] } ?? []
    case .sum(let terms, _, _): terms.map(\.leaf)
    case .digit(let leaf, _, _, _), .lookup(let leaf, _), .shape(let leaf, _), .code(let leaf, _),
      .codeNumber(let leaf, _):
      [leaf]
    case .greatest(let leaves, _, let leaf): leaves + [leaf]
    case .total(let list, _, _, _): [list]
    case .product(let factors, _, _): factors
    case .pairLookup(let pairs): [pairs.first, pairs.second] + (pairs.otherwise.map { [$0] } ?? [])
    case .calendar(let leaf, _, _): [leaf]
    case .composed(let composition, let choice, let numbers):
      (choice.map { [$0] } ?? []) + numbers + composition.leaves
    case .template(let composition, let leaf), .templateNumber(let composition, let leaf, _):
      [leaf] + composition.leaves
    case .choice(let alternatives): alternatives.flatMap(\.self)
    case .sumOrElse(let terms, _, let otherwise): terms.map(\.leaf) + [otherwise]
    case .without(let leaf, let other): [leaf, other]
    }
  }
}

/// A leaf that follows from others by a rule.
public struct RuledLeaf: Codable, Hashable, Sendable {
  /// Index into `RecordSchema.leaves`.
  public var leaf: Int
  /// What it is.
  public var rule: Rule

  /// Creates a leaf that follows from others.
  public init(leaf: Int, rule: Rule) {
    self.leaf = leaf
    self.rule = rule
  }
}
