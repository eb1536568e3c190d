import FakeGen

extension RelationSearch {
  /// Rows that tell a product with a share from one without, and of one with exceptions from each of
  /// its parts.
  private static let (leastTelling, leastNearTelling) = (5, 20)

  // MARK: - Finding

  /// Columns that are the product of two others, or of one or two and what a share leaves or adds.
  mutating func findProducts() {
    let numbers = columns.indices.filter {
      columns[$0].isNumber && columns[$0].distinct >= 2
    }
    guard mayBeSearched("products", numbers.count, most: Self.maximumFactors) else { return }
    let plain = numbers.map { Relation.Factor(column: $0) }
    let sample = FactorSample(plain + columns.indices.flatMap { shares(of: $0) }, in: self)
    for (place, target) in numbers.enumerated()
    where isFree(target) && columns[target].distinct >= Self.leastResults {
      var near: (column: Int, relation: Relation, violations: Int)?
      for factors in candidates(sample, for: place) {
        guard let scale = scale(of: factors, for: target) else { continue }
        let relation = Relation.product(factors: factors, scale: scale)
        if isTelling(factors, scale, for: target), holds(relation, for: target) {
          add(relation, for: target)
          near = nil
          break
        }
        if let violations = exceptions(to: relation, factors, scale, by: target),
          violations < near?.violations ?? .max
        {
          near = (target, relation, violations)
        }
      }
      if let near { nearProducts.append(near) }
    }
  }

  /// Takes products that few rows make exceptions of, and tells of those of more.
  mutating func findNearProducts() {
    for near in nearProducts where isFree(near.column) {
      guard near.relation.columns.allSatisfy(mayBeFollowed),
        case .product(let factors, _) = near.relation,
        factors.allSatisfy({ $0.share == nil || isOpen($0) })
      else { continue }
      if near.violations * Self.nearlyAll <= rowCount {
        add(near.relation, for: near.column)
        exceptions[near.column] = near.violations
      } else if !hints.contains(where: { $0.column == near.column }) {
        hints.append(near)
      }
    }
  }

  /// The factors that make a column in most of the tried rows: two columns, one and a share, two and a
  /// share.
  private func candidates(_ sample: FactorSample, for target: Int) -> [[Relation.Factor]] {
    let others = sample.factors.indices.filter {
      sample.factors[$0].column != sample.factors[target].column
    }
    let plain = others.filter {
      let column = sample.factors[$0].column
      return sample.factors[$0].share == nil
        && (isModelled(column) || columns[column].wanted != nil)
    }
    // What follows from others may be an amount that a share comes on top of.
    let amounts = others.filter {
      sample.factors[$0].share == nil && mayBeFollowed(sample.factors[$0].column)
    }
    let shares = others.filter { sample.factors[$0].share != nil && isOpen(sample.factors[$0]) }
    func differ(_ share: Int, _ other: Int) -> Bool {
      sample.factors[share].column != sample.factors[other].column
    }
    var found: [[Int]] = []
    for (place, one) in plain.enumerated() {
      for two in plain[place...] where sample.isLikely(target, one, two) {
        found.append([one, two])
      }
    }
    for one in amounts {
      for share in shares where differ(share, one) && sample.isLikely(target, one, share) {
        found.append([one, share])
      }
    }
    for (place, one) in plain.enumerated() {
      for two in plain[place...] {
        for share in shares
        where differ(share, one) && differ(share, two) && sample.isLikely(target, one, two, share) {
          found.append([one, two, share])
        }
      }
    }
    return found.map { $0.map { sample.factors[$0] } }
  }

  /// Whether a column may be modelled as such a share.
  private func isOpen(_ factor: Relation.Factor) -> Bool {
    relations[factor.column] == nil
      && relations.values.allSatisfy { relation in
        guard case .product(let factors, _) = relation else { return true }
        return factors.allSatisfy {
          $0.column != factor.column || $0.share == nil || $0.share == factor.share
        }
      }
  }

