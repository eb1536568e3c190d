import FakeGen
import FloatModel
import Records
import Schema
import TestModels
import TestSupport
import Testing

@testable import Quantize

extension SyntheticCheckpoint {
  /// The synthetic model with leaves that follow from its own by every rule.
  static func withRules(seed: UInt64) -> Self {
    var synthetic = Self(seed: seed)
    let shape = KeyPattern.Shape(weight: 2, places: ["N", "0123456789", "0123456789"])
    let other = KeyPattern.Shape(weight: 1, places: ["xyz", "éa", "b", "ab"])
    let kinds: [(name: String, kind: LeafKind, isOptional: Bool, rule: Rule)] = [
      ("id", .text, false, .key(.shapes([shape, other]))),
      (
        "serial", .integer, false,
        .key(.sequence(prefix: "", start: 5, step: 2, width: 0, suffix: ""))
      ),
      (
        "sum", .real(decimals: 3), true,
        .sum(
          terms: [.init(leaf: 6, factor: 3), .init(leaf: 7, factor: -2)], constant: -17)
      ),
      ("age_class", .integer, true, .digit(leaf: 5, offset: 3, unit: 10, count: 4)),
      (
        "day", .moment(layout: "%d.%m.%Y"), true,
        .sum(
          terms: [.init(leaf: 5, factor: 86_400)], constant: -1_987_200,
          limits: .init(least: 0, greatest: 1_728_000))
      ),
      (
        "kind_text", .text, true,
        .lookup(
          leaf: 3,
          entries: [
            .init(key: .integer(0), value: .text("a house")), .init(key: .integer(2), value: .null),
            .init(key: .integer(1), value: .text("é")),
          ])
      ),
      (
        "sold_kind", .enumeration(names: ["NO", "YES", "UNKNOWN"], numbers: [0, 1, 2]), false,
        .lookup(
          leaf: 8,
          entries: [
            .init(key: .null, value: .integer(2)), .init(key: .integer(1), value: .integer(1)),
            .init(key: .integer(0), value: .integer(0)),
          ])
      ),
    ]
    for (index, leaf) in kinds.enumerated() {
      synthetic.description.schema.leaves.append(
        Leaf(
          path: leaf.name, column: leaf.name.uppercased(), kind: leaf.kind,
          isOptional: leaf.isOptional))
      synthetic.description.schema.columns.append(9 + index)
      synthetic.description.schema.derived.append(RuledLeaf(leaf: 9 + index, rule: leaf.rule))
      synthetic.description.integerRanges.append(nil)
      synthetic.description.knownValues.append([])
    }
    return synthetic
  }
}

@Suite struct RuleAgreementTests {
  private static let derived = 9..<16

  /// What follows in integers is what follows from the values that the row has, and the rows of the
  /// float model have the same keys.
  @Test func fixedPointRulesAreThoseOfValues() throws {
    let checkpoint = SyntheticCheckpoint.withRules(seed: 2).checkpoint
    let description = try ModelDescription(metadataOf: checkpoint, path: "synthetic")
    let schema = description.schema
    let model = try Model(bytes: quantize(checkpoint, metrics: "").bytes)
    let content = model.content
    #expect(content.schema.columns.count == 16)
    let float = try FloatGenerator<Double>(quantizing: checkpoint, path: "synthetic")
    let floatRecords = float.records(7..<207, seed: 3)
    var generator = Generator(model: model, seed: 3, batchSize: 16)
    var nulls = 0
    for (index, floatRecord) in zip(7..<207 as Range<UInt64>, floatRecords) {
      var record = Record(values: [FieldValue](repeating: .null, count: schema.leaves.count))
      let fields = try generator.row(index).fields
      for (column, field) in fields.enumerated() {
        record.values[schema.columns[column]] = field.value(
          schema.leaves[schema.columns[column]].kind)
      }
      var computed = record
      computed.compute(schema.derived, schema: schema)
      #expect(computed == record)
      for leaf in [9, 10] { #expect(record.values[leaf] == floatRecord.values[leaf]) }
      #expect(record.values[10] == .integer(5 + 2 * Int64(index)))
      nulls += Self.derived.count { record.values[$0] == .null }
      // The float row's rules hold in itself.
      var again = floatRecord
      again.compute(schema.derived, schema: schema)
      #expect(again == floatRecord)
    }
    #expect(nulls > 20 && nulls < 200 * 5)
  }

  @Test func keysAreLeftOutOfTheFilterUnlessAskedFor() throws {
    let synthetic = SyntheticCheckpoint.withRules(seed: 2)
    let schema = synthetic.description.schema
    let float = try FloatGenerator<Double>(quantizing: synthetic.checkpoint, path: "synthetic")
    let folder = try TemporaryFolder()
    let path = folder.path("rows.csv")
    try writeTable(float.records(0..<20, seed: 1), schema: schema, path: path)
    let filter = try #require(Exclusion(path: path).rows(schema: schema).filters.first)
    let names = filter.columns.map { schema.leaves[schema.columns[$0]].path }
    #expect(!names.contains("id") && !names.contains("serial") && !names.contains("sum"))
    #expect(names.contains("day") && names.contains("kind_text"))
    let some = try #require(
      Exclusion(path: path, fieldSets: [["ID"]]).rows(schema: schema).filters.first)
    #expect(some.columns.map { schema.leaves[schema.columns[$0]].path } == ["id"])
  }

  @Test func rulesAreChecked() throws {
    func reason(_ description: ModelDescription) -> String? {
      do {
        try description.check()
        return nil
      } catch { return error.reason }
    }
    var description = SyntheticCheckpoint.withRules(seed: 2).description
    #expect(reason(description) == nil)
    description.schema.derived[2].rule = .sum(terms: [.init(leaf: 0, factor: 1)], constant: 0)
    #expect(reason(description) == "sum is a sum, which numbers alone have")
    description.schema.derived.removeLast()
    #expect(reason(description) == "its modules and rules should make each leaf exactly once")
  }
}

extension Field {
  fileprivate func value(_ kind: LeafKind) -> FieldValue {
    switch self {
    case .null: return .null
    case .text(let text):
      guard case .moment(let layout) = kind else { return .text(text) }
      let units = (try? MomentLayout(layout))?.units(of: Array(text.utf8))
      return units.map { .integer($0) } ?? .null
    case .real(let units, _): return FieldValue(units: units, kind: kind)
    case .integer(let number): return .integer(number)
    case .boolean(let value): return .choice(value ? 1 : 0)
    case .list: return .null
    case .enumeration(let name):
      guard case .enumeration(let names, _) = kind else { return .null }
      return names.firstIndex(of: name).map { .choice($0) } ?? .null
    }
  }
}
