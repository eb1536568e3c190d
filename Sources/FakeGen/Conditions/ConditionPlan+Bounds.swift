extension ConditionPlan {
  /// Fewest rows that come to the element before it is asked whether they are enough.
  private static let fewestPilots = 4096
  /// The same at first, to tell what is met often.
  private static let firstPilots = 256
  /// With fewer rows that come to the element there are no bounds.
  private static let leastPilots = 64
  /// Most rows that come to the element.
  private static let mostPilots = 1 << 15
  /// Most rows that are begun for all elements together.
  private static let mostBegun = 1 << 16
  /// With as many rows of equal weight as the pilots are worth, their greatest chance tells enough.
  private static let enoughPilots: UInt64 = 256
  /// Bounds are lowered until one row in 2^8 goes on ...
  private static let slowestHalvings = 8
  /// ... as long as one 2^4th of what the chances sum up to, at most, is above the bound.
  private static let clippedHalvings = 4

  /// Returns the plan with bounds if the conditions are rarely met, and else as it is. The bounds come
  /// from rows that are made for that, always the same ones.
  ///
  /// - Parameters:
  ///   - model: the model that the plan was made for.
  ///   - batchSize: how many rows to make together, at least 1.
  ///   - limit: what is rarely met: by fewer rows than this share.
  package func bounded(
    for model: Model, batchSize: Int, below limit: Chance = Chance(1, of: 256)
  ) -> ConditionPlan {
    var generator = Generator(model: model, seed: 0, batchSize: batchSize)
    // A few rows tell what is met often.
    if let (_, likelihood) = bounded(&generator, fewest: Self.firstPilots),
      limit < likelihood * Chance(1, of: 16)
    {
      return self
    }
    guard let (plan, likelihood) = bounded(&generator, fewest: Self.fewestPilots) else {
      return self
    }
    return likelihood < limit ? plan : self
  }

  /// Returns the plan with bounds, and the chance that a row meets the conditions of all elements with
  /// restrictions; nil if too few rows come to one of them.
  private func bounded(
    _ generator: inout Generator, fewest: Int
  ) -> (plan: ConditionPlan, likelihood: Chance)? {
    var plan = self
    var left = Self.mostBegun
    var likelihood = Chance.certain
    for index in elements.indices where elements[index].restriction != nil {
      let pilots = plan.pilots(at: index, generator: &generator, fewest: fewest, left: &left)
      guard pilots.shares.count >= Self.leastPilots, let bound = pilots.bound else { return nil }
      plan.elements[index].bound = bound
      likelihood = likelihood * pilots.mean
    }
    return (plan, likelihood)
  }

  /// - Parameters:
  ///   - fewest: fewest rows that come to the element.
  ///   - left: how many rows may be begun; if fewer come to the element than one in 2^12, none more
  ///     are.
  private func pilots(
    at element: Int, generator: inout Generator, fewest: Int, left: inout Int
  ) -> Pilots {
    var chances: [Chance] = []
    var begun = 0
    var target = fewest
    while true {
      while chances.count < target, left > 0, begun >> 12 <= chances.count {
        generator.findChances(
          from: UInt64(begun), count: generator.batchSize, where: self, at: element,
          into: &chances)
        begun += generator.batchSize
        left -= generator.batchSize
      }
      let pilots = Pilots(chances)
      if chances.count < target || target >= Self.mostPilots
        || pilots.effectiveCount >= Self.enoughPilots || fewest < Self.fewestPilots
      {
        return pilots
      }
      target *= 2
    }
  }

  /// The chances of some rows.
  private struct Pilots {
    let greatest: Chance
    /// The chances as shares of the greatest one, in units of 2^-32.
    let shares: [UInt64]
    /// Their sum: below 2^49, for no more than 2^17 rows.
    let sum: UInt64

    init(_ chances: [Chance]) {
      var greatest = Chance.none
      for chance in chances where greatest < chance { greatest = chance }
      self.greatest = greatest
      let bound = greatest
      shares = bound.isNone ? [] : chances.map { $0.share(of: bound) }
      sum = shares.reduce(0, &+)
    }

    /// The chance of a row of all.
    var mean: Chance {
      sum == 0 ? .none : greatest * Chance(sum, of: UInt64(shares.count) &<< 32)
    }

    /// How many rows of equal chances would tell as much: (sum of chances)^2 / sum of squares.
    var effectiveCount: UInt64 {
      var (sum, squares): (UInt64, UInt64) = (0, 0)
      for share in shares {
        // At most 2^12, so that of 2^17 rows the sum's square is at most 2^58.
        let coarse = share &>> 20
        sum &+= coarse
        squares &+= coarse &* coarse
      }
      return squares == 0 ? 0 : sum &* sum / squares
    }

    /// What lets one row in 2^`slowestHalvings` go on or more, if it may be: at first twice the
    /// greatest chance, since other rows may have greater ones. Nil if no row has any chance.
    var bound: Chance? {
      if sum == 0 { return nil }
      let slowest = UInt64(shares.count) &<< UInt64(32 - slowestHalvings)
      if sum / 2 >= slowest { return greatest.doubled }
      var bound = greatest
      // The bound as a share of the greatest chance.
      var halvings: UInt64 = 0
      var passing = sum
      while passing &<< halvings < slowest {
        let lower = (1 as UInt64) &<< (31 &- halvings)
        let below = shares.reduce(0) { $0 &+ min($1, lower) }
        if sum &- below > sum &>> UInt64(clippedHalvings) { break }
        halvings &+= 1
        passing = below
        bound = bound.halved
      }
      return bound
    }
  }
}
