/// Memory for one piece of a training step: a bump allocator whose chunks are kept between steps,
/// so that a step of a size already seen allocates nothing.
public final class Arena {
  private struct Chunk {
    var base: UnsafeMutableRawPointer
    var capacity: Int
  }

  private static let alignment = 64
  private let chunkCapacity: Int
  private var chunks: [Chunk] = []
  private var current = 0
  private var used = 0

  /// Creates an arena without memory.
  ///
  /// - Parameter chunkCapacity: bytes taken from the system at a time.
  public init(chunkCapacity: Int = 16 << 20) {
    self.chunkCapacity = chunkCapacity
  }

  deinit {
    for chunk in chunks { chunk.base.deallocate() }
  }

  /// Forgets everything allocated; the memory stays.
  public func reset() {
    current = 0
    used = 0
  }

  /// Number of bytes held.
  public var capacity: Int { chunks.reduce(0) { $0 + $1.capacity } }

  /// Allocates uninitialised memory, aligned to 64 bytes, valid until the next `reset()`.
  ///
  /// - Parameters:
  ///   - type: of an element.
  ///   - count: number of elements.
  public func allocate<T: BitwiseCopyable>(_ type: T.Type, count: Int) -> UnsafeMutablePointer<T> {
    let bytes =
      (max(count, 1) * MemoryLayout<T>.stride + Self.alignment - 1) & ~(Self.alignment - 1)
    while current < chunks.count, used + bytes > chunks[current].capacity {
      current += 1
      used = 0
    }
    if current == chunks.count {
      let capacity = max(chunkCapacity, bytes)
      chunks.append(
        Chunk(
          base: .allocate(byteCount: capacity, alignment: Self.alignment), capacity: capacity))
    }
    let pointer = chunks[current].base + used
    used += bytes
    return pointer.bindMemory(to: T.self, capacity: count)
  }
}
