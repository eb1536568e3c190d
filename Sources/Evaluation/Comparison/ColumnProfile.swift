import Foundation

/// What a column looks like in real rows and in generated ones, to be drawn over each other.
///
/// It names no text that fewer than `leastCount` training rows have; the ends of a histogram leave
/// out the outer half percent of the rows on either side, and it has few bins for few rows.
public enum ColumnProfile: Codable, Hashable, Sendable {
  /// Shares of the rows that have a number; bin i is `start + i * width` ..< `+ width`, and the
  /// outer ones have all that lies beyond.
  case histogram(start: Double, width: Double, real: [Double], generated: [Double])
  /// Shares of the rows that have each of the values; what is left to 1 is other values and nulls.
  case bars(labels: [String], real: [Double], generated: [Double])
  /// The same of the patterns of texts: digits as 9, letters as A and a.
  case patterns(labels: [String], real: [Double], generated: [Double])
  /// A histogram of the texts' lengths in characters.
  case lengths(start: Double, width: Double, real: [Double], generated: [Double])
  /// There is nothing to draw.
  case none

  /// A value that fewer training rows have is not shown.
  public static let leastCount = 5
  /// Values that are drawn, at most.
  public static let mostBars = 12
  /// Bins, at most.
  static let mostBins = 40

  /// Describes a column.
  ///
  /// - Parameters:
  ///   - column: what is known of it, of its patterns if it holds keys.
  ///   - real: rows to show as the real ones.
  ///   - generated: generated rows.
  init(
    _ column: ReferenceColumn, real: ComparedTable.Column, generated: ComparedTable.Column
  ) {
    switch column.kind {
    case .sequence, .constant: self = .none
    case .key:
      let (labels, first, second) = Self.shares(column, real, generated)
      self = .patterns(labels: labels, real: first, generated: second)
    case .number, .moment, .category, .text:
      let (labels, first, second) = Self.shares(column, real, generated)
      let present = real.texts.count { $0 != nil }
      let shown = first.reduce(0, +) * Double(real.texts.count)
      let isCategory = column.kind == .category
      if !column.isNumeric || isCategory, shown >= 0.2 * Double(present) {
        self = .bars(labels: labels, real: first, generated: second)
      } else if column.isNumeric || column.kind.isNumber {
        let unit: Double? =
          if case .number(let decimals) = column.kind { pow(10, -Double(decimals)) } else { nil }
        self = Self.histogram(Self.numbers(real), Self.numbers(generated), unit: unit)
      } else if case .histogram(let start, let width, let first, let second) =
        Self.histogram(Self.lengths(real), Self.lengths(generated), unit: 1)
      {
        self = .lengths(start: start, width: width, real: first, generated: second)
      } else {
        self = .none
      }
    }
  }

  private static func numbers(_ column: ComparedTable.Column) -> [Double] {
    column.texts.indices.compactMap { column.number($0) }
  }

  private static func lengths(_ column: ComparedTable.Column) -> [Double] {
    column.texts.compactMap { $0.map { Double($0.unicodeScalars.count) } }
  }

  private static func shares(
    _ column: ReferenceColumn, _ real: ComparedTable.Column, _ generated: ComparedTable.Column
  ) -> (labels: [String], real: [Double], generated: [Double]) {
    var ranks = column.values.indices.prefix { column.counts[$0] >= leastCount }
      .filter { column.values[$0] != nil }.prefix(mostBars).map(\.self)
    // Few numbers are in their own order.
    let numbers = ranks.compactMap { column.values[$0].flatMap(ComparedTable.Column.number) }
    if numbers.count == ranks.count, ranks.count == column.distinct || ranks.count < mostBars {
      ranks = zip(numbers, ranks).sorted { $0.0 < $1.0 }.map(\.1)
    }
    func shares(_ values: ComparedTable.Column) -> [Double] {
      var counts = [Int](repeating: 0, count: column.distinct)
      for text in values.texts {
        if let rank = column.rank(text) { counts[rank] += 1 }
      }
      return ranks.map { Double(counts[$0]) / Double(max(1, values.texts.count)) }
    }
    return (ranks.map { column.values[$0] ?? "" }, shares(real), shares(generated))
  }

  /// Returns shares in bins over the range of the real numbers but the outer half percents.
  ///
  /// - Parameter unit: the numbers are multiples of it; bins are then as many units wide and begin
  ///   halfway between numbers.
  static func histogram(_ real: [Double], _ generated: [Double], unit: Double?) -> Self {
    let sorted = real.sorted()
    guard !sorted.isEmpty else { return .none }
    var (low, high) = (sortedQuantile(sorted, 0.005), sortedQuantile(sorted, 0.995))
    if low == high { (low, high) = (sorted[0], sorted[sorted.count - 1]) }
    // Bins of few rows would tell of each of them.
    let most = max(3, min(mostBins, sorted.count / 15))
    var width = (high - low) / Double(most)
    guard width.isFinite else { return .none }
    var start = low
    if let unit, unit > 0, high / unit < 1e15, low / unit > -1e15 {
      width = max(1, (width / unit).rounded(.up)) * unit
      start = (low / unit).rounded() * unit - unit / 2
    }
    if width <= 0 { (width, start) = (1, low - 0.5) }
    let bins = max(1, min(most + 1, Int(((high - start) / width).rounded(.down)) + 1))
    func shares(_ numbers: [Double]) -> [Double] {
      var counts = [Int](repeating: 0, count: bins)
      for number in numbers {
        let place = ((number - start) / width).rounded(.down)
        counts[Int(max(0, min(Double(bins - 1), place)))] += 1
      }
      return counts.map { Double($0) / Double(max(1, numbers.count)) }
    }
    return .histogram(
      start: start, width: width, real: shares(real), generated: shares(generated))
  }
}
