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

  /// Creates a table of texts as a model file has them: each after its size, with padding up to a
  /// multiple of four bytes.
  ///
  /// - Parameters:
  ///   - padded: where they lie.
  ///   - count: number of texts.
  ///   - byteCount: number of bytes of all together.
  init(padded: UnsafeRawBufferPointer, count: Int, byteCount: Int) {
    starts.reserveCapacity(count + 1)
    // Words are copied whole: what follows a text is overwritten by the next.
    bytes = [UInt8](unsafeUninitializedCapacity: byteCount + 3) { bytes, initialized in
      let target = UnsafeMutableRawBufferPointer(bytes)
      var (end, offset) = (0, 0)
      for _ in 0..<count {
        let size = Int(clamping: padded.word(at: offset))
        for place in stride(from: 0, to: size, by: 4) {
          target.storeBytes(
            of: padded.loadUnaligned(fromByteOffset: offset + 4 + place, as: UInt32.self),
            toByteOffset: end + place, as: UInt32.self)
        }
        offset += 4 + (size + 3) & ~3
        end += size
        starts.append(UInt32(truncatingIfNeeded: end))
      }
      initialized = byteCount
    }
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

extension UnsafeRawBufferPointer {
  /// Returns the little-endian number at `offset`.
  @inline(__always)
  func word(at offset: Int) -> UInt32 {
    UInt32(littleEndian: loadUnaligned(fromByteOffset: offset, as: UInt32.self))
  }
}
