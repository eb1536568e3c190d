import Records

/// Distances of rows to their nearest neighbours among training rows and among held-out rows: a
/// model that remembers its training rows is nearer to them than to others.
///
/// The distance is Gower's (1971): the mean over the fields of 0 or 1 for values that are equal or
/// not, and for numbers of their difference divided by the range of the training rows, at most 1.
/// Fields that have one value throughout both tables do not count.
public struct NearestRecords: Sendable {
  /// A row's distances, 0...1.
  public struct Distances: Hashable, Sendable {
    /// Distance to the nearest training row.
    public var training: Double
    /// Distance to the nearest held-out row.
    public var heldOut: Double
  }

  private let categoryLeaves: [Int]
  private let identifiers: [[FieldValue: Int32]]
  private let numberLeaves: [Int]
  private let minima: [Double]
  private let ranges: [Double]
  private var training: GowerTable
  private var heldOut: GowerTable

  /// Prepares the rows to compare with.
  ///
  /// - Parameters:
  ///   - training: training rows, as many as held-out ones, or the nearest of them would be nearer
  ///     by their number alone.
  ///   - heldOut: rows held out of training.
  public init(training: [Record], heldOut: [Record]) {
    let rows = training + heldOut
    let leaves = rows.first.map { Array($0.values.indices) } ?? []
    let isNumber = { (leaf: Int) in rows.contains { $0.values[leaf].number != nil } }
    numberLeaves = leaves.filter(isNumber)
    var identifiers: [[FieldValue: Int32]] = []
    var categoryLeaves: [Int] = []
    for leaf in leaves where !isNumber(leaf) {
      var known: [FieldValue: Int32] = [:]
      for row in rows {
        let value = row.value(leaf) ?? .null
        if known[value] == nil { known[value] = Int32(known.count) }
      }
      guard known.count > 1 else { continue }
      categoryLeaves.append(leaf)
      identifiers.append(known)
    }
    self.categoryLeaves = categoryLeaves
    self.identifiers = identifiers
    let numbers = numberLeaves.map { leaf in training.compactMap { $0.values[leaf].number } }
    minima = numbers.map { $0.min() ?? 0 }
    ranges = numbers.map { ($0.max() ?? 0) - ($0.min() ?? 0) }
    self.training = GowerTable(categoryCount: 0, numberCount: 0)
    self.heldOut = self.training
    self.training = table(training)
    self.heldOut = table(heldOut)
  }

  private func table(_ rows: [Record]) -> GowerTable {
    var table = GowerTable(categoryCount: categoryLeaves.count, numberCount: numberLeaves.count)
    table.count = rows.count
    for row in rows {
      for (place, leaf) in categoryLeaves.enumerated() {
        table.categories.append(identifiers[place][row.value(leaf) ?? .null] ?? -1)
      }
      for (place, leaf) in numberLeaves.enumerated() {
        let value = row.values[leaf].number.map { number in
          ranges[place] > 0 ? (number - minima[place]) / ranges[place] : number - minima[place]
        }
        table.numbers.append(Float(value ?? .nan))
      }
    }
    return table
  }

  /// Returns the distances of each row; nil if there are no rows to compare with.
  ///
  /// - Parameters:
  ///   - rows: the rows, of the schema of those to compare with.
  ///   - areHeldOut: whether the rows are the held-out ones, in their order: each is then compared
  ///     with the others, not with itself.
  public func distances(of rows: [Record], areHeldOut: Bool = false) -> [Distances]? {
    guard training.count > 0, heldOut.count > (areHeldOut ? 1 : 0),
      categoryLeaves.count + numberLeaves.count > 0
    else { return nil }
    let candidates = table(rows)
    return rows.indices.map { row in
      Distances(
        training: candidates.nearest(row, in: training),
        heldOut: candidates.nearest(row, in: heldOut, except: areHeldOut ? row : nil))
    }
  }
}
