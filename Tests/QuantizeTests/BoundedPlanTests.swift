import FakeGen
import TestModels
import Testing

/// Rows that are given values of small chance, against rows that have them by themselves.
@Suite struct BoundedPlanTests {
  private static let batch = 128

  /// Makes rows until `count` meet all conditions.
  private func rows(
    _ plan: ConditionPlan, _ conditions: [LeafCondition], of model: Model, count: Int,
    seed: UInt64
  ) throws -> (rows: [[Field]], tries: Int) {
    var generator = Generator(model: model, seed: seed, batchSize: Self.batch)
    var rows: [[Field]] = []
    var first: UInt64 = 0
    while rows.count < count, first < 4_000_000 {
      generator.prepare(from: first, count: Self.batch, where: plan)
      for row in first..<first + UInt64(Self.batch) where !generator.isGivenUp(row) {
        let fields = try generator.row(row).fields
        // Of a row that the filter excludes another attempt was made, whatever it gives.
        let holds = conditions.allSatisfy { self.holds($0, of: generator) }
        #expect(holds || !model.content.filters.isEmpty)
        if holds { rows.append(fields) }
      }
      first += UInt64(Self.batch)
    }
    return (rows, Int(first))
  }

  /// Whether the selected row of a generator meets a condition, by its columns.
  private func holds(_ condition: LeafCondition, of generator: Generator) -> Bool {
    let schema = generator.model.content.schema
    guard let column = schema.columns.firstIndex(of: condition.leaf) else { return true }
    if generator.isNull(column) { return condition.acceptsNull }
    if let units = generator.units(column) { return condition.numbers.contains(units) }
    var text: [UInt8] = []
    generator.append(column, to: &text)
    return condition.texts.contains(text)
  }

  /// What is counted of a field: numbers in a few classes.
  private func kind(_ field: Field) -> String {
    switch field {
    case .integer(let number), .real(let number, _):
      number < 100 ? "\(number / 20)" : "1\(String(repeating: "0", count: "\(number)".count - 1))"
    default: "\(field)"
    }
  }

  /// Chi-squared of the two samples for every two columns, as far as values are not too rare: below
  /// what one in 10^5 samples exceeds, by the bound of Laurent and Massart (2000).
  private func expectSameFrequencies(_ left: [[Field]], _ right: [[Field]]) {
    let columns = left[0].indices
    for first in columns {
      for second in columns where second > first {
        var counts: [[String]: (Int, Int)] = [:]
        for row in left { counts[[kind(row[first]), kind(row[second])], default: (0, 0)].0 += 1 }
        for row in right { counts[[kind(row[first]), kind(row[second])], default: (0, 0)].1 += 1 }
        var statistic = 0.0
        var cells = 0
        for (one, other) in counts.values where one + other >= 16 {
          let expected = Double((one + other) * left.count) / Double(left.count + right.count)
          let rest = Double(one + other) - expected
          let difference = Double(one) - expected
          statistic += difference * difference * (1 / expected + 1 / rest)
          cells += 1
        }
        let logarithm = 11.5
        let bound =
          Double(cells) + 2 * (Double(cells) * logarithm).squareRoot() + 2 * logarithm
        #expect(statistic < bound, "columns \(first), \(second): \(statistic) over \(cells)")
      }
    }
  }

  struct Sample: Sendable, CustomTestStringConvertible {
    var name: String
    var bytes: [UInt8]
    var conditions: [LeafCondition]
    var testDescription: String { name }
  }

