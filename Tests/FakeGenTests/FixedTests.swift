import FakeGen
import Testing

@Suite struct FixedTests {
  @Test(
    arguments: [
      (5, 3), (-5, -2), (3, 2), (-3, -1), (1, 1), (-1, 0), (4, 2), (-4, -2), (0, 0), (7, 4),
      (-7, -3),
    ] as [(Int64, Int64)])
  func halvesGoUp(value: Int64, rounded: Int64) {
    #expect(shiftedRoundingTiesUp(value, by: 1) == rounded)
  }

  @Test func tiesGoUpAtEveryShift() {
    for shift in 1...40 {
      let half = Int64(1) << (shift - 1)
      for integer in [-3, -2, -1, 0, 1, 2] as [Int64] {
        let value = integer << shift
        #expect(shiftedRoundingTiesUp(value + half, by: shift) == integer + 1)
        #expect(shiftedRoundingTiesUp(value - half, by: shift) == integer)
        if half > 1 {
          #expect(shiftedRoundingTiesUp(value + half - 1, by: shift) == integer)
          #expect(shiftedRoundingTiesUp(value - half - 1, by: shift) == integer - 1)
        }
      }
    }
  }

  @Test func agreesWithRealRounding() {
    var stream = RandomStream(seed: 1, row: 0, stream: 0)
    for _ in 0..<10_000 {
      let value = Int64(Int32(bitPattern: stream.next()))
      let shift = 1 + Int(stream.next() % 20)
      let real = (Double(value) / Double(Int64(1) << shift) + 0.5).rounded(.down)
      #expect(Double(shiftedRoundingTiesUp(value, by: shift)) == real)
      #expect(
        Double(requantizedRoundingTiesUp(value, shift: shift)) == min(max(real, -32768), 32767))
    }
  }

  @Test func saturates() {
    #expect(requantizedRoundingTiesUp(65534, shift: 1) == 32767)
    #expect(requantizedRoundingTiesUp(65535, shift: 1) == 32767)
    #expect(requantizedRoundingTiesUp(-65536, shift: 1) == -32768)
    #expect(requantizedRoundingTiesUp(-65538, shift: 1) == -32768)
    #expect(requantizedRoundingTiesUp(.min / 2, shift: 1) == -32768)
    #expect(saturated(Int32.max) == 32767)
    #expect(saturated(Int32.min) == -32768)
  }
}
