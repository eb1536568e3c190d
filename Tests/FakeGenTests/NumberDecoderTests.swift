import FakeGen
import Foundation
import TestModels
import Testing

@Suite struct NumberDecoderTests {
  /// A layer whose outputs are `logits` (Q6.9), whatever its inputs.
  private func constant(_ logits: [Int32]) -> Dense {
    Dense(
      matrix: WeightMatrix(
        rows: logits.count, columns: NumberModel.embedding,
        weights: Numbers([Int8](repeating: 0, count: logits.count * NumberModel.embedding))),
      bias: Numbers(logits),
      multiplier: Numbers([Int32](repeating: 1 << 30, count: logits.count)), shift: 30,
      inputFractionBits: 12, outputFractionBits: Format.logit)
  }

  /// Every value that is made lies in a cell of its bins, and those of narrow cells are all made.
  @Test(arguments: [nil, .state, .reencoded] as [FeedbackFormat.Kind?])
  func valuesLieInTheCells(kind: FeedbackFormat.Kind?) throws {
    var generator = Generator(
      model: try Model(bytes: NumberModel.bytes(feedback: kind)), seed: 4)
    #expect(generator.model.columns.map(\.isOptional) == [false, true, false, false])
    var found = [Set<Int64>](repeating: [], count: 3)
    var nulls = 0
    for row in 0..<6000 as Range<UInt64> {
      for (leaf, field) in try generator.row(row).fields.prefix(3).enumerated() {
        switch field {
        case .real(let units, 2) where leaf == 0: found[leaf].insert(units)
        case .integer(let units) where leaf > 0: found[leaf].insert(units)
        case .null where leaf == 1: nulls += 1
        default: Issue.record("leaf \(leaf): \(field)")
        }
      }
    }
    #expect((1..<6000).contains(nulls))
    for (values, bins) in zip(found, NumberModel.numbers) {
      let cells = bins.joined()
      #expect(values.allSatisfy { value in cells.contains { $0.contains(value) } })
      for cell in cells where cell.upperBound < cell.lowerBound.addingReportingOverflow(10).0 {
        let missing = cell.filter { !values.contains($0) }
        #expect(missing.isEmpty, "\(cell): \(missing)")
      }
    }
    #expect(found[1].contains(.min) && found[1].contains { $0 > 1 << 62 })
  }

  /// Over many rows each bin has the share of the softmax, within five standard deviations.
  @Test func binsHaveTheirShares() throws {
    let logits: [Int32] = [512, -300, 1100]
    var model = NumberModel(feedback: .state)
    let number = model.number(0, isFedBack: true, softmax: constant(logits))
    let content = model.content(replacing: number)
    var generator = Generator(model: try Model(bytes: content.encoded()), seed: 8)
    let rows = 20_000
    var counts = [Int](repeating: 0, count: logits.count)
    for row in 0..<rows {
      guard case .real(let units, _) = try generator.row(UInt64(row)).fields[0] else { continue }
      counts[units == -50 ? 0 : units < 1_000 ? 1 : 2] += 1
    }
    let weights = logits.map { exp(Double($0) / 512) }
    for (count, weight) in zip(counts, weights) {
      let share = weight / weights.reduce(0, +)
      let deviation = (share * (1 - share) / Double(rows)).squareRoot()
      #expect(abs(Double(count) / Double(rows) - share) < 5 * deviation)
    }
  }

  @Test func drawsCoverACellEvenly() {
    func value(_ range: ClosedRange<Int64>, _ draw: UInt32) -> Int64 {
      NumberDecoder.value(from: range.lowerBound, through: range.upperBound, draw: draw)
    }
    for range in [0...0, -3...3, .min ... .min, .max ... .max, .min ... .max, -1 ... .max]
      as [ClosedRange<Int64>]
    {
      #expect(value(range, 0) == range.lowerBound)
      for draw in [1, 1 << 31, .max] as [UInt32] { #expect(range.contains(value(range, draw))) }
    }
    #expect(value(.min ... .max, 1 << 31) == 0)
    #expect(value(.min ... .max, .max) == .max - (1 << 32) + 1)
    #expect(value(-3...3, .max) == 3)
    // 2^16 evenly spread draws over 10 values.
    var counts = [Int](repeating: 0, count: 10)
    for draw in 0..<65_536 as Range<UInt32> { counts[Int(value(100...109, draw << 16)) - 100] += 1 }
    #expect(counts.allSatisfy { (6553...6554).contains($0) })
  }

  /// A decoder that lacks what the loader must find.
  @Test func hostileSectionsAreRefused() throws {
    func refused(
      _ starts: [UInt32], _ bounds: [Int64], classes: Int = 2, leaf: Int = 0,
      hasTables: Bool = true
    ) -> String? {
      var model = NumberModel(feedback: .state)
      let table = EmbeddingTable(
        width: NumberModel.embedding,
        vectors: Numbers([Int16](repeating: 1, count: 2 * NumberModel.embedding)))
      let number = NumberDecoder(
        stream: 20, leaf: leaf, softmax: constant(Array(repeating: 0, count: classes)),
        cells: model.cells(bins: 2, size: 2, isFedBack: hasTables), starts: Numbers(starts),
        bounds: Numbers(bounds), embedding: hasTables ? table : nil)
      do {
        _ = try Model(
          bytes: model.content(replacing: number).encoded())
        return nil
      } catch { return error.description }
    }
    let bounds = [-4, -4, 0, 9, 10, 10] as [Int64]
    #expect(refused([0, 1, 3], bounds) == nil)
    for (found, part) in [
      (refused([1, 2, 3], bounds), "the first bin does not start at 0"),
      (refused([0, 0, 2], bounds), "bin 0 should have 1 to 2 cells"),
      (refused([0, 1, 4], bounds + [11, 12]), "bin 1 should have 1 to 2 cells"),
      (refused([0, 2, 1], bounds), "bin 1 should have 1 to 2 cells"),
      (refused([0, 1, .max], bounds), "bin 1 should have 1 to 2 cells"),
      (refused([0, 1, 3], [-4, -5, 0, 9, 10, 10]), "bound 1 is out of order"),
      (refused([0, 1, 3], [-4, 0, 0, 9, 10, 10]), "bound 2 is out of order"),
      (refused([0, 1, 3], [5, 6, 0, 9, 10, 10]), "bound 2 is out of order"),
      (refused([0, 1, 3], bounds, classes: 3), "expected a number in 2...2, found 3"),
      (refused([0, 1, 3], bounds, leaf: 3), "neither a real nor an integer"),
      (refused([0, 1, 3], bounds, leaf: 2), "leaf 2 has two modules"),
      (refused([0, 1, 3], bounds, hasTables: false), "child/embedding"),
    ] {
      #expect(found?.contains(part) == true, "\(found ?? "accepted")")
    }
  }
}
