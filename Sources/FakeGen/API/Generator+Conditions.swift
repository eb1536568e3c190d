extension Generator {
  /// Makes rows together as `prepare(from:count:)` does, but gives up a row as soon as it fails a
  /// condition: `isGivenUp` tells of which rows nothing else is known.
  ///
  /// A row that meets the conditions is the one that it is without conditions. If the plan has bounds,
  /// others may have been given values that meet them, and are not given up either. Both may still fail
  /// a condition: that of a leaf that follows from others, or since another attempt at the row was
  /// made. A row whose first attempt fails is given up even if the model must not print that attempt,
  /// in place of which another might have met the conditions: so some rows that meet them are missing,
  /// but what rows are printed how often is as if none were.
  ///
  /// - Parameters:
  ///   - first: number of the first row; `first` + `count` is at most 2^64.
  ///   - count: 1...`batchSize`.
  ///   - plan: the conditions.
  package mutating func prepare(from first: UInt64, count: Int, where plan: ConditionPlan) {
    begin(from: first, count: count)
    isRejected.removeAll(keepingCapacity: true)
    for _ in 0..<count { isRejected.append(true) }
    decodePending(where: plan, hasChances: plan.isBounded)
    if pending.isEmpty { return }
    for position in pending { isRejected[Int(position)] = false }
    deriveLeaves()
    repeatExcluded()
  }

  /// Tells whether a row that has been prepared was given up since it fails a condition.
  package func isGivenUp(_ row: UInt64) -> Bool {
    isReady(row) && !isRejected.isEmpty && isRejected[Int(row - first)]
  }

  /// Makes rows as far as an element of the record, and appends the chances that it gives them what
  /// the conditions ask for.
  ///
  /// - Parameters:
  ///   - element: one with a restriction.
  ///   - found: what the chances of the rows that come so far are appended to.
  mutating func findChances(
    from first: UInt64, count: Int, where plan: ConditionPlan, at element: Int,
    into found: inout [Chance]
  ) {
    begin(from: first, count: count)
    decodePending(where: plan, hasChances: true, end: element)
    for position in pending { found.append(chances[Int(position)]) }
  }

  /// Makes the pending rows; those that are given up are pending no more.
  private mutating func decodePending(
    where plan: ConditionPlan, hasChances: Bool, end: Int? = nil
  ) {
    if hasChances, chances.isEmpty { chances = .init(repeating: .none, count: batchSize) }
    let (seed, first, network) = (seed, first, model.content.network)
    var kept = 0
    pending.withUnsafeMutableBufferPointer { pending in
      chances.withUnsafeMutableBufferPointer { chances in
        scratch.use { scratch in
          guard let positions = pending.baseAddress else { return }
          kept = network.decode(
            positions, count: pending.count, where: plan, end: end,
            chances: hasChances ? chances.baseAddress : nil, first: first, seed: seed,
            scratch: scratch, into: &decoded)
        }
      }
    }
    pending.removeLast(pending.count - kept)
  }
}
