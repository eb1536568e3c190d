/// Memory that is freed when no one needs it.
package final class NumberMemory: @unchecked Sendable {
  /// Its first byte, aligned to 64 bytes.
  package let start: UnsafeMutableRawPointer

  /// Allocates memory.
  package init(byteCount: Int) {
    start = .allocate(byteCount: Swift.max(byteCount, 1), alignment: 64)
  }

  deinit { start.deallocate() }
}
