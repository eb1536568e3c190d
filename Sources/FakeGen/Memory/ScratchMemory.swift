/// Memory for the scratch of a batch.
package struct ScratchMemory: Sendable {
  private var narrow: [Int16]
  private var wide: [Int32]

  private static let alignment = 64

  /// Allocates memory for a batch.
  ///
  /// - Parameters:
  ///   - size: what each row needs.
  ///   - rows: rows of the batch.
  package init(_ size: ScratchSize, rows: Int) {
    narrow = .init(
      repeating: 0,
      count: size.narrow * rows + Self.alignment / MemoryLayout<Int16>.stride)
    wide = .init(
      repeating: 0, count: size.wide * rows + Self.alignment / MemoryLayout<Int32>.stride)
  }

  /// Calls `body` with the memory.
  package mutating func use(_ body: (borrowing Scratch) -> Void) {
    narrow.withUnsafeMutableBufferPointer { narrow in
      wide.withUnsafeMutableBufferPointer { wide in
        body(Scratch(narrow: Self.aligned(narrow), wide: Self.aligned(wide)))
      }
    }
  }

  private static func aligned<Element>(
    _ buffer: UnsafeMutableBufferPointer<Element>
  ) -> UnsafeMutableBufferPointer<Element> {
    let past = Int(bitPattern: buffer.baseAddress) & (alignment - 1)
    let skipped = (alignment - past) % alignment / MemoryLayout<Element>.stride
    return UnsafeMutableBufferPointer(rebasing: buffer[skipped...])
  }
}
