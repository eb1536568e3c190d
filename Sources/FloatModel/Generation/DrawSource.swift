/// Where generation's random decisions come from. Each module has a stream of its own.
package protocol DrawSource: AnyObject {
  /// Draws uniformly on [0, 1) for the next decision of a module in a row of the batch.
  ///
  /// - Parameters:
  ///   - stream: the module's.
  ///   - row: of the batch.
  func uniform(stream: UInt32, row: Int) -> Double

  /// Draws from the standard normal distribution likewise.
  ///
  /// - Parameters:
  ///   - stream: the module's.
  ///   - row: of the batch.
  func normal(stream: UInt32, row: Int) -> Double

  /// Returns the draws of lists' elements: row r has room for elements r * capacity and those after it,
  /// whose numbers stand in the place of a row's.
  ///
  /// - Parameter capacity: most elements of a row's list.
  func ofElements(capacity: Int) -> any DrawSource

  /// Returns the draws of elements that are drawn anew.
  ///
  /// - Parameter retry: number of the time, from 1 on.
  func again(_ retry: UInt32) -> any DrawSource
}