  /// The shares that a column may hold: fractions from 0 to 1, or percents from 0 to 100.
  private func shares(of index: Int) -> [Relation.Factor] {
    let column = columns[index]
    guard column.isNumber, column.distinct >= 2, column.heaps.isEmpty,
      let fraction = Int64(1).scaled(by: column.decimals),
      let least = column.presentCodes.map({ column.units[$0] }).min(), least >= 0,
      let greatest = column.presentCodes.map({ column.units[$0] }).max()
    else { return [] }
    let isSpelled = column.spelling?.suffix.contains(UInt8(ascii: "%")) ?? false
    let isPercent = isSpelled || column.decimals == 0 || greatest > fraction
    guard greatest <= (isPercent ? 100 : 1) * fraction else { return [] }
    return [false, true].map {
      Relation.Factor(column: index, share: Share(isAdded: $0, isPercent: isPercent))
    }
  }

  // MARK: - Values

  /// A factor of a row, in units.
  func factor(_ factor: Relation.Factor, _ row: Int) -> Int64 {
    let column = columns[factor.column]
    guard let share = factor.share else { return column.units(row) }
    return (share.one(decimals: column.decimals) ?? 0) &+ share.sign &* column.units(row)
  }

  /// The product of a row's factors, in units of their digits together.
  func product(of factors: [Relation.Factor], _ row: Int) -> Int64 {
    factors.reduce(1) { $0 &* factor($1, row) }
  }

  /// What brings a product of factors to the digits of a column; nil if 64 bits do not hold it.
  func scale(of factors: [Relation.Factor], for target: Int) -> DigitScale? {
    DigitScale(of: factors, columns, to: columns[target].decimals)
  }

  // MARK: - Chance

  /// Whether a column that is such a product is no wonder of few rows, nor of rounding, which makes
  /// products with a factor near 1 the other factor.
  private func isTelling(
    _ factors: [Relation.Factor], _ scale: DigitScale, for target: Int
  ) -> Bool {
    let rows = columns[target].valueRows
    guard rows >= Self.minimumRows else { return false }
    if factors.contains(where: { $0.share != nil }) {
      return telling(factors, scale, for: target, most: Self.leastTelling) >= Self.leastTelling
    }
    if scale.divisor == 1 { return true }
    return factors.map(\.column).allSatisfy { factor in
      columns[factor].decimals != columns[target].decimals
        || (0..<rowCount).contains {
          !columns[factor].isNull($0) && !columns[target].isNull($0)
            && columns[factor].units($0) != columns[target].units($0)
        }
    }
  }

  /// Number of rows that are as a product says, and not as it says without any one of its factors.
  private func telling(
    _ factors: [Relation.Factor], _ scale: DigitScale, for target: Int, most: Int
  ) -> Int {
    let parts = factors.indices.compactMap { place -> ([Relation.Factor], DigitScale)? in
      var others = factors
      others.remove(at: place)
      return self.scale(of: others, for: target).map { (others, $0) }
    }
    let relation = Relation.product(factors: factors, scale: scale)
    var count = 0
    for row in 0..<rowCount
    where !columns[target].isNull(row) && fits(row, relation, of: target) {
      let units = columns[target].units(row)
      guard parts.allSatisfy({ !$1.gives(units, of: product(of: $0, row)) }) else { continue }
      count += 1
      if count == most { break }
    }
    return count
  }

  /// Number of rows that are not as a product says; nil if they are many, or if that so many are as it
  /// says is no wonder.
  private func exceptions(
    to relation: Relation, _ factors: [Relation.Factor], _ scale: DigitScale, by target: Int
  ) -> Int? {
    guard let violations = exceptions(to: relation, by: target, most: mostExceptions) else {
      return nil
    }
    let least = max(Self.leastNearTelling, 4 * violations)
    return telling(factors, scale, for: target, most: least) == least ? violations : nil
  }
}

extension DigitScale {
  /// What brings a product of factors to so many digits; nil if 64 bits do not hold it.
  init?(
    of factors: [Relation.Factor], _ columns: [TypedColumn], to target: Int,
    rate: FixedDecimal? = nil
  ) {
    let decimals = factors.reduce(0) { sum, factor in
      let decimals = columns[factor.column].decimals
      return sum + (factor.share?.decimals(of: decimals) ?? decimals)
    }
    self.init(from: decimals, to: target, rate: rate)
  }
}
