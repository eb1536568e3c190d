import Autodiff

/// The greatest magnitude that each layer's activations have had while generating.
package final class ActivationRanges {
  /// The name of all modules' feedback vectors together.
  package static let feedback = "feedback"

  /// Greatest magnitudes by the layers' names.
  package private(set) var greatest: [String: Double] = [:]
  /// Number of strings decoded so far.
  package internal(set) var stringCount = 0
  /// Number of their codes without the ends.
  package internal(set) var codeCount = 0

  /// Creates ranges of no activations.
  package init() {}

  /// Takes note of a layer's values.
  func observe<S: Scalar>(_ layer: String, _ values: UnsafePointer<S>, count: Int) {
    var magnitude = greatest[layer] ?? 0
    for index in 0..<count { magnitude = max(magnitude, abs(values[index].widened)) }
    greatest[layer] = magnitude
  }
}
