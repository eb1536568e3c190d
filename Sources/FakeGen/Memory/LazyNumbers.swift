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

  /// Where a piece lies; nil if nothing has asked for it.
  @inline(__always)
  func pieceIfComputed(_ index: Int) -> UnsafePointer<Element>? {
    precondition(index >= 0 && index < count, "a piece's number is out of range")
    guard let memory = fakegen_shared(places + index) else { return nil }
    return UnsafePointer(memory.assumingMemoryBound(to: Element.self))
  }

  /// Returns where a piece lies, which is kept as long as these numbers.
  ///
  /// - Parameters:
  ///   - index: number of the piece.
  ///   - size: how many numbers it has, the same each time.
  ///   - write: fills as many, with the same each time.
  @inline(never)
  func piece(
    _ index: Int, size: Int, write: (UnsafeMutablePointer<Element>) -> Void
  ) -> UnsafePointer<Element> {
    if let piece = pieceIfComputed(index) { return piece }
    let memory = UnsafeMutableRawPointer.allocate(
      byteCount: max(size, 1) * MemoryLayout<Element>.stride, alignment: 64)
    let numbers = memory.bindMemory(to: Element.self, capacity: size)
    write(numbers)
    guard let kept = fakegen_share(places + index, memory), kept != memory else {
      return UnsafePointer(numbers)
    }
    memory.deallocate()
    return UnsafePointer(kept.assumingMemoryBound(to: Element.self))
  }
}
