import FakeGen
import Testing

@Suite struct ChecksumTests {
  /// Values of Python's zlib.crc32.
  @Test func knownValues() {
    #expect(CRC32.checksum(of: []) == 0)
    #expect(CRC32.checksum(of: Array("123456789".utf8)) == 0xCBF4_3926)
    #expect(CRC32.checksum(of: (0...255).map { UInt8($0) }) == 0x2905_8C73)
  }

  @Test func piecesGiveTheWholesValue() {
    let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 11) }
    for cut in [0, 1, 7, 8, 9, 500, 999, 1000] {
      var checksum = CRC32()
      checksum.update(Array(bytes[..<cut]))
      checksum.update(Array(bytes[cut...]))
      #expect(checksum.value == CRC32.checksum(of: bytes))
    }
  }

  @Test func instructionsGiveTheTablesValue() {
    let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 &* $0 &* 37 &+ $0 >> 3) }
    bytes.withUnsafeBytes { bytes in
      for start in 0..<20 {
        for end in start...bytes.count {
          let part = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
          var (found, expected) = (CRC32(), CRC32())
          for _ in 0..<2 {
            found.update(part)
            expected.updateByTable(part)
          }
          #expect(found.value == expected.value, "\(start)..<\(end)")
        }
      }
    }
  }
}
