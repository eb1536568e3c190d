import Records

/// What is known of a column from its training rows: which values it has and how often, and whether
/// it is one of numbers.
struct ReferenceColumn: Sendable {
  /// More distinct values than this make numbers a column of numbers.
  static let mostCategories = 12

  let kind: ComparedColumn.Kind
  /// Numbers that are compared as such.
  let isNumeric: Bool
  /// Number of training rows.
  let rows: Int
  /// Place of each value among those of the training rows, the most frequent first, of as frequent
  /// ones the first to occur.
  let ranks: [FieldValue: Int32]
  /// How often each of them occurs.
  let counts: [Int]
  /// The values, nil for null.
  let values: [String?]
  /// The deciles of the numbers, without repetition.
  let deciles: [Double]
  /// Share of the numbers from the least to the greatest, in steps of the least difference, that
  /// training rows have; 0 if it is no column of numbers.
  let density: Double

  /// Learns a column.
  ///
  /// - Parameters:
  ///   - column: the training rows'.
  ///   - kind: what it holds.
  init(_ column: ComparedTable.Column, kind: ComparedColumn.Kind) {
    self.kind = kind
    rows = column.texts.count
    var identifiers: [FieldValue: Int32] = [:]
    var found: [(count: Int, text: String?)] = []
    var numbers: [Double] = []
    var areNumbers = kind != .key && kind != .sequence
    for (row, text) in column.texts.enumerated() {
      let value = Self.value(text)
      if let known = identifiers[value] {
        found[Int(known)].count += 1
      } else {
        identifiers[value] = Int32(found.count)
        found.append((1, text))
      }
      guard areNumbers, text != nil else { continue }
      if let number = column.number(row) {
        numbers.append(number)
      } else if column.numbers == nil {
        areNumbers = false
      }
    }
    numbers.sort()
    var distinct = numbers.isEmpty ? 0 : 1
    var step = Double.infinity
    for index in numbers.indices.dropFirst() where numbers[index] != numbers[index - 1] {
      distinct += 1
      step = min(step, numbers[index] - numbers[index - 1])
    }
    isNumeric = areNumbers && distinct > Self.mostCategories
    density =
      isNumeric
      ? Double(distinct) / ((numbers[numbers.count - 1] - numbers[0]) / step + 1) : 0
    let order = found.indices.sorted {
      found[$0].count != found[$1].count ? found[$0].count > found[$1].count : $0 < $1
    }
    var rankOf = [Int32](repeating: 0, count: found.count)
    for (rank, identifier) in order.enumerated() { rankOf[identifier] = Int32(rank) }
    ranks = identifiers.mapValues { rankOf[Int($0)] }
    counts = order.map { found[$0].count }
    values = order.map { found[$0].text }
    var deciles: [Double] = []
    if isNumeric {
      for tenth in 1...9 {
        let cut = sortedQuantile(numbers, Double(tenth) * 0.1)
        if cut != deciles.last { deciles.append(cut) }
      }
    }
    self.deciles = deciles
  }

  /// A text as a key that is equal scalar by scalar.
  static func value(_ text: String?) -> FieldValue { text.map { .text($0) } ?? .null }

  /// Number of distinct values, null among them.
  var distinct: Int { counts.count }

  /// Whether more than half of the training rows' values are distinct.
  var isNearUnique: Bool { Double(distinct) > 0.5 * Double(rows) }

  /// The rank of a value; nil if no training row has it.
  func rank(_ text: String?) -> Int? { ranks[Self.value(text)].map { Int($0) } }

  /// The cell of a row among `top` frequent values, or the tenths of the numbers. Cells are
  /// 0 ..< `top` or 10; `top` is the rest, `top` + 1 the missing numbers.
  func cell(_ column: ComparedTable.Column, _ row: Int, top: Int) -> Int {
    guard isNumeric else {
      guard let rank = rank(column.texts[row]), rank < top else { return top }
      return rank
    }
    guard let number = column.number(row) else { return top + 1 }
    return deciles.count { $0 <= number }
  }
}

/// Interpolates linearly between the order statistics of a sorted sample that is not empty
/// (Hyndman and Fan's type 7).
func sortedQuantile(_ sorted: [Double], _ fraction: Double) -> Double {
  let place = fraction * Double(sorted.count - 1)
  let below = Int(place)
  let above = min(below + 1, sorted.count - 1)
  let share = place - Double(below)
  let difference = sorted[above] - sorted[below]
  // The ends may be too far apart for their difference.
  guard difference.isFinite else { return share < 0.5 ? sorted[below] : sorted[above] }
  // From the nearer end, as NumPy does it: equal ends give what they are.
  return share < 0.5
    ? sorted[below] + difference * share : sorted[above] - difference * (1 - share)
}
