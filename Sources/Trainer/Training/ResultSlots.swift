/// One result for each piece of work; every piece writes its own.
final class ResultSlots<Value> {
  let values: UnsafeMutableBufferPointer<Value>

  init(count: Int, _ initial: Value) {
    values = .allocate(capacity: count)
    values.initialize(repeating: initial)
  }

  deinit {
    values.deinitialize()
    values.deallocate()
  }
}
