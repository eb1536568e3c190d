import Foundation

extension RelationSearch {
  /// Rows that a rate is found by, and most digits after its point.
  private static let (rateRows, rateDecimals) = (64, 4)
  /// Distinct values of what a rate is taken of, at least.
  private static let leastAmounts = 20

  /// Columns that are always the same share of another one, rounded: a tax of 8 %, a fee. Multiples
  /// without a rest have been found before.
  mutating func findRates() {
    let numbers = columns.indices.filter { columns[$0].isNumber }
    guard numbers.count <= Self.maximumPairedColumns else { return }
    for target in numbers
    where isFree(target) && columns[target].distinct >= Self.leastResults {
      for source in numbers
      where source != target && mayBeFollowed(source)
        && columns[source].distinct >= max(Self.leastAmounts, columns[target].distinct)
      {
        guard let relation = rate(of: source, for: target),
          let violations = exceptions(to: relation, by: target, most: rowCount / Self.nearlyAll)
        else { continue }
        add(relation, for: target)
        if violations > 0 { exceptions[target] = violations }
        break
      }
    }
  }

  /// The product of a column and the shortest number that gives another one in a few rows.
  private func rate(of source: Int, for target: Int) -> Relation? {
    let units = pow(10, Double(columns[source].decimals - columns[target].decimals))
    var (least, greatest, count) = (0.0, Double.infinity, 0)
    for row in rows.prefix(Self.rateRows) {
      guard !columns[source].isNull(row), !columns[target].isNull(row) else { continue }
      let (amount, part) = (
        Double(columns[source].units(row)), Double(columns[target].units(row))
      )
      guard amount != 0 else {
        if part != 0 { return nil }
        continue
      }
      // Within half a unit of the last digit.
      let bounds = [(part - 0.5) / amount, (part + 0.5) / amount].sorted()
      least = max(least, bounds[0] * units)
      greatest = min(greatest, bounds[1] * units)
      count += 1
      if least > greatest * (1 + 1e-12) { return nil }
    }
    guard count >= Self.minimumRows, greatest.isFinite else { return nil }
    for decimals in 0...Self.rateDecimals {
      let power = pow(10, Double(decimals))
      let rate = (least * power - 1e-9).rounded(.up)
      guard rate > 0, rate <= greatest * power + 1e-9, rate < 1e9 else { continue }
      let number = FixedDecimal(units: Int64(rate), decimals: decimals)
      let factor = Relation.Factor(column: source, share: nil)
      return DigitScale(
        of: [factor], columns, to: columns[target].decimals, rate: number
      ).map { .product(factors: [factor], scale: $0) }
    }
    return nil
  }
}
