/// Vectors of Int16, one for each row of a batch.
package struct Vectors {
  package let base: UnsafeMutablePointer<Int16>
  /// From one row's vector to the next one's.
  package let stride: Int

  package init(base: UnsafeMutablePointer<Int16>, stride: Int) {
    self.base = base
    self.stride = stride
  }

  /// One vector that is only read.
  package init(_ vector: UnsafePointer<Int16>) {
    self.init(base: UnsafeMutablePointer(mutating: vector), stride: 0)
  }

  package subscript(row: Int) -> UnsafeMutablePointer<Int16> {
    @inline(__always) get { base + row &* stride }
  }

  /// The vectors from `row` on.
  @inline(__always)
  package func from(_ row: Int) -> Vectors { Vectors(base: self[row], stride: stride) }

  /// The same rows' vectors from element `column` on.
  @inline(__always)
  package func columns(from column: Int) -> Vectors {
    Vectors(base: base + column, stride: stride)
  }
}

/// Vectors of Int32, one for each row of a batch.
package struct Sums {
  package let base: UnsafeMutablePointer<Int32>
  /// From one row's vector to the next one's.
  package let stride: Int

  package init(base: UnsafeMutablePointer<Int32>, stride: Int) {
    self.base = base
    self.stride = stride
  }

  package subscript(row: Int) -> UnsafeMutablePointer<Int32> {
    @inline(__always) get { base + row &* stride }
  }
}

/// Working memory for a batch of rows, taken from the front. A callee takes from its own copy, so what
/// it took is free again when it returns.
package struct Scratch {
  private var narrow: UnsafeMutableBufferPointer<Int16>
  private var wide: UnsafeMutableBufferPointer<Int32>

  /// - Parameters:
  ///   - narrow: aligned to 64 bytes, or fast kernels are slower.
  ///   - wide: likewise.
  package init(
    narrow: UnsafeMutableBufferPointer<Int16>, wide: UnsafeMutableBufferPointer<Int32>
  ) {
    self.narrow = narrow
    self.wide = wide
  }

  /// Memory for vectors of `count` activations for each of `rows`; what it holds is unspecified.
  package mutating func takeNarrow(_ count: Int, rows: Int = 1) -> Vectors {
    let stride = ScratchSize.padded(count)
    let all = stride * rows
    precondition(all <= narrow.count, "the model's scratch size is wrong")
    let taken = narrow.baseAddress!
    narrow = .init(rebasing: narrow[all...])
    return Vectors(base: taken, stride: stride)
  }

  /// Memory for vectors of `count` sums or gates for each of `rows`; what it holds is unspecified.
  package mutating func takeWide(_ count: Int, rows: Int = 1) -> Sums {
    let stride = ScratchSize.padded(count)
    let all = stride * rows
    precondition(all <= wide.count, "the model's scratch size is wrong")
    let taken = wide.baseAddress!
    wide = .init(rebasing: wide[all...])
    return Sums(base: taken, stride: stride)
  }
}

/// How much scratch a module needs for each row of a batch.
package struct ScratchSize: Sendable, Hashable {
  package private(set) var narrow: Int
  package private(set) var wide: Int

  /// Elements of one vector each.
  package init(narrow: Int = 0, wide: Int = 0) {
    self.narrow = Self.padded(narrow)
    self.wide = Self.padded(wide)
  }

  /// The least multiple of a block of weights' rows that is at least `count`: so that blocks' sums
  /// fit, and vectors begin where cache lines do.
  package static func padded(_ count: Int) -> Int { (count &+ 15) & ~15 }

  /// Rows whose scratch takes at most `bytes`: 1 to `limit`.
  package func rows(within bytes: Int, limit: Int) -> Int {
    let size = narrow * MemoryLayout<Int16>.stride + wide * MemoryLayout<Int32>.stride
    return max(1, min(limit, bytes / max(1, size)))
  }

  /// The need of one part while another's memory is held.
  package static func + (left: Self, right: Self) -> Self {
    Self(narrow: left.narrow + right.narrow, wide: left.wide + right.wide)
  }

  /// The need of two parts one after the other.
  package static func | (left: Self, right: Self) -> Self {
    Self(narrow: max(left.narrow, right.narrow), wide: max(left.wide, right.wide))
  }
}

/// Memory for the scratch of a batch.
package struct ScratchMemory: Sendable {
  private var narrow: [Int16]
  private var wide: [Int32]

  private static let alignment = 64

  package init(_ size: ScratchSize, rows: Int) {
    narrow = .init(
      repeating: 0,
      count: size.narrow * rows + Self.alignment / MemoryLayout<Int16>.stride)
    wide = .init(
      repeating: 0, count: size.wide * rows + Self.alignment / MemoryLayout<Int32>.stride)
  }

  /// Hands the memory to `body`.
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
