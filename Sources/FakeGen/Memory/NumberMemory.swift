/// Memory that is freed when no one needs it.
final class NumberMemory: @unchecked Sendable {
  let start: UnsafeMutableRawPointer

  init(byteCount: Int) {
    start = .allocate(byteCount: Swift.max(byteCount, 1), alignment: 64)
  }

  deinit { start.deallocate() }
}
