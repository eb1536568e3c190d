/// Samples a class with probability proportional to exp(logit).
///
/// - Parameters:
///   - logits: `[count]`, Q6.9.
///   - isAllowed: classes for which this is false have probability 0; at least one must be allowed,
///     else the result is 0.
///   - draw: uniform; the class is where draw / 2^32 falls in the cumulative weights.
@inline(__always)
package func sampledClass(
  logits: UnsafePointer<Int16>, count: Int, draw: UInt32, tables: ActivationTables,
  isAllowed: (Int) -> Bool
) -> Int {
  var greatest: Int16 = .min
  for index in 0..<count where isAllowed(index) {
    greatest = max(greatest, logits[index])
  }
  var total: UInt64 = 0
  for index in 0..<count where isAllowed(index) {
    total &+= weight(of: logits[index], below: greatest, tables: tables)
  }
  // floor(draw * total / 2^32), in two parts since the total may exceed 32 bits.
  let draw = UInt64(draw)
  let threshold = draw &* (total &>> 32) &+ (draw &* (total & 0xFFFF_FFFF)) &>> 32
  var cumulative: UInt64 = 0
  for index in 0..<count where isAllowed(index) {
    cumulative &+= weight(of: logits[index], below: greatest, tables: tables)
    if cumulative > threshold { return index }
  }
  return 0
}

/// exp(logit - greatest) in 0...2^24.
@inline(__always)
private func weight(
  of logit: Int16, below greatest: Int16, tables: ActivationTables
) -> UInt64 {
  UInt64(
    truncatingIfNeeded: tables.exponential(
      UInt32(truncatingIfNeeded: Int32(greatest) &- Int32(logit))))
}

/// Samples presence from a Bernoulli head's pre-activation in Q4.11.
@inline(__always)
package func sampledPresence(
  _ preactivation: Int16, draw: UInt32, tables: ActivationTables
) -> Bool {
  UInt64(draw) < UInt64(truncatingIfNeeded: tables.sigmoid(preactivation)) &<< 17
}
