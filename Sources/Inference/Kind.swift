import FakeGen
import Schema

/// What a column is. Its text, `text`, is the value of `--kind COLUMN=` and of a field's option in
/// a `.proto` file; docs/Data.md lists the forms.
public enum Kind: Hashable, Sendable {
  /// A number with so many digits after the point, all a multiple of `step` after the least one;
  /// without `decimals` both follow from the values. `spelling` is how the table writes it, nil for
  /// as found.
  case number(decimals: Int?, step: FixedDecimal?, spelling: NumberSpelling? = nil)
  /// One of the values that the table has.
  case category
  /// A date, a time or both; without a layout it is found.
  case moment(layout: String?)
  /// A value that no two rows share; without a pattern it is found.
  case key(KeyPattern?)
  /// A sequence of keys whose start and step are found.
  case sequence
  /// A text of a pattern that recurs, such as the number of an order of several rows: its place among
  /// the pattern's texts is modelled. Without a pattern it is found.
  case code(KeyPattern?)
  /// A text that is made of other columns' values and of numbers of its own, by one of several
  /// templates; without them they are found.
  case composed([[ComposedPiece]]?)
  /// Free text.
  case text
  /// The same value in each row.
  case constant
  /// No value in any row.
  case empty
  /// Lists, of messages or of values of a kind; without a kind it is found. `claim` is what holds in
  /// every list, nil for as found.
  indirect case list(of: Kind?, claim: ListClaim? = nil)
  /// Left out.
  case exclude
  /// A constant and multiples of other columns.
  case sum(terms: [SumTerm], constant: FixedDecimal)
  /// Some of the digits of another column: `(column - offset) / unit`, rounded down, modulo `count`.
  case digit(column: ColumnPart, offset: FixedDecimal, unit: FixedDecimal, count: Int64?)
  /// The value that the table has for another column's.
  case lookup(ColumnPart)
  /// The value that the table has for those of two columns.
  case pairLookup(String, String)
  /// A part of the date of another column.
  case calendar(column: String, part: CalendarPart)
  /// Never before, or below, other columns: the difference to the last of them is modelled.
  case after([String])
  /// The sum over a list's elements of a column of theirs, or of the product of several; without any
  /// the number of elements.
  case total(list: String, factors: [String])
  /// The product of other columns, or of what their shares leave or add, and of a number; nil for 1.
  case product([Factor], rate: FixedDecimal? = nil)
  /// An object whose keys are those of a map, with values of one kind.
  case map
  /// An object of which each row has one key at most.
  case oneof
  /// An object whose keys are fields like others.
  case object

  /// A factor of a product: a column, or 1 with or without the share that it holds.
  public struct Factor: Hashable, Sendable {
    /// Name of the column.
    public var column: String
    /// What share it holds; nil for the column itself.
    public var share: Share?

    /// Creates a factor.
    public init(_ column: String, share: Share? = nil) {
      self.column = column
      self.share = share
    }
  }

  /// A summand.
  public struct SumTerm: Hashable, Sendable {
    /// Name of the column.
    public var column: String
    /// What its values are multiplied with.
    public var factor: FixedDecimal

    /// Creates a summand.
    public init(column: String, factor: FixedDecimal) {
      self.column = column
      self.factor = factor
    }
  }
}

/// A column, or what is modelled instead of it.
public struct ColumnPart: Hashable, Sendable {
  /// Name of the column.
  public var column: String
  /// What of it; nil for the column itself.
  public var part: Part?

  /// What is modelled instead of a column that follows from it.
  public enum Part: String, Hashable, Sendable, CaseIterable {
    /// Weeks of a date, from a Monday.
    case week
    /// Days of a date since a Monday.
    case weekday
    /// Days of a date.
    case day
    /// Time of the day.
    case time
    /// Zone of a moment: steps of 15 minutes from 16 hours behind UTC.
    case zone
    /// Multiples of the step of a number.
    case step
    /// Of a number that is often rounded to a power of ten, the multiple of that.
    case multiple
    /// What is left of it beside the multiple.
    case remainder
    /// What is left beside a multiple of a smaller power of ten, where there are two.
    case rest
    /// The difference to another column, or to the last of several.
    case difference
    /// What a number that is a share makes of 1.
    case factor
    /// The place of a code among the texts of its pattern, or the first number in a composed text.
    case number
    /// Other numbers in a composed text.
    case second, third, fourth, fifth, sixth
    /// Which of its templates a composed text has.
    case template
    /// Which of its shapes a key has.
    case shape
    /// Which of several keys a row has, of which this one is the first.
    case choice
    /// Whether a row has the column, and all others that are there in the same rows.
    case presence
    /// What goes with pairs of values that a table lacks.
    case otherwise
  }

  /// Creates a column, or a part of it.
  public init(_ column: String, _ part: Part? = nil) {
    self.column = column
    self.part = part
  }
}

/// A piece of a template of composed texts.
public enum ComposedPiece: Hashable, Sendable {
  /// A text that always stands there.
  case literal(String)
  /// The text of another column, in a form.
  case value(column: String, form: TextForm)
  /// A number of the text's own, with so many digits at least.
  case number(width: Int)
}

extension ColumnPart.Part {
  /// The parts that are the numbers in composed texts, in their order.
  static let numbers: [Self] = [.number, .second, .third, .fourth, .fifth, .sixth]
}

extension Kind {
  /// Whether the values are lists.
  var isList: Bool {
    switch self {
    case .list, .map: true
    default: false
    }
  }
}
