import Foundation
import Records

/// Generated rows compared with held-out ones, and with what training saw, for any table.
///
/// Each figure of the generated rows stands beside the same figure of real rows, the best one can
/// reach: training rows taken as if they were generated or, for privacy, held-out rows.
public struct TableComparison: Codable, Hashable, Sendable {
  /// A figure of the generated rows beside that of real ones.
  public struct Scores: Codable, Hashable, Sendable {
    /// How well boosted trees tell the rows from held-out ones (`TwoSampleTest`): 0.5 if not at
    /// all; nil for too few rows.
    public var auc: Double?
    /// Mean over columns of how alike their distributions are, 1 at best.
    public var shape: Double
    /// Mean over pairs of columns likewise; nil if there are fewer than two columns.
    public var pair: Double?
    /// Greatest difference of a column's null rate to that of the held-out rows.
    public var nullDifference: Double
  }

  /// A column in the tables.
  public struct Column: Codable, Hashable, Sendable {
    /// The column.
    public var column: ComparedColumn
    /// Number of distinct training values.
    public var distinct: Int
    /// How alike generated rows are to held-out ones, 1 at best: 1 minus the Kolmogorov-Smirnov
    /// distance of numbers, 1 minus the total variation distance of others. Nil if it is not
    /// compared.
    public var shape: Double?
    /// The same of training rows.
    public var realShape: Double?
    /// Share of nulls among generated, held-out and training rows.
    public var nulls: Nulls
    /// What part of the trees' gain is the column's: 1 in sum; nil without trees.
    public var importance: Double?
    /// What it looks like.
    public var profile: ColumnProfile
  }

  /// Shares of nulls.
  public struct Nulls: Codable, Hashable, Sendable {
    /// Of generated rows.
    public var generated: Double
    /// Of held-out rows.
    public var heldOut: Double
    /// Of training rows.
    public var training: Double
  }

  /// Two columns together.
  public struct ColumnPair: Codable, Hashable, Sendable {
    /// Index of the first column.
    public var first: Int
    /// Index of the second one.
    public var second: Int
    /// How alike generated rows are to held-out ones, 1 at best.
    public var score: Double
    /// The same of training rows.
    public var realScore: Double
  }

  /// How strongly columns hang together, two by two: Cramér's V of the cells of pairs, corrected
  /// for its bias, 0...1.
  public struct Associations: Codable, Hashable, Sendable {
    /// The columns, at most `TableComparison.mostColumns`.
    public var columns: [Int]
    /// `[columns, columns]`, of training rows.
    public var real: [Double]
    /// `[columns, columns]`, of generated rows.
    public var generated: [Double]
  }

  /// Columns whose pairs are all compared, and columns of pictures, at most.
  public static let mostColumns = 60
  /// Pairs that are kept, the worst.
  static let keptPairs = 30

  /// Numbers of rows.
  public struct Rows: Codable, Hashable, Sendable {
    /// Training rows.
    public var training: Int
    /// Held-out rows.
    public var heldOut: Int
    /// Generated rows.
    public var generated: Int
    /// Rows of each table that the trees were given; nil without trees.
    public var trees: Int?
  }

  /// Numbers of rows.
  public var rows: Rows
  /// Figures of the generated rows.
  public var generated: Scores
  /// Figures of training rows taken as if they were generated.
  public var real: Scores
  /// The columns in their order.
  public var columns: [Column]
  /// Indices of the compared columns, the worst first: by how far they fall short of real rows.
  public var worstColumns: [Int]
  /// The worst pairs of columns, the worst first.
  public var worstPairs: [ColumnPair]
  /// Number of pairs that were compared; fewer than there are, chosen at random, if there are more
  /// than `mostColumns` columns.
  public var comparedPairs: Int
  /// How strongly columns hang together.
  public var associations: Associations
  /// What comes back of the training rows.
  public var privacy: PrivacyFigures
  /// How good the rows are, in a word.
  public var grade: Grade

