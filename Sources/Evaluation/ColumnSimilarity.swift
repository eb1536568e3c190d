@preconcurrency import CGSL
import Records

/// How alike the columns of two tables are, one by one and two by two, as SDMetrics scores them
/// (docs.sdv.dev/sdmetrics: Column Shapes, Column Pair Trends), 1 at best.
///
/// - A column of numbers is scored by `KSComplement`, 1 minus the Kolmogorov-Smirnov distance; any
///   other by `TVComplement`, 1 minus the total variation distance, null counting as a value.
/// - Two columns of numbers are scored by `CorrelationSimilarity`, 1 - |r - r'| / 2 with Pearson's
///   r; any other two by `ContingencySimilarity`, 1 minus the total variation distance of the pairs
///   of values, with numbers put into ten equal parts of the reference's range, the outer ones
///   open.
///
/// Columns that have one value throughout the reference are left out.
struct ColumnSimilarity: Sendable {
  /// A number's place among ten parts, or a value's identifier.
  private typealias Codes = [Int32]

  private struct Column: Sendable {
    let leaf: Int
    let isNumeric: Bool
    /// Identifiers of the reference's values.
    let identifiers: [FieldValue: Int32]
    /// The numbers of the reference that are there.
    let numbers: [Double]
    let minimum: Double
    let binWidth: Double
    let counts: [Int32: Int]
    /// Per row, for correlations; nil where missing.
    let values: [Double?]
  }

  static let bins = 10

  private let columns: [Column]
  private let pairs: [(first: Int, second: Int, reference: PairReference)]
  private let count: Int

  private enum PairReference: Sendable {
    /// Pearson's r; nil if it is not defined.
    case correlation(Double?)
    case contingency([Int: Int])
  }

  init(reference rows: [Record]) {
    count = rows.count
    let width = rows.first?.values.count ?? 0
    columns = (0..<width).compactMap { Self.column($0, rows) }
    let codes = columns.map { Self.codes($0, rows) }
    var pairs: [(first: Int, second: Int, reference: PairReference)] = []
    for first in columns.indices {
      for second in columns.indices where second > first {
        let reference: PairReference =
          columns[first].isNumeric && columns[second].isNumeric
          ? .correlation(Self.correlation(columns[first].values, columns[second].values))
          : .contingency(Self.pairCounts(codes[first], codes[second]))
        pairs.append((first, second, reference))
      }
    }
    self.pairs = pairs
  }

  private static func column(_ leaf: Int, _ rows: [Record]) -> Column? {
    var identifiers: [FieldValue: Int32] = [:]
    for row in rows where identifiers[row.category(leaf)] == nil {
      identifiers[row.category(leaf)] = Int32(identifiers.count)
    }
    guard identifiers.count > 1 else { return nil }
    let values = rows.map { $0.number(leaf) }
    let numbers = values.compactMap(\.self)
    let isNumeric = !numbers.isEmpty
    let minimum = numbers.min() ?? 0
    let column = Column(
      leaf: leaf, isNumeric: isNumeric, identifiers: identifiers, numbers: numbers,
      minimum: minimum, binWidth: ((numbers.max() ?? 0) - minimum) / Double(bins), counts: [:],
      values: values)
    var counts: [Int32: Int] = [:]
    for code in codes(column, rows) { counts[code, default: 0] += 1 }
    return Column(
      leaf: leaf, isNumeric: isNumeric, identifiers: identifiers, numbers: numbers,
      minimum: minimum, binWidth: column.binWidth, counts: counts, values: values)
  }

  private static func codes(_ column: Column, _ rows: [Record]) -> Codes {
    guard !column.isNumeric else {
      return rows.map { row in
        guard let number = row.number(column.leaf) else { return -1 }
        guard column.binWidth > 0 else { return 0 }
        let bin = ((number - column.minimum) / column.binWidth).rounded(.down)
        return Int32(max(0, min(Double(bins - 1), bin)))
      }
    }
    var identifiers = column.identifiers
    return rows.map { row in
      let value = row.category(column.leaf)
      if let known = identifiers[value] { return known }
      let identifier = Int32(identifiers.count)
      identifiers[value] = identifier
      return identifier
    }
  }

  private static func pairCounts(_ first: Codes, _ second: Codes) -> [Int: Int] {
    var counts: [Int: Int] = [:]
    for (a, b) in zip(first, second) { counts[Int(a) << 32 | Int(b + 1), default: 0] += 1 }
    return counts
  }

  private static func correlation(_ first: [Double?], _ second: [Double?]) -> Double? {
    let both = zip(first, second).compactMap { a, b in a.flatMap { a in b.map { (a, $0) } } }
    guard both.count > 1 else { return nil }
    let r = gsl_stats_correlation(both.map(\.0), 1, both.map(\.1), 1, both.count)
    return r.isFinite ? r : nil
  }

  /// Returns half the sum of the differences of two distributions given by counts.
  private static func totalVariation<Key>(
    _ first: [Key: Int], of firstTotal: Int, _ second: [Key: Int], of secondTotal: Int
  ) -> Double {
    // In whole numbers, so that the order of a dictionary cannot show in the last digit.
    var difference = 0
    for (key, count) in first {
      difference += abs(count * secondTotal - (second[key] ?? 0) * firstTotal)
    }
    for (key, count) in second where first[key] == nil { difference += count * firstTotal }
    return Double(difference) / 2 / Double(firstTotal) / Double(secondTotal)
  }

  /// Returns the mean of the columns' scores and mean of the pairs' scores, 0...1; nil without
  /// rows, or without columns or pairs to score.
  func scores(of rows: [Record]) -> (shapes: Double?, pairTrends: Double?) {
    guard !rows.isEmpty, count > 0 else { return (nil, nil) }
    let codes = columns.map { Self.codes($0, rows) }
    let values = columns.map { column in
      column.isNumeric ? rows.map { $0.number(column.leaf) } : []
    }
    let shapes = columns.indices.compactMap { index -> Double? in
      let column = columns[index]
      if column.isNumeric {
        return kolmogorovSmirnovDistance(values[index].compactMap(\.self), column.numbers)
          .map { 1 - $0 }
      }
      var counts: [Int32: Int] = [:]
      for code in codes[index] { counts[code, default: 0] += 1 }
      return 1 - Self.totalVariation(counts, of: rows.count, column.counts, of: count)
    }
    let trends = pairs.compactMap { pair -> Double? in
      switch pair.reference {
      case .correlation(let expected):
        guard let expected,
          let found = Self.correlation(values[pair.first], values[pair.second])
        else { return nil }
        return 1 - abs(expected - found) / 2
      case .contingency(let expected):
        let found = Self.pairCounts(codes[pair.first], codes[pair.second])
        return 1 - Self.totalVariation(found, of: rows.count, expected, of: count)
      }
    }
    func mean(_ scores: [Double]) -> Double? {
      scores.isEmpty ? nil : scores.reduce(0, +) / Double(scores.count)
    }
    return (mean(shapes), mean(trends))
  }
}

extension Record {
  fileprivate func number(_ leaf: Int) -> Double? { values[leaf].number }

  /// Returns the value with empty text as null.
  fileprivate func category(_ leaf: Int) -> FieldValue { value(leaf) ?? .null }
}
