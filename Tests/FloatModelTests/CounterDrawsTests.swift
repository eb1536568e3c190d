import FakeGen
import FloatModel
import Testing

@Suite struct CounterDrawsTests {
  /// The draws are those of `fakegen`: counted by row and stream, whatever the order of asking.
  @Test func drawsAreTheGenerators() {
    let draws = CounterDraws(seed: 7, first: 100, rows: 3)
    var found: [UInt32: [Int: [Double]]] = [:]
    for (stream, row) in [(5, 2), (9, 0), (5, 2), (5, 1), (9, 0), (5, 2)] as [(UInt32, Int)] {
      found[stream, default: [:]][row, default: []].append(
        draws.uniform(stream: stream, row: row))
    }
    for (stream, rows) in found {
      for (row, values) in rows {
        var expected = RandomStream(seed: 7, row: 100 + UInt64(row), stream: stream)
        for value in values { #expect(value == Double(expected.next()) / 4_294_967_296) }
      }
    }
    #expect(found[5]?[2]?.count == 3)
  }
}