  /// Compares tables.
  ///
  /// - Parameters:
  ///   - training: rows that the model was trained on; of very many a sample will do.
  ///   - heldOut: rows that it was not.
  ///   - generated: rows that the model made.
  ///   - columns: the columns, in the order of the tables'. A table with more columns is cut; what
  ///     one lacks counts as null.
  ///   - epochs: how often training saw each row; nil if it is not known.
  ///   - copiesHoldLittle: whether the model keeps training rows back but for those that hold little.
  ///   - seed: of the choice of rows where there are many, of pairs, and of the trees' folds.
  public init(
    training: ComparedTable, heldOut: ComparedTable, generated: ComparedTable,
    columns: [ComparedColumn], epochs: Double? = nil, copiesHoldLittle: Bool = false, seed: UInt64
  ) {
    var draws = SeededDraws(seed: seed)
    let (training, heldOut, generated) = (
      training.fitted(to: columns.count), heldOut.fitted(to: columns.count),
      generated.fitted(to: columns.count)
    )
    let known = zip(columns, training.columns).map { ReferenceColumn($1, kind: $0.kind) }
    privacy = PrivacyFigures(
      training: training, heldOut: heldOut, generated: generated, columns: known, epochs: epochs,
      copiesHoldLittle: copiesHoldLittle, draws: &draws)

    // Keys are compared by what they look like.
    let patterned = [training, heldOut, generated].map { $0.patterned(columns) }
    let compared = zip(columns, zip(known, patterned[0].columns)).map { column, other in
      column.kind == .key ? ReferenceColumn(other.1, kind: .key) : other.0
    }
    let samples = patterned.map { TableSample($0, columns: compared, draws: &draws) }
    let (trained, held, made) = (samples[0], samples[1], samples[2])

    let treeRows = min(training.rows, generated.rows)
    let treeSeed = draws.next()
    let test = TwoSampleTest(generated, heldOut, columns: known, rows: treeRows, seed: treeSeed)
    let realTest = TwoSampleTest(training, heldOut, columns: known, rows: treeRows, seed: treeSeed)

    let shaped = columns.indices.filter { columns[$0].kind != .sequence }
    self.columns = columns.indices.map { index in
      let isShaped = columns[index].kind != .sequence
      return Column(
        column: columns[index], distinct: known[index].distinct,
        shape: isShaped ? made.shape(index, held) : nil,
        realShape: isShaped ? trained.shape(index, held) : nil,
        nulls: Nulls(
          generated: made.nullRate(index), heldOut: held.nullRate(index),
          training: trained.nullRate(index)),
        importance: test?.importances[index],
        profile: ColumnProfile(
          compared[index], real: patterned[0].columns[index],
          generated: patterned[2].columns[index]))
    }
    let all = self.columns
    func lack(_ column: Int) -> Double { (all[column].realShape ?? 0) - (all[column].shape ?? 0) }
    worstColumns = shaped.sorted { lack($0) != lack($1) ? lack($0) > lack($1) : $0 < $1 }

    let pairs = Self.pairs(shaped, draws: &draws)
    let scored = pairs.map { first, second in
      ColumnPair(
        first: first, second: second, score: made.pair(first, second, held),
        realScore: trained.pair(first, second, held))
    }
    comparedPairs = scored.count
    worstPairs = Array(
      scored.enumerated().sorted { left, right in
        let lacks = [left, right].map { $0.element.realScore - $0.element.score }
        return lacks[0] != lacks[1] ? lacks[0] > lacks[1] : left.offset < right.offset
      }.map(\.element).prefix(Self.keptPairs))

    let pictured = worstColumns.filter { known[$0].distinct > 1 }.prefix(Self.mostColumns).sorted()
    associations = Associations(
      columns: pictured, real: trained.associations(pictured),
      generated: made.associations(pictured))

    rows = Rows(
      training: training.rows, heldOut: heldOut.rows, generated: generated.rows, trees: test?.rows)
    func greatest(_ share: (Nulls) -> Double) -> Double {
      all.map { abs(share($0.nulls) - $0.nulls.heldOut) }.max() ?? 0
    }
    func mean(_ values: [Double]) -> Double? {
      values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    }
    self.generated = Scores(
      auc: test?.auc, shape: mean(all.compactMap(\.shape)) ?? 1, pair: mean(scored.map(\.score)),
      nullDifference: greatest(\.generated))
    real = Scores(
      auc: realTest?.auc, shape: mean(all.compactMap(\.realShape)) ?? 1,
      pair: mean(scored.map(\.realScore)), nullDifference: greatest(\.training))
    grade = Grade(auc: test?.auc, real: realTest?.auc, error: test?.standardError ?? 0)
  }

  /// All pairs of columns, or of many columns as many pairs as `mostColumns` have.
  private static func pairs(_ columns: [Int], draws: inout SeededDraws) -> [(Int, Int)] {
    if columns.count <= mostColumns {
      return columns.indices.flatMap { first in
        columns[(first + 1)...].map { (columns[first], $0) }
      }
    }
    var chosen: Set<[Int]> = []
    var pairs: [(Int, Int)] = []
    while pairs.count < mostColumns * (mostColumns - 1) / 2 {
      let places = [
        Int(draws.next() % UInt64(columns.count)), Int(draws.next() % UInt64(columns.count)),
      ].sorted()
      guard places[0] != places[1], chosen.insert(places).inserted else { continue }
      pairs.append((columns[places[0]], columns[places[1]]))
    }
    return pairs
  }
}

extension ComparedTable {
  /// The table with as many columns and rows as it should have.
  fileprivate func fitted(to count: Int) -> ComparedTable {
    let rows = rows
    return ComparedTable(
      columns: (0..<count).map { index in
        guard columns.indices.contains(index) else {
          return Column(texts: Array(repeating: nil, count: rows))
        }
        guard columns[index].texts.count > rows else { return columns[index] }
        return Column(
          texts: Array(columns[index].texts.prefix(rows)),
          numbers: columns[index].numbers.map { Array($0.prefix(rows)) })
      })
  }

  /// The table with the patterns of keys in their place.
  fileprivate func patterned(_ kinds: [ComparedColumn]) -> ComparedTable {
    var table = self
    for (index, column) in kinds.enumerated() where column.kind == .key {
      table.columns[index] = Column(texts: columns[index].texts.map { $0.map(textPattern) })
    }
    return table
  }
}

extension TableSample {
  func nullRate(_ column: Int) -> Double { Double(nulls[column]) / Double(max(1, rows)) }

  /// `[columns, columns]`
  func associations(_ columns: [Int]) -> [Double] {
    var result = [Double](repeating: 1, count: columns.count * columns.count)
    for first in columns.indices {
      for second in columns.indices where second > first {
        let value = association(columns[first], columns[second])
        result[first * columns.count + second] = value
        result[second * columns.count + first] = value
      }
    }
    return result
  }
}

extension TwoSampleTest {
  /// Standard error of the area under the curve of rows that cannot be told apart.
  var standardError: Double { (1 / (6 * Double(rows))).squareRoot() }
}
