/// A string that is being decoded.
package struct StringState: Sendable {
  /// The string's own draws.
  package var draws: RandomStream
  /// The number so far, if the string must be an integer.
  package var number: DigitString?
  /// Characters so far.
  var length = 0
  /// Its row's place in the list of rows.
  var place = 0
  /// Position of its last code among the links; -1 if it has none.
  var lastCode = -1

  /// Creates an empty string.
  ///
  /// - Parameters:
  ///   - draws: the string's own draws.
  ///   - number: limits the string to an integer; nil for any text.
  package init(draws: RandomStream, number: DigitString? = nil) {
    self.draws = draws
    self.number = number
  }
}
