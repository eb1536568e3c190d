import Schema

/// The values of a column, numbered in their order.
struct NumberedValues {
  /// The values that rows have, ascending: nothing first, then numbers, or texts by their bytes.
  let values: [Rule.Value]
  /// For each row the place of its value.
  let places: [Int32]

  init(_ column: TypedColumn) {
    let isNumber = column.isNumber || column.layout != nil
    var found = column.presentCodes.map { code in
      (
        code: code,
        value: isNumber
          ? Rule.Value.integer(column.units[code]) : .text(column.raw.texts[code])
      )
    }
    found.sort { $0.value.exactlyPrecedes($1.value) }
    var values: [Rule.Value] = column.nullRows > 0 ? [.null] : []
    var places = [Int32](repeating: 0, count: column.counts.count)
    for (code, value) in found {
      // Several texts may be one number.
      if values.last.map({ $0.exactlyPrecedes(value) }) ?? true { values.append(value) }
      places[code] = Int32(values.count - 1)
    }
    self.values = values
    self.places = column.raw.codes.indices.map {
      column.isNull($0) ? 0 : places[Int(column.raw.codes[$0])]
    }
  }
}

/// What the rows of each pair of two columns' values have in a third column.
struct PairedRows {
  struct Pair {
    var first: Int32
    var second: Int32
    /// The value of its first row.
    var value: Int32
    var rows = 0
    /// Rows of the table, of which lists' elements may have several.
    var tableRows = 0
    /// Whether a row has another value.
    var isMixed = false
    fileprivate var lastGroup: Int32 = -1
  }

  /// The pairs, in the order of their values.
  private(set) var pairs: [Pair] = []
  private let target: NumberedValues
  private let (first, second): (NumberedValues, NumberedValues)

  /// - Parameter groups: which row of the table each element of a list lies in; nil for rows.
  init(
    _ first: NumberedValues, _ second: NumberedValues, _ target: NumberedValues, groups: [Int32]?
  ) {
    (self.first, self.second, self.target) = (first, second, target)
    var places: [Int64: Int] = [:]
    for row in first.places.indices {
      let (one, other) = (first.places[row], second.places[row])
      let key = Int64(one) << 32 | Int64(other)
      let place = places[key] ?? pairs.count
      if place == pairs.count {
        places[key] = place
        pairs.append(Pair(first: one, second: other, value: target.places[row]))
      }
      pairs[place].rows += 1
      if pairs[place].value != target.places[row] { pairs[place].isMixed = true }
      let group = groups?[row] ?? Int32(truncatingIfNeeded: row)
      if pairs[place].lastGroup != group { pairs[place].tableRows += 1 }
      pairs[place].lastGroup = group
    }
    pairs.sort { ($0.first, $0.second) < ($1.first, $1.second) }
  }

  /// Rows of pairs with two rows or more, and those of them whose pairs have several values.
  var repeated: (rows: Int, mixed: Int) {
    pairs.reduce((0, 0)) { sums, pair in
      guard pair.rows > 1 else { return sums }
      return (sums.0 + pair.rows, sums.1 + (pair.isMixed ? pair.rows : 0))
    }
  }

  /// Rows of pairs that a table tells.
  ///
  /// - Parameter minimumCount: the rows that such a pair has.
  func toldRows(minimumCount: Int) -> Int {
    pairs.reduce(0) { $0 + ($1.isMixed || $1.tableRows < minimumCount ? 0 : $1.rows) }
  }

  /// How many rows would be expected to differ from another one of their pair if only one of the two
  /// columns told of the third: the less of both.
  var expectedDifferences: Double {
    min(differences(first, \.first), differences(second, \.second))
  }

  private func differences(_ column: NumberedValues, _ place: (Pair) -> Int32) -> Double {
    var counts: [Int64: Int] = [:]
    var sums = [Int](repeating: 0, count: column.values.count)
    for row in column.places.indices {
      counts[Int64(column.places[row]) << 32 | Int64(target.places[row]), default: 0] += 1
      sums[Int(column.places[row])] += 1
    }
    // Exact in any order: squares of counts.
    var squares = [Int](repeating: 0, count: column.values.count)
    for (key, count) in counts { squares[Int(key >> 32)] += count * count }
    return pairs.reduce(0) { sum, pair in
      let value = Int(place(pair))
      let alike = Double(squares[value]) / Double(sums[value] * sums[value])
      return sum + Double(pair.rows - 1) * (1 - alike)
    }
  }
}
