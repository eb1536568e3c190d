/// CRC-32 as in ISO-HDLC, gzip and PNG: reflected polynomial 0xEDB88320, initial value and final
/// exclusive-or 0xFFFFFFFF. Its value over the ASCII digits `123456789` is 0xCBF43926.
public struct CRC32: Sendable {
  private var state: UInt32 = 0xFFFF_FFFF
  private let table: [UInt32]

  public init() {
    table = (0..<256).map { (byte: UInt32) in
      var remainder = byte
      for _ in 0..<8 {
        remainder = (remainder >> 1) ^ (remainder & 1 == 1 ? 0xEDB8_8320 : 0)
      }
      return remainder
    }
  }

  /// Takes in further bytes; the order and content matter, how they are cut into calls does not.
  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    var remainder = state
    table.withUnsafeBufferPointer { table in
      for byte in bytes {
        remainder = (remainder >> 8) ^ table[Int((remainder ^ UInt32(byte)) & 0xFF)]
      }
    }
    state = remainder
  }

  /// Takes in further bytes.
  public mutating func update(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { update($0) }
  }

  /// The checksum of everything taken in so far.
  public var value: UInt32 { ~state }

  /// The checksum of `bytes`.
  public static func checksum(of bytes: [UInt8]) -> UInt32 {
    var checksum = CRC32()
    checksum.update(bytes)
    return checksum.value
  }
}
