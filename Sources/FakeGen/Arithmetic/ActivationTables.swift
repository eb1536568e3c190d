/// The non-linear functions, as tables with linear interpolation. The entries travel in the model
/// file; `quantize` computes them from the real functions. Error bounds: docs/FixedPoint.md.
package struct ActivationTables: Sendable, Hashable {
  /// sigmoid at -16, -16 + 1/32, ..., 16: 1,025 entries in 0...32,768, ascending.
  package let sigmoid: Numbers<Int32>
  /// celu at -16, -16 + 1/32, ..., 0: 513 entries in Q3.12, -3 to 0, ascending.
  package let celu: Numbers<Int32>
  /// exp(-d) at d = 0, 1/64, ..., 16: 1,025 entries in 0...2^24, descending.
  package let exponential: Numbers<Int32>
  /// The inner loops that layers with these tables use.
  package let kernels: Kernels
  /// What fast kernels use; nil for the reference.
  let pieces: ActivationPieces?

  /// Creates the tables from their entries.
  ///
  /// - Parameters:
  ///   - sigmoid: 1,025 entries.
  ///   - celu: 513 entries.
  ///   - exponential: 1,025 entries.
  ///   - kernels: the inner loops that layers with these tables use.
  package init(
    sigmoid: Numbers<Int32>, celu: Numbers<Int32>,
    exponential: Numbers<Int32>, kernels: Kernels = .reference
  ) {
    self.sigmoid = sigmoid
    self.celu = celu
    self.exponential = exponential
    self.kernels = kernels
    pieces =
      kernels == .reference
      ? nil
      : ActivationPieces(
        sigmoid: sigmoid, celu: celu, exponential: exponential)
  }

  /// Number of entries of `sigmoid`.
  package static let sigmoidCount = 1025
  /// Number of entries of `celu`.
  package static let celuCount = 513
  /// Number of entries of `exponential`.
  package static let exponentialCount = 1025
  /// The cap on a GRU's candidate state, 6, in Q3.12 (paper, App. B.1).
  package static let candidateCap: Int32 = 6 << 12

  /// Returns sigmoid(x).
  ///
  /// - Parameter x: Q4.11.
  /// - Returns: 0...32,768 for 0...1.
  @inline(__always)
  package func sigmoid(_ x: Int16) -> Int32 {
    interpolated(sigmoid, at: Int(x) &+ 32768, stepBits: 6)
  }

  /// Returns min(celu(x), 6), a GRU's candidate state (paper, App. B.1).
  ///
  /// - Parameter x: Q4.11.
  /// - Returns: the candidate in Q3.12.
  @inline(__always)
  package func cappedCELU(_ x: Int16) -> Int32 {
    if x >= 0 { return min(Int32(x) &<< 1, Self.candidateCap) }
    return interpolated(celu, at: Int(x) &+ 32768, stepBits: 6)
  }

  /// Returns celu(x), saturated to Int16.
  ///
  /// - Parameters:
  ///   - x: with `fractionBits` - 1 fraction bits.
  ///   - fractionBits: of the result, 9...12.
  @inline(__always)
  package func celu(_ x: Int16, fractionBits: Int) -> Int16 {
    if x >= 0 { return saturated(Int32(x) &<< 1) }
    let coarser = Format.activation &- fractionBits
    let position = max(Int(x) &<< coarser, -32768) &+ 32768
    let value = interpolated(celu, at: position, stepBits: 6)
    if coarser == 0 { return Int16(truncatingIfNeeded: value) }
    return requantizedRoundingTiesUp(Int64(value), shift: coarser)
  }

  /// Returns exp(-d).
  ///
  /// - Parameter d: UQ7.9.
  /// - Returns: 0...2^24 for 0...1; 0 from d = 16 on.
  @inline(__always)
  package func exponential(_ d: UInt32) -> Int32 {
    if d >= 16 << 9 { return 0 }
    return interpolated(exponential, at: Int(d), stepBits: 3)
  }

  /// Returns exp(-d) of a finer argument.
  ///
  /// - Parameter d: 16 fraction bits, in 0 ..< 16.
  /// - Returns: 0...2^24 for 0...1.
  @inline(__always)
  package func fineExponential(_ d: Int64) -> Int64 {
    let index = Int(truncatingIfNeeded: d &>> 10)
    let left = Int64(exponential[index])
    let rise = Int64(exponential[index &+ 1]) &- left
    return left &+ shiftedRoundingTiesUp(rise &* (d & 0x3FF), by: 10)
  }
}

/// Returns the piecewise linear function through `table` (entry k at position k * 2^stepBits),
/// rounded with ties up.
@inline(__always)
func interpolated(_ table: Numbers<Int32>, at position: Int, stepBits: Int) -> Int32 {
  let index = position &>> stepBits
  let fraction = Int32(truncatingIfNeeded: position &- (index &<< stepBits))
  let left = table[index]
  let rise = table[index &+ 1] &- left
  return left &+ ((rise &* fraction &+ (1 &<< Int32(stepBits &- 1))) &>> Int32(stepBits))
}
