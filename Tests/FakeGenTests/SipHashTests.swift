import FakeGen
import Testing

@Suite struct SipHashTests {
  /// The designers' test vectors: key 00...0F, inputs 00, 00 01, ... of growing length.
  @Test func vectorsOfThePaper() {
    let key = (0x0706_0504_0302_0100, 0x0F0E_0D0C_0B0A_0908) as (UInt64, UInt64)
    let expected: [Int: UInt64] = [
      0: 0x726F_DB47_DD0E_0E31, 1: 0x74F8_39C5_93DC_67FD, 2: 0x0D6C_8009_D9A9_4F5A,
      7: 0xAB02_00F5_8B01_D137, 8: 0x93F5_F579_9A93_2462, 15: 0xA129_CA61_49BE_45E5,
    ]
    for (count, hash) in expected {
      #expect(SipHash.hash((0..<count).map { UInt8($0) }, key: key) == hash, "\(count) bytes")
    }
  }
}
