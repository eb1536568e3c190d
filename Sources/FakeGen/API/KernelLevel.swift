/// Which of a processor's instructions the generator's inner loops use. All of them give the same
/// integers.
public enum KernelLevel: Sendable, Hashable, CaseIterable {
  /// Plain Swift, which every machine runs.
  case reference
  /// NEON of 64-bit ARM.
  case neon
  /// AVX2 of x86-64.
  case avx2
  /// AVX2 with products of int16 that add (AVX-VNNI): for processors without AVX-512, though those
  /// with it have the products too.
  case avxvnni
  /// AVX-512 with its products of int16 (VNNI).
  case avx512
  /// SIMD128 of WebAssembly.
  case simd128

  /// The level's name, as options and reports spell it.
  public var name: String {
    switch self {
    case .reference: "reference"
    case .neon: "neon"
    case .avx2: "avx2"
    case .avxvnni: "avxvnni"
    case .avx512: "avx512"
    case .simd128: "simd128"
    }
  }

  /// Whether this machine has the instructions.
  public var isSupported: Bool { Kernels(self) != nil }

  /// The fastest level that this machine has.
  public static var best: KernelLevel {
    let fast = [KernelLevel.avx512, .avxvnni, .avx2, .neon, .simd128]
    for level in fast where level.isSupported { return level }
    return .reference
  }
}
