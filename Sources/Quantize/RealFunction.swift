import Foundation

/// The real functions that the generator has tables of.
enum RealFunction {
  /// Returns 1 / (1 + exp(-x)).
  static func sigmoid(_ x: Double) -> Double {
    1 / (1 + exp(-x))
  }

  /// Returns x above 0, 3 (exp(x / 3) - 1) below.
  static func celu(_ x: Double) -> Double {
    x > 0 ? x : 3 * expm1(x / 3)
  }
}
