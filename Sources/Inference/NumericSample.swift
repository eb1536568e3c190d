import Records

/// The values of number and moment columns in some of the rows, in units.
struct NumericSample {
  struct Column {
    /// Of the table.
    let index: Int
    let values: [Int64]
    let isNull: [Bool]
    /// Digits after the point.
    let decimals: Int
    let isMoment: Bool
    /// Whether it may follow from others.
    let isFree: Bool
    let distinct: Int
    /// Tells which rows hold nothing; 0 if all hold something.
    let nullPattern: UInt64
  }

  /// Multipliers of the rows, for hashes that are sums: odd, and alike for all columns.
  let weights: [UInt64]
  let columns: [Column]

  init(_ typed: [TypedColumn], rows: [Int], random: inout SeededDraws) {
    weights = rows.map { _ in random.next() | 1 }
    let weights = weights
    columns = typed.enumerated().compactMap { index, column in
      // What is local to zones is neither added up nor compared.
      guard column.isNumber || column.layout.map({ !$0.showsZone }) ?? false else { return nil }
      let isNull = rows.map { column.isNull($0) }
      var pattern: UInt64 = 0
      for (row, null) in isNull.enumerated() where null { pattern &+= weights[row] }
      return Column(
        index: index, values: rows.map { column.units($0) }, isNull: isNull,
        decimals: column.decimals, isMoment: column.layout != nil, isFree: column.wanted == nil,
        distinct: column.distinct, nullPattern: pattern)
    }
  }
}
