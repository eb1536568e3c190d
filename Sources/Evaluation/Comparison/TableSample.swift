import Records

/// Rows of a table as the figures compare them.
struct TableSample: Sendable {
  /// Rows that figures are computed from, at most.
  static let mostRows = 20_000
  /// Values of a column that are compared one by one, at most.
  static let shapeValues = 200
  /// The same of a pair of columns.
  static let pairValues = 10

  let rows: Int
  /// Of a column of numbers those that are there, sorted; else none.
  let numbers: [[Double]]
  /// Of other columns how often each frequent value occurs, the rest last.
  let shapes: [[Int]]
  /// `[columns][rows]`: the cells of pairs, 0 ..< `pairValues` + 2.
  let cells: [[UInt8]]
  let nulls: [Int]

  /// Draws rows of a table.
  ///
  /// - Parameters:
  ///   - table: with `ReferenceColumn.compared` values.
  ///   - columns: what is known of its columns.
  ///   - draws: chooses the rows.
  init(_ table: ComparedTable, columns: [ReferenceColumn], draws: inout SeededDraws) {
    let places = draws.places(Self.mostRows, of: table.rows)
    rows = places.count
    var numbers: [[Double]] = []
    var shapes: [[Int]] = []
    var cells: [[UInt8]] = []
    var nulls: [Int] = []
    for (column, values) in zip(columns, table.columns) {
      nulls.append(places.count { values.texts[$0] == nil })
      cells.append(places.map { UInt8(column.cell(values, $0, top: Self.pairValues)) })
      if column.isNumeric {
        numbers.append(places.compactMap { values.number($0) }.sorted())
        shapes.append([])
      } else {
        var counts = [Int](repeating: 0, count: Self.shapeValues + 1)
        for place in places { counts[column.cell(values, place, top: Self.shapeValues)] += 1 }
        numbers.append([])
        shapes.append(counts)
      }
    }
    self.numbers = numbers
    self.shapes = shapes
    self.cells = cells
    self.nulls = nulls
  }

  /// How alike a column is in two samples: 1 minus the Kolmogorov-Smirnov distance of numbers, or
  /// the total variation distance of other values.
  func shape(_ column: Int, _ other: TableSample) -> Double {
    guard !shapes[column].isEmpty else {
      let distance = kolmogorovSmirnovDistance(numbers[column], other.numbers[column])
      // Without a number on one side there is nothing alike but as little on the other.
      return distance.map { 1 - $0 }
        ?? (numbers[column].count == other.numbers[column].count ? 1 : 0)
    }
    return 1 - Self.totalVariation(shapes[column], rows, other.shapes[column], other.rows)
  }

  /// How alike a pair of columns is in two samples: 1 minus the total variation distance.
  func pair(_ first: Int, _ second: Int, _ other: TableSample) -> Double {
    1 - Self.totalVariation(joint(first, second), rows, other.joint(first, second), other.rows)
  }

  private static let codes = pairValues + 2

  private func joint(_ first: Int, _ second: Int) -> [Int] {
    var counts = [Int](repeating: 0, count: Self.codes * Self.codes)
    for (a, b) in zip(cells[first], cells[second]) { counts[Int(a) * Self.codes + Int(b)] += 1 }
    return counts
  }

  private static func totalVariation(
    _ first: [Int], _ firstTotal: Int, _ second: [Int], _ secondTotal: Int
  ) -> Double {
    guard firstTotal > 0, secondTotal > 0 else { return firstTotal == secondTotal ? 0 : 1 }
    var difference = 0
    for (a, b) in zip(first, second) { difference += abs(a * secondTotal - b * firstTotal) }
    return Double(difference) / 2 / Double(firstTotal) / Double(secondTotal)
  }

  /// How strongly a pair of columns hangs together, 0...1: Cramér's V of the cells of pairs,
  /// corrected for its bias (Bergsma 2013).
  func association(_ first: Int, _ second: Int) -> Double {
    guard rows > 1 else { return 0 }
    let counts = joint(first, second)
    var (sumsOfFirst, sumsOfSecond) = (
      [Int](repeating: 0, count: Self.codes), [Int](repeating: 0, count: Self.codes)
    )
    for (place, count) in counts.enumerated() {
      sumsOfFirst[place / Self.codes] += count
      sumsOfSecond[place % Self.codes] += count
    }
    let total = Double(rows)
    var squares = 0.0
    for (place, count) in counts.enumerated() where count > 0 {
      squares +=
        Double(count) * Double(count)
        / (Double(sumsOfFirst[place / Self.codes]) * Double(sumsOfSecond[place % Self.codes]))
    }
    let (r, k) = (
      Double(sumsOfFirst.count { $0 > 0 }), Double(sumsOfSecond.count { $0 > 0 })
    )
    let phi = max(0, squares - 1 - (r - 1) * (k - 1) / (total - 1))
    let least = min(r - (r - 1) * (r - 1) / (total - 1), k - (k - 1) * (k - 1) / (total - 1)) - 1
    return least > 0 ? min(1, (phi / least).squareRoot()) : 0
  }
}
