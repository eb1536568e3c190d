/// Texts by number, in UTF-8, one after the other in one piece of memory.
package struct TextTable: Sendable, Hashable {
  private var bytes: [UInt8] = []
  /// Text k lies at `starts[k]..<starts[k + 1]`.
  private var starts: [UInt32] = [0]

  /// Creates an empty table.
  package init() {}

  /// Creates an empty table with room for texts.
  ///
  /// - Parameter capacity: number of texts that memory is taken for at once.
  package init(capacity: Int) {
    starts.reserveCapacity(capacity + 1)
  }

  /// Number of texts.
  package var count: Int { starts.count - 1 }

  /// Adds a text at the end.
  ///
  /// - Parameter utf8: its UTF-8.
  package mutating func add<Bytes: Sequence>(utf8: Bytes) where Bytes.Element == UInt8 {
    bytes.append(contentsOf: utf8)
    starts.append(UInt32(bytes.count))
  }

  /// Adds a text at the end.
  mutating func add(utf8: UnsafeRawBufferPointer) {
    bytes.append(contentsOf: utf8)
    starts.append(UInt32(bytes.count))
  }

  /// Adds a text at the end.
  package mutating func add(_ text: String) {
    bytes.append(text)
    starts.append(UInt32(bytes.count))
  }

  /// The UTF-8 of text `index`.
  package subscript(index: Int) -> ArraySlice<UInt8> {
    bytes[Int(starts[index])..<Int(starts[index + 1])]
  }

  /// Returns the number of bytes of text `index`.
  func byteCount(_ index: Int) -> Int { Int(starts[index + 1] - starts[index]) }

  /// Returns the number of Unicode scalars of text `index`.
  package func scalarCount(_ index: Int) -> Int {
    // All but continuation bytes begin a scalar.
    self[index].count { $0 & 0xC0 != 0x80 }
  }
}
