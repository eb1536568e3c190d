import FakeGen

extension RelationSearch {
  /// Sums and products that hold but in a thousandth of the rows are taken as if they held in all.
  static let nearlyAll = 1_000
  /// Those that hold in so many rows of ten are worth a word.
  private static let most = 8
  /// Small samples of rows, one of which is likely to hold no exception, and the rows of each.
  private static let (smallSamples, smallRows) = (8, 16)
  /// Distinct values that a sum has among such rows at least, or it would be one by chance.
  private static let leastDistinct = 8
  /// Most sums that are compared with all rows.
  private static let maximumCandidates = 2_000

  /// Finds sums of two or three other columns that few rows make exceptions of, which hashes of all
  /// rows do not show.
  mutating func findNearSums() {
    guard rowCount >= Self.minimumRows else { return }
    let candidates = nearSums()
    var found: [(target: Int, sum: Relation, violations: Int)] = []
    for (lefts, rights, rows) in candidates {
      for target in targets(of: lefts + rights) {
        guard let sum = sum(lefts, rights, for: target, rows: rows),
          let violations = exceptions(to: sum, by: target, most: mostExceptions)
        else { continue }
        found.append((target, sum, violations))
        break
      }
    }
    // Those with the fewest exceptions first, of as few the shortest.
    func length(_ relation: Relation) -> Int { relation.columns.count }
    found.sort {
      ($0.violations, length($0.sum), $0.target) < ($1.violations, length($1.sum), $1.target)
    }
    var hinted: Set<Int> = []
    for (target, sum, violations) in found
    where isFree(target) && sum.columns.allSatisfy(mayBeFollowed) {
      if violations * Self.nearlyAll <= rowCount {
        add(sum, for: target)
        exceptions[target] = violations
      } else if hinted.insert(target).inserted, hinted.isDisjoint(with: sum.columns) {
        hints.append((target, sum, violations))
      }
    }
  }

  /// Rows that may be otherwise than a relation says that is worth a word.
  var mostExceptions: Int { rowCount - rowCount * Self.most / 10 }

  /// Number of rows that are not as a relation says; nil if they are more than `most`.
  func exceptions(to relation: Relation, by target: Int, most: Int) -> Int? {
    var count = 0
    for row in 0..<rowCount where !fits(row, relation, of: target) {
      count += 1
      if count > most { return nil }
    }
    return count
  }

  /// What holds in one of the small samples, with its rows.
  private func nearSums() -> [(lefts: [Int], rights: [Int], rows: [Int])] {
    var seen: Set<[Int]> = []
    var found: [(lefts: [Int], rights: [Int], rows: [Int])] = []
    let decimals = sample.columns.map(\.decimals).max() ?? 0
    for index in 0..<Self.smallSamples {
      // The sample's rows are in no order.
      let places = Array(
        (index * Self.smallRows..<(index + 1) * Self.smallRows).prefix { $0 < self.rows.count })
      guard places.count == Self.smallRows else { break }
      let members = self.members(at: places, decimals: decimals)
      guard members.count >= 3, members.count <= Self.maximumLongColumns else { continue }
      let rows = places.map { self.rows[$0] }
      func visit(_ lefts: [Int], _ rights: [Int]) {
        guard found.count < Self.maximumCandidates,
          seen.insert((lefts + rights).sorted()).inserted
        else { return }
        found.append((lefts, rights, rows))
      }
      Self.visitSums(members, visit)
      if members.count >= 4 { Self.visitLongSums(members, visit) }
    }
    return found
  }

  /// Columns that may be in a sum, with the hashes of their values at some places of the sample.
  private func members(at places: [Int], decimals: Int) -> [(index: Int, hash: UInt64)] {
    var weights = places.map { sample.weights[$0] }
    weights[0] = weights[0] &- weights.reduce(0, &+)
    return sample.columns.compactMap { column in
      guard mayBeFollowed(column.index), !places.contains(where: { column.isNull[$0] }),
        Set(places.map { column.values[$0] }).count >= Self.leastDistinct
      else { return nil }
      let scale = UInt64(bitPattern: Self.power(decimals - column.decimals))
      let length = dayLengths[column.index]
      var hash: UInt64 = 0
      for (place, weight) in zip(places, weights) {
        hash &+= weight &* UInt64(bitPattern: column.values[place].dividedDown(by: length)) &* scale
      }
      return (column.index, hash)
    }
  }
}
