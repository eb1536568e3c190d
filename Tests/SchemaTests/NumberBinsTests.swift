import Foundation
import Schema
import Testing

@Suite struct NumberBinsTests {
  private func bins(_ values: [Int64], _ maximumBins: Int, _ maximumCells: Int) throws -> NumberBins
  {
    try #require(
      NumberBins(values: values, maximumBins: maximumBins, maximumCells: maximumCells))
  }

  @Test func fewValuesAreBinsOfTheirOwn() throws {
    let found = try bins([7, -3, 7, 7, 100, -3, 0], 4, 5)
    #expect(found.bins == [[-3 ... -3], [0...0], [7...7], [100...100]])
    #expect(found.size == 1)
  }

  @Test func frequentValuesAreBinsOfTheirOwn() throws {
    // 0 in half of the rows, in the midst of 1000 others.
    let values = (1...500).flatMap { [Int64($0) * 3, Int64($0) * -3] }
    let found = try bins(values + Array(repeating: 0, count: 1000), 9, 4)
    #expect(found.bins.contains([0...0]))
    #expect(found.count == 9)
    #expect(found.bins.allSatisfy { $0.count == 4 || $0 == [0...0] })
    #expect(found.bins.first?.first?.lowerBound == -1500)
    #expect(found.bins.last?.last?.upperBound == 1500)
    // As many rows in each of the others, within a value or two.
    for bin in found.bins where bin != [0...0] {
      let rows = values.count { value in bin.contains { $0.contains(value) } }
      #expect((123...127).contains(rows))
    }
  }

  /// However many values are frequent, bins and cells keep their bounds, and every value lies where
  /// it is looked for.
  @Test(arguments: [1, 2, 3, 4, 7, 32, 200], [1, 2, 5, 16])
  func boundsAreKept(maximumBins: Int, maximumCells: Int) throws {
    var values: [Int64] = []
    for value in 0..<300 as Range<Int64> {
      // 40 frequent ones, the others rare, spread over a few magnitudes.
      values += Array(repeating: value * value * 11 - 40, count: value % 7 == 3 ? 60 : 2)
    }
    let found = try bins(values, maximumBins, maximumCells)
    #expect((1...maximumBins).contains(found.count))
    #expect((1...maximumCells).contains(found.size))
    for value in values {
      let place = found.place(of: value)
      #expect(found.bins[place.bin][place.cell].contains(value))
    }
    let known = Set(values)
    for cell in found.bins.joined() {
      #expect(known.contains(cell.lowerBound) && known.contains(cell.upperBound))
    }
  }

  /// Of values that hardly recur no bin and no cell has but a few rows.
  @Test func sparseValuesShareBinsAndCells() throws {
    let values = (0..<1000).map { Int64($0) * Int64($0) }
    let found = try bins(values, 64, 32)
    #expect((38...42).contains(found.count))
    for cell in found.bins.joined() {
      #expect(values.count { cell.contains($0) } >= 11)
    }
    #expect(try bins((0..<80_000).map { $0 }, 64, 32).size == 32)
    // Many rows of each: as many cells as values.
    #expect(try bins((0..<10_000).map { $0 % 1000 }, 64, 32).bins.joined().count == 1000)
  }

  @Test func otherValuesAreInTheCellBelow() throws {
    let found = try #require(NumberBins([[10...20, 22...30], [40...40]]))
    let places = [.min, 9, 21, 31, 39, 41, .max].map { found.place(of: $0) }
    #expect(places.map(\.bin) == [0, 0, 0, 0, 0, 1, 1])
    #expect(places.map(\.cell) == [0, 0, 0, 1, 1, 0, 0])
  }

  /// Identifiers of 64 bits, of which a double holds the first 53: each in its own bin.
  @Test func wideIntegersAreInTheirOwnBins() throws {
    let values = (0..<20).map { 1_234_567_890_123_456_789 + Int64($0) * 1_000_003_000_007 }
    let found = try bins(values + values + values + values, 20, 1)
    #expect(values.map { found.place(of: $0).bin } == Array(0..<20))
  }

  @Test func extremesOfIntegersAreKept() throws {
    let found = try bins([.min, .max, 0, .min, .max - 1, .min + 1], 2, 2)
    #expect(found.bins.first?.first?.lowerBound == .min)
    #expect(found.bins.last?.last?.upperBound == .max)
    #expect(try found == JSONDecoder().decode(NumberBins.self, from: JSONEncoder().encode(found)))
    #expect(NumberBins.units(1e300, decimals: 2) == .max)
    #expect(NumberBins.units(-1e300, decimals: 2) == .min)
    #expect(NumberBins.units(Double(Int64.max), decimals: 0) == .max)
    #expect(NumberBins.units(-72.884908, decimals: 6) == -72_884_908)
  }

  @Test func othersAreRefused() {
    #expect(NumberBins([]) == nil)
    #expect(NumberBins([[]]) == nil)
    #expect(NumberBins([[1...2], []]) == nil)
    #expect(NumberBins([[1...2, 2...3]]) == nil)
    #expect(NumberBins([[5...6], [1...2]]) == nil)
    #expect(NumberBins(values: [], maximumBins: 4, maximumCells: 4) == nil)
    let many = (0..<Int64(NumberBins.maximumCells)).map { [$0...$0] }
    #expect(NumberBins(many) != nil)
    #expect(NumberBins(many + [[70_000...70_000]]) == nil)
    #expect(NumberBins(many.dropLast() + [[69_000...69_000, 70_000...70_000]]) == nil)
    for text in ["[]", "[[[2,1]]]", "[[[1,2],[2,3]]]", "[[[1]]]", "[[[0.5,1]]]"] {
      #expect(throws: DecodingError.self) {
        try JSONDecoder().decode(NumberBins.self, from: Data(text.utf8))
      }
    }
  }
}
