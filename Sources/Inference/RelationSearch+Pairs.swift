import FakeGen
import Records
import Schema

extension RelationSearch {
  /// Most columns whose pairs are looked at.
  static let maximumPairedSources = 40
  /// Most pairs of a table.
  static let maximumPairs = 65_536
  /// Share of the rows that pairs in the table have at least.
  private static let minimumToldRows = 0.6
  /// Of a hundred rows whose pairs recur those whose pairs may have several values.
  private static let mixedPercent = 1
  /// Rows that should differ by chance, and how many times as many as those whose pairs have several
  /// values.
  private static let (leastDifferences, differencesPerMixed) = (20.0, 20.0)

  /// Columns that pairs of two others determine, though neither does alone: the pairs with the fewest
  /// values come first.
  mutating func findPairLookups() {
    let sources = columns.indices.filter { index in
      let column = columns[index]
      guard relations[index] == nil, column.distinct >= 2, column.distinct <= Self.maximumKeys
      else {
        return false
      }
      return column.form == .category || column.isNumber && isExact(column)
    }
    let targets = columns.indices.filter { isFree($0) && mayFollowFromPairs(columns[$0]) }
    guard sources.count >= 2, sources.count <= Self.maximumPairedSources, !targets.isEmpty else {
      return
    }
    var values: [Int: NumberedValues] = [:]
    for index in Set(sources + targets).sorted() { values[index] = NumberedValues(columns[index]) }
    let pairs = sources.enumerated().flatMap { place, first in
      sources[(place + 1)...].map { (first, $0) }
    }
    func size(_ pair: (Int, Int)) -> Int { columns[pair.0].distinct * columns[pair.1].distinct }
    for pair in pairs.sorted(by: { (size($0), $0.0, $0.1) < (size($1), $1.0, $1.1) }) {
      guard relations[pair.0] == nil, relations[pair.1] == nil, let first = values[pair.0],
        let second = values[pair.1]
      else { continue }
      var likely: PairSample?
      for target in targets where target != pair.0 && target != pair.1 && isFree(target) {
        guard let third = values[target] else { continue }
        let sample = likely ?? PairSample(first, second, rows: rows)
        likely = sample
        guard sample.repeats >= Self.minimumRows else { break }
        if sample.mayDetermine(third, rows: rows), determine(first, second, third) {
          add(.pairLookup(pair.0, pair.1), for: target)
        }
      }
    }
  }

  /// Whether a column can follow from pairs: a number, or a category without rare values.
  func mayFollowFromPairs(_ column: TypedColumn) -> Bool {
    guard column.distinct >= 2 else { return false }
    return column.isNumber
      || column.form == .category && Self.isFinite(column, minimumCount: minimumCount)
  }

  private func determine(
    _ first: NumberedValues, _ second: NumberedValues, _ target: NumberedValues
  ) -> Bool {
    let rows = PairedRows(first, second, target, groups: groups)
    let (repeated, mixed) = rows.repeated
    guard mixed * 100 <= repeated * Self.mixedPercent, rows.pairs.count <= Self.maximumPairs,
      Double(rows.toldRows(minimumCount: minimumCount))
        >= Self.minimumToldRows * Double(rowCount)
    else { return false }
    let differences = rows.expectedDifferences
    return differences >= Self.leastDifferences
      && differences >= Self.differencesPerMixed * Double(mixed)
  }
}

/// The pairs of two columns in a sample of the rows.
private struct PairSample {
  /// The number of each row's pair.
  private var pairs: [Int32] = []
  private var count: Int32 = 0
  /// Rows beyond the first one of their pair.
  var repeats: Int { pairs.count - Int(count) }

  init(_ first: NumberedValues, _ second: NumberedValues, rows: [Int]) {
    var numbers: [Int64: Int32] = [:]
    pairs.reserveCapacity(rows.count)
    for row in rows {
      let key = Int64(first.places[row]) << 32 | Int64(second.places[row])
      if let number = numbers[key] {
        pairs.append(number)
      } else {
        numbers[key] = count
        pairs.append(count)
        count += 1
      }
    }
  }

  /// Whether so few rows differ from the first one of their pair that it is worth looking at all.
  func mayDetermine(_ target: NumberedValues, rows: [Int]) -> Bool {
    var found = [Int32](repeating: -1, count: Int(count))
    var left = 20 + rows.count / 50
    for (place, row) in rows.enumerated() {
      let pair = Int(pairs[place])
      if found[pair] < 0 {
        found[pair] = target.places[row]
      } else if found[pair] != target.places[row] {
        left -= 1
        if left < 0 { return false }
      }
    }
    return true
  }
}
