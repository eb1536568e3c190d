import Records

/// What comes back of the training rows, each figure beside that of held-out rows, which are as
/// near to training rows as chance brings them.
///
/// Keys do not count when rows are compared: a copy with another key is a copy.
public struct PrivacyFigures: Codable, Hashable, Sendable {
  /// A figure of generated rows beside that of held-out rows.
  public struct Pair: Codable, Hashable, Sendable {
    /// Of generated rows.
    public var generated: Double
    /// Of held-out rows; nil if there are too few.
    public var heldOut: Double?
  }

  /// A column whose values nearly all differ.
  public struct NearUnique: Codable, Hashable, Sendable {
    /// Index of the column.
    public var column: Int
    /// Share of its training values that are distinct.
    public var distinct: Double
    /// Share of the values that a training row has.
    public var known: Pair
    /// Of numbers, moments and codes, the share of the values in their range, in steps of the least
    /// difference, that a training row has, as a value drawn at random would; else 0.
    public var density: Double
  }

  /// More distinct training values than this, per value, make a column a near-unique one.
  public static let nearUniqueShare = 0.5

  /// Number of training rows.
  public var trainingRows: Int
  /// How often training saw each of them; nil if it is not known.
  public var epochs: Double?
  /// Number of generated rows.
  public var generatedRows: Int
  /// Number of held-out rows.
  public var heldOutRows: Int
  /// Share of rows that are training rows.
  public var copies: Pair
  /// Whether training rows are kept back but for those that hold little, so that copies are of these.
  public var copiesHoldLittle: Bool
  /// Columns of which each combination of values is in one row, where half of those that there can
  /// be or more are: held-out rows cannot be as near to training rows as generated ones.
  public var panel: [Int]
  /// Rows of each table whose distances were measured, at most.
  public var probes: Int
  /// Median distance to the closest training row, 0...1.
  public var distance: Pair?
  /// Share of rows that are nearer to a training row than all but 5 % of the held-out rows.
  public var nearCopies: Pair?
  /// Share of rows that are nearer to a training row than to any of as many held-out rows; those
  /// that are as near to both count by half.
  public var nearerTraining: Pair?
  /// The near-unique columns.
  public var nearUnique: [NearUnique]
}

extension PrivacyFigures {
  /// Rows whose distances are measured, at most.
  private static let mostProbes = 2_000
  /// Training rows that they are measured to, at most.
  private static let mostNeighbours = 20_000
  /// Values that are compared for distances, at most.
  private static let mostComparisons = 2_000_000_000

  /// Computes the figures.
  ///
  /// - Parameters:
  ///   - columns: what is known of the columns.
  ///   - epochs: how often training saw each row.
  ///   - copiesHoldLittle: whether the model keeps training rows back but for those that hold little.
  ///   - draws: chooses the rows whose distances are measured.
  init(
    training: ComparedTable, heldOut: ComparedTable, generated: ComparedTable,
    columns: [ReferenceColumn], epochs: Double?, copiesHoldLittle: Bool,
    draws: inout SeededDraws
  ) {
    trainingRows = training.rows
    self.epochs = epochs
    generatedRows = generated.rows
    heldOutRows = heldOut.rows
    let compared = columns.indices.filter {
      columns[$0].kind != .key && columns[$0].kind != .sequence && columns[$0].distinct > 0
    }
    self.copiesHoldLittle = copiesHoldLittle
    panel = PanelFinder(training, heldOut, compared: compared).columns()
    copies = Self.copies(training, heldOut, generated, columns: columns, compared: compared)
    nearUnique = columns.indices.compactMap { index in
      Self.nearUnique(index, columns[index], heldOut: heldOut, generated: generated)
    }

    // Wide and long tables by fewer rows.
    let cells = max(1, compared.count) * 2
    var neighbours = min(training.rows, Self.mostNeighbours)
    var probes = Self.mostProbes
    if cells * neighbours * probes > Self.mostComparisons {
      probes = max(500, Self.mostComparisons / (cells * neighbours))
      neighbours = max(1, min(neighbours, Self.mostComparisons / (cells * probes)))
    }
    self.probes = probes
    let peers = min(training.rows, heldOut.rows, probes)
    guard !compared.isEmpty, training.rows > 0, heldOut.rows > 1, generated.rows > 0 else { return }
    let near = draws.places(neighbours, of: training.rows)
    let known = draws.places(probes, of: heldOut.rows)
    let made = draws.places(probes, of: generated.rows)
    let scale = GowerScale(
      training: training, near, heldOut: heldOut, known, columns: columns, compared: compared)
    let (trained, real, fake) = (
      scale.table(training, near), scale.table(heldOut, known), scale.table(generated, made)
    )
    let toReal = real.distances(to: trained)
    let toFake = fake.distances(to: trained)
    // Less by what single precision may be off, or rows that are as near would be nearer.
    let close = (quantile(toReal, 0.05) ?? 0) - 1e-6
    distance = Pair(
      generated: quantile(toFake, 0.5) ?? 0, heldOut: quantile(toReal, 0.5))
    nearCopies = Pair(
      generated: Self.share(toFake) { $0 < close }, heldOut: Self.share(toReal) { $0 < close })
    let equal = scale.table(training, Array(near.prefix(peers)))
    let peersOfReal = scale.table(heldOut, Array(known.prefix(peers)))
    nearerTraining = Pair(
      generated: Self.nearer(fake, equal, peersOfReal, areSame: false),
      heldOut: Self.nearer(peersOfReal, equal, peersOfReal, areSame: true))
  }

