/// Fixed-point formats. `Qm.n` is a two's-complement integer with n fraction bits, whose real value
/// is the integer times 2^-n; m counts the integer bits without the sign.
package enum Format {
  /// Embedding vectors and GRU states by default, Gaussian noise: Q3.12, [-8, 8).
  package static let activation = 12
  /// Pre-activations of gates, candidates and presence heads: Q4.11, [-16, 16).
  package static let preactivation = 11
  /// Softmax logits: Q6.9, [-64, 64).
  package static let logit = 9
  /// Gates and probabilities: 0...32,768 stands for 0...1.
  package static let gate = 15
  /// Unnormalised softmax weights: 0...2^24 stands for 0...1.
  package static let weight = 24
  /// Whitened scalars: Int32 with 16 fraction bits, saturated at ±64.
  package static let whitened = 16
  /// Greatest magnitude of a whitened scalar.
  package static let whitenedLimit: Int64 = 64 << 16
  /// Formats that an embedding or state may have: from Q6.9, [-64, 64), to Q3.12.
  package static let activations = 9...12
  /// Formats that the latent vector may have: from Q8.7, [-256, 256), to Q3.12.
  package static let latents = 7...12
}

/// Returns `value` times 2^-shift, rounded to the nearest integer. Ties go up, towards +infinity,
/// for negative values too (-2.5 becomes -2).
///
/// - Precondition: `shift` is in 1...62 and `value + 2^(shift - 1)` does not overflow.
@inline(__always)
package func shiftedRoundingTiesUp(_ value: Int64, by shift: Int) -> Int64 {
  (value &+ (1 &<< Int64(truncatingIfNeeded: shift &- 1))) &>> Int64(truncatingIfNeeded: shift)
}

/// Returns `product` times 2^-shift, rounded with ties up and saturated to Int16: the one rounding
/// between an accumulator and an activation.
@inline(__always)
package func requantizedRoundingTiesUp(_ product: Int64, shift: Int) -> Int16 {
  saturated(shiftedRoundingTiesUp(product, by: shift))
}

/// Returns the Int16 nearest to `value`.
@inline(__always)
package func saturated(_ value: Int64) -> Int16 {
  Int16(truncatingIfNeeded: min(max(value, -32768), 32767))
}

/// Returns the Int16 nearest to `value`.
@inline(__always)
package func saturated(_ value: Int32) -> Int16 {
  Int16(truncatingIfNeeded: min(max(value, -32768), 32767))
}
