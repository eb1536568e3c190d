#if arch(x86_64)
  import CKernels
#endif

/// CRC-32 as in ISO-HDLC, gzip and PNG: reflected polynomial 0xEDB88320, initial value and final
/// exclusive-or 0xFFFFFFFF. Its value over the ASCII digits `123456789` is 0xCBF43926.
package struct CRC32: Sendable {
  private var state: UInt32 = 0xFFFF_FFFF
  /// `[slices, 256]`: the remainder of a byte with k zero bytes after it.
  private let table: [UInt32]

  /// Bytes that are taken in at once: eight tables of a KiB, or where memory is scarce one.
  private static var slices: Int {
    #if _pointerBitWidth(_64)
      8
    #else
      1
    #endif
  }

  /// Creates the checksum of no bytes.
  package init() {
    var table: [UInt32] = []
    table.reserveCapacity(256 * Self.slices)
    for byte in 0..<256 as Range<UInt32> {
      var remainder = byte
      for _ in 0..<8 {
        remainder = (remainder >> 1) ^ (remainder & 1 == 1 ? 0xEDB8_8320 : 0)
      }
      table.append(remainder)
    }
    for index in 256..<256 * Self.slices {
      let shorter = table[index - 256]
      table.append((shorter >> 8) ^ table[Int(shorter & 0xFF)])
    }
    self.table = table
  }

  /// Takes in further bytes; the order and content matter, how they are split into calls does not.
  package mutating func update(_ bytes: UnsafeRawBufferPointer) {
    #if arch(x86_64)
      let taken = fakegen_crc32(&state, bytes.baseAddress, bytes.count)
      updateByTable(UnsafeRawBufferPointer(rebasing: bytes[taken...]))
    #else
      updateByTable(bytes)
    #endif
  }

  /// Takes in further bytes in Swift alone: what `update` does with the processor's instructions
  /// equals it.
  package mutating func updateByTable(_ bytes: UnsafeRawBufferPointer) {
    var remainder = state
    var rest = bytes
    table.withUnsafeBufferPointer { table in
      if Self.slices == 8 {
        while rest.count >= 8 {
          let word = UInt64(littleEndian: rest.loadUnaligned(as: UInt64.self))
          let low = remainder ^ UInt32(truncatingIfNeeded: word)
          let high = UInt32(truncatingIfNeeded: word &>> 32)
          let first = table[1792 &+ Int(low & 0xFF)] ^ table[1536 &+ Int(low &>> 8 & 0xFF)]
          let second = table[1280 &+ Int(low &>> 16 & 0xFF)] ^ table[1024 &+ Int(low &>> 24)]
          let third = table[768 &+ Int(high & 0xFF)] ^ table[512 &+ Int(high &>> 8 & 0xFF)]
          let fourth = table[256 &+ Int(high &>> 16 & 0xFF)] ^ table[Int(high &>> 24)]
          remainder = first ^ second ^ third ^ fourth
          rest = UnsafeRawBufferPointer(rebasing: rest[8...])
        }
      }
      for byte in rest {
        remainder = (remainder >> 8) ^ table[Int((remainder ^ UInt32(byte)) & 0xFF)]
      }
    }
    state = remainder
  }

  /// Takes in further bytes.
  package mutating func update(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { update($0) }
  }

  /// The checksum of everything taken in so far.
  package var value: UInt32 { ~state }

  /// Returns the checksum of `bytes`.
  package static func checksum(of bytes: [UInt8]) -> UInt32 {
    var checksum = CRC32()
    checksum.update(bytes)
    return checksum.value
  }
}
