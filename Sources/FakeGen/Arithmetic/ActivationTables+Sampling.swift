extension ActivationTables {
  /// Samples a class with probability proportional to exp(logit): where draw / 2^32 falls in the
  /// cumulative weights.
  ///
  /// - Parameters:
  ///   - logits: `[count]`, Q6.9; those of excluded classes are overwritten.
  ///   - weights: `[count]` of working memory.
  ///   - draw: uniform.
  ///   - excluded: a class of probability 0.
  /// - Returns: the class.
  package func sampledClass(
    logits: UnsafeMutablePointer<Int16>, count: Int, weights: UnsafeMutablePointer<Int32>,
    draw: UInt32, excluding excluded: Int? = nil
  ) -> Int {
    if let excluded { logits[excluded] = .min }
    var total = kernels.exponentials(logits, count: count, tables: self, into: weights)
    if let excluded {
      // All others may be the least too.
      total &-= UInt64(truncatingIfNeeded: weights[excluded])
      weights[excluded] = 0
    }
    return sampledClass(weights: weights, count: count, total: total, draw: draw)
  }

  /// Samples a class for each of some rows, as above.
  ///
  /// - Parameters:
  ///   - logits: `[rows, classes]`, Q6.9.
  ///   - count: number of rows.
  ///   - classes: number of classes.
  ///   - counts: `[rows]`, how many classes each row has, the first ones; nil for all.
  ///   - draws: `[rows]`, uniform.
  ///   - weights: `[classes]` of working memory.
  ///   - chosen: `[rows]`, overwritten.
  package func sampleClasses(
    logits: Vectors, count: Int, classes: Int, counts: UnsafePointer<Int32>? = nil,
    draws: UnsafePointer<UInt32>, weights: UnsafeMutablePointer<Int32>,
    into chosen: UnsafeMutablePointer<Int32>
  ) {
    if kernels.choose(
      logits, count: count, classes: classes, counts: counts, tables: self, draws: draws,
      weights: weights, into: chosen)
    {
      return
    }
    for row in 0..<count {
      let classes = counts.map { Int($0[row]) } ?? classes
      chosen[row] = Int32(
        truncatingIfNeeded: sampledClass(
          logits: logits[row], count: classes, weights: weights, draw: draws[row]))
    }
  }

  /// Samples a class as above, among the classes for which `isAllowed`.
  ///
  /// - Parameters:
  ///   - logits: `[count]`, Q6.9; those of other classes are overwritten.
  ///   - count: number of classes.
  ///   - weights: `[count]` of working memory.
  ///   - draw: uniform.
  ///   - isAllowed: whether a class may be sampled.
  /// - Returns: the class; 0 if none is allowed.
  @inline(__always)
  package func sampledClass(
    logits: UnsafeMutablePointer<Int16>, count: Int, weights: UnsafeMutablePointer<Int32>,
    draw: UInt32, isAllowed: (Int) -> Bool
  ) -> Int {
    for index in 0..<count where !isAllowed(index) { logits[index] = .min }
    var total = kernels.exponentials(logits, count: count, tables: self, into: weights)
    // Allowed classes may be the least too.
    for index in 0..<count where logits[index] == .min && !isAllowed(index) {
      total &-= UInt64(truncatingIfNeeded: weights[index])
      weights[index] = 0
    }
    return sampledClass(weights: weights, count: count, total: total, draw: draw)
  }

  /// Samples a class by its weights (count), which sum up to `total`.
  func sampledClass(
    weights: UnsafePointer<Int32>, count: Int, total: UInt64, draw: UInt32
  ) -> Int {
    // floor(draw * total / 2^32), in two parts since the total may exceed 32 bits.
    let draw = UInt64(draw)
    let threshold = draw &* (total &>> 32) &+ (draw &* (total & 0xFFFF_FFFF)) &>> 32
    let found = kernels.search(weights, count: count, threshold: threshold)
    return found < count ? found : 0
  }

  /// Samples presence from a Bernoulli head.
  ///
  /// - Parameters:
  ///   - preactivation: of the head, Q4.11.
  ///   - draw: uniform.
  /// - Returns: whether the value is there.
  @inline(__always)
  package func sampledPresence(_ preactivation: Int16, draw: UInt32) -> Bool {
    UInt64(draw) < UInt64(truncatingIfNeeded: sigmoid(preactivation)) &<< 17
  }
}
