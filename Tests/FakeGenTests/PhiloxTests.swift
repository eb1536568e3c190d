import FakeGen
import Testing

/// The known answers that Random123 publishes (tests/kat_vectors, philox4x32, 10 rounds).
@Suite struct PhiloxTests {
  @Test func knownAnswers() {
    let zero = Philox.block(counter: (0, 0, 0, 0), key: (0, 0))
    #expect(zero == (0x6627_E8D5, 0xE169_C58D, 0xBC57_AC4C, 0x9B00_DBD8))
    let ones = Philox.block(
      counter: (.max, .max, .max, .max), key: (.max, .max))
    #expect(ones == (0x408F_276D, 0x41C8_3B0E, 0xA20B_C7C6, 0x6D54_51FD))
    let pi = Philox.block(
      counter: (0x243F_6A88, 0x85A3_08D3, 0x1319_8A2E, 0x0370_7344),
      key: (0xA409_3822, 0x299F_31D0))
    #expect(pi == (0xD16C_FE09, 0x94FD_CCEB, 0x5001_E420, 0x2412_6EA1))
  }

  @Test func streamCountsBlocks() {
    var stream = RandomStream(seed: 0x0123_4567_89AB_CDEF, row: 0xFEDC_BA98_7654_3210, stream: 7)
    for block in 0..<3 as Range<UInt32> {
      let expected = Philox.block(
        counter: (0x7654_3210, 0xFEDC_BA98, 7, block), key: (0x89AB_CDEF, 0x0123_4567))
      let drawn = (stream.next(), stream.next(), stream.next(), stream.next())
      #expect(drawn == expected)
    }
  }
}