  private static func share(_ values: [Double], _ holds: (Double) -> Bool) -> Double {
    values.isEmpty ? 0 : Double(values.count(where: holds)) / Double(values.count)
  }

  /// Share of rows nearer to a training row than to a held-out one.
  private static func nearer(
    _ rows: GowerTable, _ training: GowerTable, _ heldOut: GowerTable, areSame: Bool
  ) -> Double {
    guard rows.count > 0 else { return 0 }
    let sum = (0..<rows.count).reduce(0.0) { sum, row in
      let toTraining = rows.nearest(row, in: training)
      let toHeldOut = rows.nearest(row, in: heldOut, except: areSame ? row : nil)
      return sum + (toTraining < toHeldOut ? 1 : toTraining == toHeldOut ? 0.5 : 0)
    }
    return sum / Double(rows.count)
  }

  private static func copies(
    _ training: ComparedTable, _ heldOut: ComparedTable, _ generated: ComparedTable,
    columns: [ReferenceColumn], compared: [Int]
  ) -> Pair {
    func row(_ table: ComparedTable, _ row: Int) -> [Int32]? {
      var ranks: [Int32] = []
      ranks.reserveCapacity(compared.count)
      for column in compared {
        guard let rank = columns[column].rank(table.columns[column].texts[row]) else { return nil }
        ranks.append(Int32(rank))
      }
      return ranks
    }
    guard !compared.isEmpty else { return Pair(generated: 0, heldOut: nil) }
    let known = Set((0..<training.rows).lazy.compactMap { row(training, $0) })
    func share(_ table: ComparedTable) -> Double? {
      guard table.rows > 0 else { return nil }
      let count = (0..<table.rows).count { index in row(table, index).map(known.contains) ?? false }
      return Double(count) / Double(table.rows)
    }
    return Pair(generated: share(generated) ?? 0, heldOut: share(heldOut))
  }

  private static func nearUnique(
    _ index: Int, _ column: ReferenceColumn, heldOut: ComparedTable, generated: ComparedTable
  ) -> NearUnique? {
    let nulls = column.rank(nil).map { column.counts[$0] } ?? 0
    let count = column.rows - nulls
    let distinct = column.distinct - (nulls > 0 ? 1 : 0)
    guard column.kind != .sequence, count > 0,
      Double(distinct) > nearUniqueShare * Double(count)
    else { return nil }
    func known(_ table: ComparedTable) -> Double? {
      let texts = table.columns[index].texts.compactMap(\.self)
      guard !texts.isEmpty else { return nil }
      return Double(texts.count { column.rank($0) != nil }) / Double(texts.count)
    }
    return NearUnique(
      column: index, distinct: Double(distinct) / Double(count),
      known: Pair(generated: known(generated) ?? 0, heldOut: known(heldOut)),
      density: column.density)
  }
}

/// How rows become comparable by Gower's distance.
private struct GowerScale {
  let columns: [ReferenceColumn]
  let categories: [Int]
  let identifiers: [[FieldValue: Int32]]
  let numbers: [Int]
  let minima: [Double]
  let ranges: [Double]

  init(
    training: ComparedTable, _ near: [Int], heldOut: ComparedTable, _ known: [Int],
    columns: [ReferenceColumn], compared: [Int]
  ) {
    self.columns = columns
    numbers = compared.filter { columns[$0].isNumeric }
    categories = compared.filter { !columns[$0].isNumeric }
    identifiers = categories.map { column in
      var identifiers: [FieldValue: Int32] = [:]
      for (table, rows) in [(training, near), (heldOut, known)] {
        for row in rows {
          let value = ReferenceColumn.value(table.columns[column].texts[row])
          if identifiers[value] == nil { identifiers[value] = Int32(identifiers.count) }
        }
      }
      return identifiers
    }
    let values = numbers.map { column in near.compactMap { training.columns[column].number($0) } }
    minima = values.map { $0.min() ?? 0 }
    ranges = values.map { ($0.max() ?? 0) - ($0.min() ?? 0) }
  }

  func table(_ table: ComparedTable, _ rows: [Int]) -> GowerTable {
    var result = GowerTable(categoryCount: categories.count, numberCount: numbers.count)
    result.count = rows.count
    for row in rows {
      for (place, column) in categories.enumerated() {
        let value = ReferenceColumn.value(table.columns[column].texts[row])
        result.categories.append(identifiers[place][value] ?? -1)
      }
      for (place, column) in numbers.enumerated() {
        let number = table.columns[column].number(row).map {
          ranges[place] > 0 ? ($0 - minima[place]) / ranges[place] : $0 - minima[place]
        }
        result.numbers.append(number.map { Float($0) } ?? .nan)
      }
    }
    return result
  }
}

extension GowerTable {
  fileprivate func distances(to table: GowerTable) -> [Double] {
    (0..<count).map { nearest($0, in: table) }
  }
}
