@preconcurrency import CGSL

/// A seeded GSL generator (Mersenne Twister MT19937) whose state can be saved and restored.
public final class RandomGenerator {
  private let generator: UnsafeMutablePointer<gsl_rng>

  /// Creates a generator.
  ///
  /// - Parameters:
  ///   - seed: the run's seed.
  ///   - stream: tells generators of one run apart.
  public init(seed: UInt64, stream: UInt64) {
    generator = gsl_rng_alloc(gsl_rng_mt19937)
    // SplitMix64's finaliser spreads (seed, stream) over MT19937's 32-bit seeds.
    var mixed = seed &+ stream &* 0x9E37_79B9_7F4A_7C15 &+ 0x9E37_79B9_7F4A_7C15
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    mixed ^= mixed >> 31
    gsl_rng_set(generator, UInt(mixed & 0xFFFF_FFFF))
  }

  deinit { gsl_rng_free(generator) }

  /// Draws a number uniformly on [0, 1).
  public func uniform() -> Double { gsl_rng_uniform(generator) }

  /// Draws 32 bits.
  public func bits() -> UInt32 { UInt32(truncatingIfNeeded: gsl_rng_get(generator)) }

  /// Draws an integer uniformly on 0 ..< bound.
  public func uniform(below bound: Int) -> Int {
    Int(gsl_rng_uniform_int(generator, UInt(bound)))
  }

  /// Draws a standard normal number, by the ziggurat method.
  public func normal() -> Double { gsl_ran_gaussian_ziggurat(generator, 1) }

  /// Draws a standard normal number truncated at two standard deviations and rescaled to unit
  /// variance, as TensorFlow's `variance_scaling_initializer` draws it.
  public func truncatedNormal() -> Double {
    while true {
      let x = normal()
      if abs(x) < 2 { return x / 0.879_625_661_034_239_78 }
    }
  }

  /// Shuffles in place (Fisher-Yates).
  public func shuffle(_ values: inout [Int32]) {
    values.withUnsafeMutableBytes {
      gsl_ran_shuffle(generator, $0.baseAddress, $0.count / 4, 4)
    }
  }

  /// The generator's whole state.
  public var state: [UInt8] {
    Array(
      UnsafeRawBufferPointer(start: gsl_rng_state(generator), count: gsl_rng_size(generator)))
  }

  /// Restores a saved state.
  ///
  /// - Returns: false, and nothing is restored, if `state` is none: of another size, or with its
  ///   place outside of the 624 words that GSL would then read.
  public func restore(_ state: [UInt8]) -> Bool {
    guard state.count == stateSize else { return false }
    // GSL's mt19937 state: 624 unsigned longs, then an int, the place among them.
    let words = 624
    let place = state.withUnsafeBytes {
      $0.loadUnaligned(fromByteOffset: words * MemoryLayout<UInt>.size, as: Int32.self)
    }
    guard (0...Int32(words)).contains(place) else { return false }
    state.withUnsafeBytes {
      gsl_rng_state(generator).copyMemory(from: $0.baseAddress!, byteCount: $0.count)
    }
    return true
  }

  /// Number of bytes of `state`.
  public var stateSize: Int { gsl_rng_size(generator) }
}
