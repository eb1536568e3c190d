import Records

/// How well boosted trees tell the rows of one table from those of another.
struct TwoSampleTest: Sendable {
  /// Rows of each table, at most.
  static let mostRows = 6_000
  /// Rows of each table, at least.
  static let leastRows = 60
  /// Features times rows of a table, at most: wide tables are told apart by fewer rows.
  static let mostCells = 1_200_000
  private static let folds = 3

  /// Area under the ROC curve: 0.5 if the rows cannot be told apart.
  let auc: Double
  /// Rows of each table.
  let rows: Int
  /// What part of the trees' gain is each column's; 1 in sum, or all 0.
  let importances: [Double]

  /// Tells rows apart; nil if there are too few.
  ///
  /// - Parameters:
  ///   - first: one table.
  ///   - second: another.
  ///   - columns: what is known of the columns.
  ///   - rows: rows to take of each, at most.
  ///   - seed: of the choice of rows and their order.
  init?(
    _ first: ComparedTable, _ second: ComparedTable, columns: [ReferenceColumn],
    rows limit: Int, seed: UInt64
  ) {
    var draws = SeededDraws(seed: seed)
    let width = columns.reduce(0) { $0 + Self.featureCount($1) }
    let cells = max(Self.mostCells / max(width, 1), 500)
    let rows = min(first.rows, second.rows, limit, Self.mostRows, cells)
    guard rows >= Self.leastRows, width > 0 else { return nil }
    self.rows = rows
    let places = [draws.places(rows, of: first.rows), draws.places(rows, of: second.rows)]
    var features: [[Float]] = []
    var owners: [Int] = []
    for (index, column) in columns.enumerated() {
      let of = zip([first, second], places).map { table, places in
        Self.features(column, table.columns[index], rows: places)
      }
      for (ofFirst, ofSecond) in zip(of[0], of[1]) {
        features.append(ofFirst + ofSecond)
        owners.append(index)
      }
    }
    let binned = BinnedFeatures(features, rows: 2 * rows)
    let labels = (0..<2 * rows).map { $0 >= rows }
    // The places of a table are in random order: every third row of each is a fold.
    var scores = [Double](repeating: 0, count: 2 * rows)
    var importances = [Double](repeating: 0, count: columns.count)
    for fold in 0..<Self.folds {
      let isOut = { (row: Int) in row % rows % Self.folds == fold }
      let trees = BoostedTrees(
        binned, labels: labels, rows: (0..<2 * rows).filter { !isOut($0) })
      for row in 0..<2 * rows where isOut(row) { scores[row] = trees.score(binned, row: row) }
      for (feature, gain) in trees.gains.enumerated() { importances[owners[feature]] += gain }
    }
    auc = areaUnderCurve(scores, labels: labels)
    let sum = importances.reduce(0, +)
    self.importances = sum > 0 ? importances.map { $0 / sum } : importances
  }

  private static func featureCount(_ column: ReferenceColumn) -> Int {
    if column.kind == .sequence { return 0 }
    if column.isNumeric { return 1 }
    return column.isNearUnique ? 3 : column.distinct > 200 ? 2 : 1
  }

  /// A number; how long a near-unique text is, how many digits it has and which character is first;
  /// of another value its rank, if it is not rare, and its length, if there are many.
  private static func features(
    _ column: ReferenceColumn, _ values: ComparedTable.Column, rows: [Int]
  ) -> [[Float]] {
    if column.kind == .sequence { return [] }
    if column.isNumeric { return [rows.map { values.number($0).map { Float($0) } ?? .nan }] }
    let texts = rows.map { values.texts[$0] ?? "" }
    let lengths = texts.map { Float($0.unicodeScalars.count) }
    if column.isNearUnique {
      return [
        lengths,
        texts.map { text in Float(text.utf8.count { (0x30...0x39).contains($0) }) },
        texts.map { Float($0.unicodeScalars.first?.value ?? 0) },
      ]
    }
    let ranks = rows.map { row -> Float in
      guard let rank = column.rank(values.texts[row]),
        column.counts[rank] >= 5 || column.distinct <= 30
      else { return -1 }
      return Float(rank)
    }
    return column.distinct > 200 ? [ranks, lengths] : [ranks]
  }
}

/// Area under the ROC curve: how often a row of the class that is true has a greater score than
/// one of the other, equal ones by half (Mann and Whitney).
func areaUnderCurve(_ scores: [Double], labels: [Bool]) -> Double {
  let order = scores.indices.sorted { scores[$0] < scores[$1] }
  var rankSum = 0.0
  var start = 0
  while start < order.count {
    var end = start
    while end < order.count, scores[order[end]] == scores[order[start]] { end += 1 }
    let positive = order[start..<end].count { labels[$0] }
    rankSum += Double(positive) * Double(start + end + 1) / 2
    start = end
  }
  let positive = Double(labels.count(where: \.self))
  let negative = Double(labels.count) - positive
  guard positive > 0, negative > 0 else { return 0.5 }
  return (rankSum - positive * (positive + 1) / 2) / (positive * negative)
}
