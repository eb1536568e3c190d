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

  private struct Table: Sendable {
    var count = 0
    /// `[rows, categories]`
    var categories: [Int32] = []
    /// `[rows, numbers]`, scaled to the training rows' range; NaN where missing.
    var numbers: [Float] = []
  }

  private let categoryLeaves: [Int]
  private let identifiers: [[FieldValue: Int32]]
  private let numberLeaves: [Int]
  private let minima: [Double]
  private let ranges: [Double]
  private var training = Table()
  private var heldOut = Table()

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
    self.training = table(training)
    self.heldOut = table(heldOut)
  }

  private func table(_ rows: [Record]) -> Table {
    var table = Table(count: rows.count)
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
        training: nearest(candidates, row, in: training, except: nil),
        heldOut: nearest(candidates, row, in: heldOut, except: areHeldOut ? row : nil))
    }
  }

  private func nearest(
    _ candidates: Table, _ row: Int, in table: Table, except: Int?
  ) -> Double {
    let (categories, numbers) = (categoryLeaves.count, numberLeaves.count)
    var least = Float.infinity
    candidates.categories.withUnsafeBufferPointer { own in
      candidates.numbers.withUnsafeBufferPointer { ownNumbers in
        table.categories.withUnsafeBufferPointer { others in
          table.numbers.withUnsafeBufferPointer { otherNumbers in
            for other in 0..<table.count where other != except {
              var distance: Float = 0
              for i in 0..<categories
              where own[row * categories + i] != others[other * categories + i] {
                distance += 1
              }
              guard distance < least else { continue }
              for i in 0..<numbers {
                let difference = abs(
                  ownNumbers[row * numbers + i] - otherNumbers[other * numbers + i])
                // Missing on one side is as far as can be, on both sides the same.
                if difference <= 1 {
                  distance += difference
                } else if !(ownNumbers[row * numbers + i].isNaN
                  && otherNumbers[other * numbers + i].isNaN)
                {
                  distance += 1
                }
              }
              least = min(least, distance)
            }
          }
        }
      }
    }
    return Double(least) / Double(categories + numbers)
  }
}
