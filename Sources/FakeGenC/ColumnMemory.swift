/// Memory that a consumer of the Arrow C data interface reads, freed with the object.
final class ColumnMemory {
  /// What a buffer is made of.
  enum Buffer {
    /// No memory.
    case none
    /// One bit each, the lowest of a byte first.
    case bits([Bool])
    /// As they are.
    case bytes([UInt8])
    case halfWords([Int32])
    case words([Int64])
  }

  /// A consumer's processor may want as much for its widest instructions.
  private static let alignment = 64

  /// The buffers' addresses; null for none.
  let addresses: UnsafeMutablePointer<UnsafeRawPointer?>
  let count: Int

  init(_ buffers: [Buffer]) {
    count = buffers.count
    addresses = .allocate(capacity: buffers.count)
    for (index, buffer) in buffers.enumerated() {
      (addresses + index).initialize(to: Self.address(of: buffer))
    }
  }

  deinit {
    for index in 0..<count { addresses[index]?.deallocate() }
    addresses.deallocate()
  }

  private static func address(of buffer: Buffer) -> UnsafeRawPointer? {
    switch buffer {
    case .none: return nil
    case .bits(let bits):
      var bytes = [UInt8](repeating: 0, count: (bits.count + 7) / 8)
      for (index, bit) in bits.enumerated() where bit { bytes[index >> 3] |= 1 << (index & 7) }
      return copy(bytes)
    case .bytes(let bytes): return copy(bytes)
    case .halfWords(let numbers): return copy(numbers)
    case .words(let numbers): return copy(numbers)
    }
  }

  private static func copy<Number>(_ numbers: [Number]) -> UnsafeRawPointer {
    // Not null where there is nothing, for consumers that look no further.
    let memory = UnsafeMutableRawPointer.allocate(
      byteCount: max(numbers.count * MemoryLayout<Number>.stride, alignment), alignment: alignment)
    numbers.withUnsafeBytes { bytes in
      if let start = bytes.baseAddress { memory.copyMemory(from: start, byteCount: bytes.count) }
    }
    return UnsafeRawPointer(memory)
  }
}
