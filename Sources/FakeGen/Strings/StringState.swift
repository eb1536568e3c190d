/// A string that is being decoded.
package struct StringState: Sendable {
  package var draws: RandomStream
  /// What it is so far, if it must be an integer.
  package var number: DigitString?
  /// Characters so far.
  var length = 0
  /// Its row's place in the list of rows.
  var place = 0
  /// Position of its last code among the links; -1 if it has none.
  var lastCode = -1

  package init(draws: RandomStream, number: DigitString? = nil) {
    self.draws = draws
    self.number = number
  }
}
