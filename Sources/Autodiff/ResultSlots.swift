/// One result for each piece of work; every piece writes its own.
package final class ResultSlots<Value> {
  /// The results by piece.
  package let values: UnsafeMutableBufferPointer<Value>

  /// Creates slots of the same value.
  ///
  /// - Parameters:
  ///   - count: number of pieces.
  ///   - initial: what each slot holds at first.
  package init(count: Int, _ initial: Value) {
    values = .allocate(capacity: count)
    values.initialize(repeating: initial)
  }

  deinit {
    values.deinitialize()
    values.deallocate()
  }
}
