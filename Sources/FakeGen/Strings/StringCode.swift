/// The codes of strings that have a meaning of their own; all others stand for characters and
/// pieces.
package enum StringCode {
  /// Ends a string.
  package static let end = 0
  /// Any character outside the alphabet: never sampled.
  package static let unknown = 1
  /// The alphabet's first character.
  package static let first = 2
}
