extension Generator {
  /// Makes rows together as `prepare(from:count:)` does, but gives up a row as soon as it fails a
  /// condition: `isGivenUp` tells of which rows nothing else is known.
  ///
  /// A row that is not given up is the one that it is without conditions, and may still fail one: that
  /// of a leaf that follows from others, or since another attempt at the row was made. A row whose
  /// first attempt fails is given up even if the model must not print that attempt, in place of which
  /// another might have met the conditions: so some rows that meet them are missing, but what rows are
  /// printed how often is as if none were.
  ///
  /// - Parameters:
  ///   - first: number of the first row; `first` + `count` is at most 2^64.
  ///   - count: 1...`batchSize`.
  ///   - plan: the conditions.
  package mutating func prepare(from first: UInt64, count: Int, where plan: ConditionPlan) {
    begin(from: first, count: count)
    isRejected.removeAll(keepingCapacity: true)
    for _ in 0..<count { isRejected.append(true) }
    let seed = seed
    let content = model.content
    var kept = 0
    pending.withUnsafeMutableBufferPointer { pending in
      guard let positions = pending.baseAddress else { return }
      scratch.use { scratch in
        kept = content.network.decode(
          positions, count: count, where: plan, first: first, seed: seed, scratch: scratch,
          into: &decoded)
      }
    }
    pending.removeLast(count - kept)
    if kept == 0 { return }
    for position in pending { isRejected[Int(position)] = false }
    deriveLeaves()
    repeatExcluded()
  }

  /// Tells whether a row that has been prepared was given up since it fails a condition.
  package func isGivenUp(_ row: UInt64) -> Bool {
    isReady(row) && !isRejected.isEmpty && isRejected[Int(row - first)]
  }
}