  /// By name, the conditions that are asked for of NumberModel: PRICE, WIDE, COUNT, FLAG.
  static let samples =
    [
      Sample(
        name: "a class", bytes: NumberModel.bytes(feedback: .state),
        conditions: [LeafCondition(leaf: 3, numbers: [0...0])]),
      Sample(
        name: "a value of a bin", bytes: NumberModel.bytes(feedback: .state),
        conditions: [LeafCondition(leaf: 2, numbers: [20...20])]),
      Sample(
        name: "the first number", bytes: NumberModel.bytes(feedback: .reencoded),
        conditions: [LeafCondition(leaf: 0, numbers: [-29...30])]),
      Sample(
        name: "a range over bins", bytes: NumberModel.bytes(feedback: .state),
        conditions: [LeafCondition(leaf: 0, numbers: [-45...(-30), 500...20_000])]),
      Sample(
        name: "null", bytes: NumberModel.bytes(feedback: .state),
        conditions: [LeafCondition(leaf: 1, acceptsNull: true)]),
      Sample(
        name: "null or a number", bytes: NumberModel.bytes(feedback: nil),
        conditions: [LeafCondition(leaf: 1, numbers: [0...200], acceptsNull: true)]),
      Sample(
        name: "two elements", bytes: NumberModel.bytes(feedback: .state),
        conditions: [
          LeafCondition(leaf: 1, numbers: [-5...500]), LeafCondition(leaf: 2, numbers: [5...30]),
        ]),
      Sample(
        name: "twice the same leaf", bytes: NumberModel.bytes(feedback: .state),
        conditions: [
          LeafCondition(leaf: 2, numbers: [5...30]), LeafCondition(leaf: 2, numbers: [21...100]),
        ]),
    ]
    + ((try? SyntheticModel.bytes(feedback: .reencoded)).map { bytes in
      [
        Sample(
          name: "a known value", bytes: bytes,
          conditions: [LeafCondition(leaf: 9, texts: [Array("a-b".utf8)])])
      ]
    } ?? [])
    + ((try? SyntheticModel.bytes(feedback: .state, isFactored: true)).map { bytes in
      [
        Sample(
          name: "a value of a cluster", bytes: bytes,
          conditions: [LeafCondition(leaf: 9, texts: [Array("a-11".utf8)])]),
        Sample(
          name: "values of several clusters", bytes: bytes,
          conditions: [
            LeafCondition(
              leaf: 9, texts: ["a-0", "a-6", "a-7", "a-39"].map { Array($0.utf8) })
          ]),
      ]
    } ?? [])
    + ((try? SyntheticModel.factoredTable()).map { bytes in
      [
        Sample(
          name: "numbers of bins in clusters", bytes: bytes,
          conditions: [LeafCondition(leaf: 7, numbers: [9...13, 60...100])]),
        Sample(
          name: "null beside clusters", bytes: bytes,
          conditions: [LeafCondition(leaf: 7, acceptsNull: true)]),
        Sample(
          name: "null or the last cluster's", bytes: bytes,
          conditions: [LeafCondition(leaf: 7, numbers: [55...200], acceptsNull: true)]),
      ]
    } ?? [])

  @Test func everySampleIsThere() { #expect(Self.samples.count == 14) }

  @Test(arguments: samples) func frequencies(sample: Sample) throws {
    let model = try Model(bytes: sample.bytes)
    let plan = try #require(ConditionPlan(sample.conditions, model: model))
    let bounded = plan.bounded(for: model, batchSize: Self.batch, below: .certain)
    #expect(bounded.isBounded)
    let count = 1500
    let fast = try rows(bounded, sample.conditions, of: model, count: count, seed: 1)
    let slow = try rows(plan, sample.conditions, of: model, count: count, seed: 2)
    #expect(fast.rows.count >= count && slow.rows.count >= count)
    #expect(fast.tries <= slow.tries + slow.tries / 4)
    expectSameFrequencies(fast.rows, slow.rows)
  }

  /// A row is the same whatever is made beside it, and one that meets the conditions by itself is as it
  /// is without them.
  @Test(arguments: samples) func aRowDependsOnItsNumberAlone(sample: Sample) throws {
    let model = try Model(bytes: sample.bytes)
    let plan = try #require(ConditionPlan(sample.conditions, model: model))
    let bounded = plan.bounded(for: model, batchSize: Self.batch, below: .certain)
    var whole = Generator(model: model, seed: 9, batchSize: 96)
    var plain = Generator(model: model, seed: 9, batchSize: 96)
    var single = Generator(model: model, seed: 9, batchSize: 5)
    whole.prepare(from: 1000, count: 96, where: bounded)
    plain.prepare(from: 1000, count: 96, where: plan)
    for row in 1000..<1096 as Range<UInt64> {
      if !single.isReady(row) { single.prepare(from: row, count: 5, where: bounded) }
      #expect(single.isGivenUp(row) == whole.isGivenUp(row))
      if whole.isGivenUp(row) {
        #expect(plain.isGivenUp(row))
      } else {
        #expect(try whole.row(row) == single.row(row))
        if !plain.isGivenUp(row) { #expect(try whole.row(row) == plain.row(row)) }
      }
    }
  }

  /// What is common needs no bounds, nor what nobody can give.
  @Test func plansWithoutBounds() throws {
    let model = try Model(bytes: NumberModel.bytes(feedback: .state))
    for condition in [
      LeafCondition(leaf: 3, numbers: [0...1]), LeafCondition(leaf: 2, numbers: [4...4]),
    ] {
      let plan = try #require(ConditionPlan([condition], model: model))
      #expect(!plan.bounded(for: model, batchSize: Self.batch).isBounded)
    }
  }

  /// One value in a million comes as fast as any: this would take hours.
  @Test func oneInMillions() throws {
    let model = try Model(bytes: NumberModel.bytes(feedback: .state))
    let conditions = [LeafCondition(leaf: 0, numbers: [123_456...123_456])]
    let plan = try #require(ConditionPlan(conditions, model: model))
    let bounded = plan.bounded(for: model, batchSize: Self.batch)
    let found = try rows(bounded, conditions, of: model, count: 200, seed: 1)
    #expect(found.rows.count >= 200 && found.tries < 20_000)
  }
}
