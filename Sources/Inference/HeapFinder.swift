import Schema

/// Finds the powers of ten that many numbers of a column are rounded to, though others are not: whole
/// thousands among amounts, two digits after the point among six.
///
/// Values in bins of neighbours would lose this; values that are frequent by themselves have bins of
/// their own, and do not count.
struct HeapFinder {
  /// Share of the rows that are multiples, at least.
  private static let leastShare = 0.1
  /// How many times as many there should be as by chance.
  private static let leastRatio = 3.0
  /// Of those the share that is rounded no further.
  private static let leastRest = 0.4
  /// Rows that count, their share of all, and distinct values in them, at least.
  private static let (leastRows, leastPart, leastValues) = (200, 0.2, 64)
  /// Most powers that are kept: the rows of each are rounded to it, and to none beyond it.
  private static let mostHeaps = 2

  /// Numbers of rows that have each value.
  private let values: [(units: Int64, rows: Int)]
  private let rows: Int
  private let allRows: Int

  /// - Parameters:
  ///   - column: numbers.
  ///   - maximumBins: a value with more than its share of so many bins is frequent by itself.
  init(_ column: TypedColumn, maximumBins: Int) {
    let all = column.valueRows
    allRows = all
    var counts: [Int64: Int] = [:]
    for code in column.presentCodes {
      counts[column.units[code], default: 0] += column.counts[code]
    }
    values = counts.filter { $0.value * maximumBins < all }.map { ($0.key, $0.value) }
    rows = values.reduce(0) { $0 + $1.rows }
  }

  /// The powers of ten, in units, ascending; none for most columns.
  func heaps() -> [Int64] {
    guard rows >= Self.leastRows, Double(rows) >= Self.leastPart * Double(allRows),
      values.count >= Self.leastValues
    else { return [] }
    var heaps: [Int64] = []
    // The share that would be multiples if digits fell by chance beyond the last heap.
    var chance = 1.0
    var unit: Int64 = 10
    var share = self.share(unit)
    while share >= Self.leastShare, unit < Int64.max / 100 {
      let next = self.share(unit * 10)
      chance /= 10
      let isRounded = share >= Self.leastRatio * chance
      if isRounded, next <= (1 - Self.leastRest) * share {
        heaps.append(unit)
        chance = share
      }
      (unit, share) = (unit * 10, next)
    }
    return heaps.suffix(Self.mostHeaps)
  }

  private func share(_ unit: Int64) -> Double {
    Double(values.reduce(0) { $0 + ($1.units % unit == 0 ? $1.rows : 0) }) / Double(rows)
  }
}
