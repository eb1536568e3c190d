/// Numbers that lie one after the other in memory: in a model file's bytes, which they are not
/// copied from, or in memory of their own. Immutable; copies share the memory.
package struct Numbers<Element: FixedWidthInteger>:
  RandomAccessCollection, ExpressibleByArrayLiteral, Hashable, @unchecked Sendable
{
  private let base: UnsafePointer<Element>
  /// How many they are.
  package let count: Int
  /// Keeps the memory; nil if it is there for good.
  private let owner: NumberMemory?

  /// Creates numbers in memory of their own, which `write` fills (`count` of them).
  init(count: Int, write: (UnsafeMutablePointer<Element>) -> Void) {
    let memory = NumberMemory(byteCount: count * MemoryLayout<Element>.stride)
    let start = memory.start.bindMemory(to: Element.self, capacity: count)
    write(start)
    base = UnsafePointer(start)
    self.count = count
    owner = memory
  }

  /// Refers to the `count` numbers at `start`, which is aligned for them and stays as it is while
  /// `owner` is there.
  init(at start: UnsafeRawPointer, count: Int, owner: NumberMemory?) {
    base = start.assumingMemoryBound(to: Element.self)
    self.count = count
    self.owner = owner
  }

  /// Copies the numbers of `array`.
  package init(_ array: [Element]) {
    self.init(count: array.count) { start in
      for index in array.indices { (start + index).initialize(to: array[index]) }
    }
  }

  /// Creates the numbers of a literal.
  package init(arrayLiteral elements: Element...) { self.init(elements) }

  /// Where the numbers lie; valid while they are kept.
  package var start: UnsafePointer<Element> { base }

  /// The first index, 0.
  package var startIndex: Int { 0 }
  /// The index after the last one, `count`.
  package var endIndex: Int { count }

  /// The number at `index`.
  package subscript(index: Int) -> Element {
    precondition(index >= 0 && index < count, "a number's index is out of range")
    return base[index]
  }

  /// Tells whether `element` is one of them. All are looked at, a vector of them at once.
  package func contains(_ element: Element) -> Bool {
    withUnsafeBufferPointer { numbers in
      var isThere = 0 as Element
      for number in numbers { isThere |= number == element ? 1 : 0 }
      return isThere != 0
    }
  }

  /// Calls `body` with the memory that the numbers lie in.
  ///
  /// - Returns: what `body` returns.
  package func withUnsafeBufferPointer<Result>(
    _ body: (UnsafeBufferPointer<Element>) -> Result
  ) -> Result {
    withExtendedLifetime(owner) { body(UnsafeBufferPointer(start: base, count: count)) }
  }

  /// Tells whether both hold the same numbers.
  package static func == (left: Self, right: Self) -> Bool { left.elementsEqual(right) }

  /// Feeds the numbers to `hasher`.
  package func hash(into hasher: inout Hasher) {
    for element in self { hasher.combine(element) }
  }
}
