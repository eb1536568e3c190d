import CKernels

/// Numbers in pieces that are computed when they are first asked for. Threads may ask for one at
/// the same time: each computes it then, and all get that of the first to finish.
struct LazyNumbers<Element: BitwiseCopyable>: ~Copyable, @unchecked Sendable {
  /// Where the pieces lie; nil for those that nothing has asked for.
  private let places: UnsafeMutablePointer<UnsafeMutableRawPointer?>
  private let count: Int

  /// Creates the places of `count` pieces.
  init(pieces count: Int) {
    places = .allocate(capacity: count)
    places.initialize(repeating: nil, count: count)
    self.count = count
  }

  deinit {
    for index in 0..<count { places[index]?.deallocate() }
    places.deallocate()
  }

  /// Returns where a piece lies, which is kept as long as these numbers.
  ///
  /// - Parameters:
  ///   - index: number of the piece.
  ///   - size: how many numbers it has, the same each time.
  ///   - write: fills as many, with the same each time.
  @inline(__always)
  func piece(
    _ index: Int, size: Int, write: (UnsafeMutablePointer<Element>) -> Void
  ) -> UnsafePointer<Element> {
    precondition(index >= 0 && index < count, "a piece's number is out of range")
    let place = places + index
    let memory = fakegen_shared(place) ?? computed(place, size: size, write: write)
    return UnsafePointer(memory.assumingMemoryBound(to: Element.self))
  }

  @inline(never)
  private func computed(
    _ place: UnsafeMutablePointer<UnsafeMutableRawPointer?>, size: Int,
    write: (UnsafeMutablePointer<Element>) -> Void
  ) -> UnsafeMutableRawPointer {
    let memory = UnsafeMutableRawPointer.allocate(
      byteCount: max(size, 1) * MemoryLayout<Element>.stride, alignment: 64)
    write(memory.bindMemory(to: Element.self, capacity: size))
    guard let kept = fakegen_share(place, memory), kept != memory else { return memory }
    memory.deallocate()
    return kept
  }
}
