import FakeGen
import TestModels
import Testing

@testable import Quantize

/// Rows that are given up as soon as they fail a condition, against rows that are made whole.
@Suite struct ConditionTests {
  struct Sample: Sendable, CustomTestStringConvertible {
    var name: String
    var bytes: [UInt8]
    var testDescription: String { name }
  }

  static let models =
    [
      Sample(name: "parcels", bytes: TestModel.bytes),
      Sample(name: "rules", bytes: RuleModel.bytes),
      Sample(name: "kinds", bytes: KindModel.bytes), Sample(name: "homes", bytes: TinyModel.bytes),
      Sample(name: "state", bytes: NumberModel.bytes(feedback: .state)),
      Sample(name: "reencoded", bytes: NumberModel.bytes(feedback: .reencoded)),
      Sample(name: "own", bytes: NumberModel.bytes(feedback: nil)),
    ]
    + [false, true].compactMap { isFactored in
      (try? SyntheticModel.bytes(feedback: .reencoded, isFactored: isFactored)).map {
        Sample(name: isFactored ? "factored" : "synthetic", bytes: $0)
      }
    }
    + ((try? SyntheticModel.factoredTable()).map {
      [Sample(name: "factored table", bytes: $0)]
    } ?? [])

  @Test func everySampleIsThere() { #expect(Self.models.count == 10) }

  /// The value of a leaf as a condition.
  private static func condition(
    _ generator: Generator, column: Int, of model: Model
  ) -> LeafCondition {
    let isNull = generator.isNull(column)
    var text: [UInt8] = []
    generator.append(column, to: &text)
    return LeafCondition(
      leaf: model.content.schema.columns[column], texts: isNull ? [] : [text],
      numbers: generator.units(column).map { [$0...$0] } ?? [], acceptsNull: isNull)
  }

  /// A row is kept just if its first attempt meets the conditions, and then it is the row that it is
  /// without them, whatever is kept beside it.
  @Test(arguments: models) func rowsAreThoseWithoutConditions(sample: Sample) throws {
    let model = try Model(bytes: sample.bytes)
    let count = 96
    var plain = Generator(model: model, seed: 9, batchSize: count)
    var conditional = Generator(model: model, seed: 9, batchSize: count)
    plain.prepare(from: 500, count: count)
    var used = 0
    for column in model.columns.indices {
      // Of two rows, so that some are kept and some are not.
      var conditions: [LeafCondition] = []
      for row in [503, 577] as [UInt64] where (try? plain.select(row: row)) != nil {
        conditions.append(Self.condition(plain, column: column, of: model))
      }
      guard let first = conditions.first, let last = conditions.last else { continue }
      let either = LeafCondition(
        leaf: first.leaf, texts: first.texts + last.texts,
        numbers: first.numbers.ranges + last.numbers.ranges,
        acceptsNull: first.acceptsNull || last.acceptsNull)
      guard let plan = ConditionPlan([either], model: model) else { continue }
      used += 1
      conditional.prepare(from: 500, count: count, where: plan)
      var kept = 0
      for row in 500..<500 + UInt64(count) {
        let expected = try? plain.row(row)
        if conditional.isGivenUp(row) {
          // A filter may have asked for another attempt, which meets them.
          guard model.content.filters.isEmpty, let expected else { continue }
          let field = expected.fields[column]
          var text: [UInt8] = []
          field.append(to: &text)
          #expect(
            field == .null ? !either.acceptsNull : !either.texts.contains(text),
            "row \(row), column \(column)")
        } else {
          kept += 1
          #expect(try expected == conditional.row(row))
        }
      }
      #expect(kept > 0)
    }
    #expect(used > 0)
  }

  /// What follows from others is no condition that is known before.
  @Test func derivedLeavesAreNotPlanned() throws {
    let model = try Model(bytes: RuleModel.bytes)
    let leaf = try #require(RuleModel.names.firstIndex(of: "STATE"))
    let condition = LeafCondition(leaf: leaf, texts: [[0x66]], numbers: [], acceptsNull: false)
    #expect(ConditionPlan([condition], model: model) == nil)
    #expect(ConditionPlan([], model: model) == nil)
  }

  /// With a filter, rows are met as often as among all rows of the table: chi-squared over the values
  /// of another column.
  @Test func theFilterChangesNoFrequency() throws {
    var content = TestModel.content(alphabet: [0x31])
    let columns = content.schema.columns.map { content.schema.leaves[$0].name }
    let name = try #require(columns.firstIndex(of: "A \"NAME\", QUOTED"))
    let kind = try #require(columns.firstIndex(of: "KIND"))
    let sold = try #require(columns.firstIndex(of: "SOLD"))
    // Half of the texts, and of one kind, are kept back, so that many rows are made again.
    let keys = ["", "11", "1111"].flatMap { text in
      ["BOX"].map { kind in SipHash.hash(Array(text.utf8) + [0xFF] + Array(kind.utf8) + [0xFF]) }
    }
    content.filters = [
      try #require(ExclusionFilter(columns: [name, kind], keys: Set(keys)))
    ]
    let model = try Model(bytes: content.encoded())
    let condition = LeafCondition(
      leaf: model.content.schema.columns[sold], texts: [], numbers: [1...1], acceptsNull: false)
    let plan = try #require(ConditionPlan([condition], model: model))
    var plain = Generator(model: model, seed: 3, batchSize: 128)
    var conditional = Generator(model: model, seed: 3, batchSize: 128)
    var expected: [[String]: Int] = [:]
    var found: [[String]: Int] = [:]
    var (all, kept) = (0, 0)
    for first in stride(from: 0 as UInt64, to: 64_000, by: 128) {
      plain.prepare(from: first, count: 128)
      conditional.prepare(from: first, count: 128, where: plan)
      for row in first..<first + 128 {
        func value(_ generator: Generator) -> [String] {
          [name, kind].map { column in
            var text: [UInt8] = []
            generator.append(column, to: &text)
            return String(decoding: text, as: UTF8.self)
          }
        }
        try plain.select(row: row)
        if plain.number(sold) == 1 {
          expected[value(plain), default: 0] += 1
          all += 1
        }
        if conditional.isGivenUp(row) { continue }
        try conditional.select(row: row)
        guard conditional.number(sold) == 1 else { continue }
        found[value(conditional), default: 0] += 1
        kept += 1
      }
    }
    // Some that would pass are missing; the others are as they should be.
    #expect(kept < all && kept > all / 2)
    var statistic = 0.0
    for (key, count) in expected {
      let share = Double(count) / Double(all) * Double(kept)
      let difference = Double(found[key] ?? 0) - share
      statistic += difference * difference / share
    }
    #expect(Set(found.keys).isSubset(of: Set(expected.keys)))
    // Far beyond what chance gives for some dozen values, which are far from independent samples.
    #expect(statistic < 40, "\(statistic) over \(expected.count) values")
  }
}
