import Records

/// What brings the digits of products to those of a column: multiplied, then divided and rounded.
struct DigitScale: Hashable {
  var factor: Int64
  var divisor: Int64
  /// A number that products are multiplied with too; nil for 1.
  var rate: FixedDecimal?

  /// - Parameters:
  ///   - decimals: digits after the point of the products.
  ///   - target: of the column.
  ///   - rate: a positive number that products are multiplied with too; nil for 1.
  init?(from decimals: Int, to target: Int, rate: FixedDecimal? = nil) {
    let power = target - decimals - (rate?.decimals ?? 0)
    guard let factor = (rate?.units ?? 1).scaled(by: max(power, 0)), factor > 0,
      let divisor = Int64(1).scaled(by: max(-power, 0))
    else { return nil }
    (self.factor, self.divisor, self.rate) = (factor, divisor, rate)
  }

  /// Scales a number.
  func apply(_ number: Int64) -> Int64 { scaled(number, factor, divisor) }

  /// Whether a number scaled is so many units, whichever way halves were rounded.
  func gives(_ units: Int64, of number: Int64) -> Bool {
    let result = apply(number)
    if result == units { return true }
    return divisor > 1 && units == result &- 1
      && (number &* factor).remainder(of: divisor) == divisor / 2
  }
}

extension RelationSearch {
  /// Most number columns of elements, and of rows, whose products are looked at.
  static let maximumFactors = 40
  /// Least number of distinct values of a number of elements, and of what else follows.
  static let (leastCounts, leastResults) = (3, 5)

  // MARK: - Totals

  /// Columns that are the sum over a list's elements of a column or of a product of two, or the number
  /// of elements.
  mutating func findTotals() {
    for list in lists.keys.sorted() {
      guard let numbers = lists[list], numbers.columns.count <= Self.maximumFactors,
        numbers.starts.count == rowCount + 1
      else { continue }
      let places = numbers.columns.indices
      let candidates =
        [[]] + places.map { [$0] }
        + places.flatMap { one in (one..<places.endIndex).map { [one, $0] } }
      for target in columns.indices where isFree(target) && columns[target].isNumber {
        for factors in candidates {
          guard let relation = total(of: factors, list: list, numbers, for: target) else {
            continue
          }
          add(relation, for: target)
          break
        }
      }
    }
  }

  /// The relation of a total; nil if it does not hold in all rows, or is no wonder.
  private func total(
    of factors: [Int], list: Int, _ numbers: ListNumbers, for target: Int
  ) -> Relation? {
    let decimals = factors.reduce(0) { $0 + numbers.columns[$1].decimals }
    guard let scale = DigitScale(from: decimals, to: columns[target].decimals) else { return nil }
    let relation = Relation.total(
      list: list, leaves: factors.map { numbers.columns[$0].leaf }, scale: scale)
    var (totals, longest, rows): (Set<Int64>, Int, Int) = ([], 0, 0)
    for row in 0..<rowCount {
      guard columns[list].isNull(row) == columns[target].isNull(row) else { return nil }
      if columns[target].isNull(row) { continue }
      let total = columns[target].units(row)
      guard scale.gives(total, of: numbers.total(row, of: factors)) else { return nil }
      rows += 1
      longest = max(longest, numbers.starts[row + 1] - numbers.starts[row])
      if totals.count < Self.leastResults { totals.insert(total) }
    }
    let least = factors.isEmpty ? Self.leastCounts : Self.leastResults
    return rows >= Self.minimumRows && longest > 1 && totals.count >= least ? relation : nil
  }

  // MARK: - Alternatives

  /// The relations but those by which a column of an alternative would be there, or not, by another
  /// one's columns.
  ///
  /// - Parameters:
  ///   - groups: of alternatives.
  ///   - wanted: columns whose relations a person has asked for.
  func relations(
    within groups: [AlternativeSearch.Group], wanted: Set<Int>
  ) -> [Int: Relation] {
    var members: [Int: [Int]] = [:]
    for (number, group) in groups.enumerated() {
      for (choice, member) in group.members.enumerated() {
        for column in member.columns { members[column] = [number, choice] }
      }
    }
    return relations.filter { target, relation in
      guard let member = members[target], !wanted.contains(target) else { return true }
      return relation.columns.allSatisfy { members[$0] == member }
    }
  }
}
