/// One result for each piece of work; every piece writes its own.
package final class ResultSlots<Value> {
  package let values: UnsafeMutableBufferPointer<Value>

  package init(count: Int, _ initial: Value) {
    values = .allocate(capacity: count)
    values.initialize(repeating: initial)
  }

  deinit {
    values.deinitialize()
    values.deallocate()
  }
}
