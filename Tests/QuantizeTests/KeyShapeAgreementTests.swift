import FakeGen
import FloatModel
import Records
import Schema
import TestModels
import Testing

@testable import Quantize

/// Keys whose shape a leaf says, in integers and in the float model.
@Suite struct KeyShapeAgreementTests {
  private static let key = 9
  private static let shape = 12

  /// A model whose key has the shape that a derived class says, which may be null.
  private static var synthetic: SyntheticCheckpoint {
    var synthetic = SyntheticCheckpoint.withRules(seed: 2)
    let digits = "0123456789"
    let pattern = KeyPattern.shapes([
      .init(weight: 2, places: ["N", digits, digits, digits]),
      .init(weight: 1, places: ["xyz", digits, digits, digits]),
      .init(weight: 1, places: ["é", digits]),
    ])
    synthetic.description.schema.derived.removeFirst()
    synthetic.description.schema.derived.append(
      RuledLeaf(leaf: key, rule: .key(pattern, shape: shape)))
    return synthetic
  }

  @Test func rowsOfBothHaveTheShapesOfTheirLeaves() throws {
    let checkpoint = Self.synthetic.checkpoint
    let schema = try ModelDescription(metadataOf: checkpoint, path: "synthetic").schema
    let model = try Model(bytes: quantize(checkpoint, metrics: "").bytes)
    let rule = try #require(model.content.rules.derived.last).rule
    let float = try FloatGenerator<Double>(quantizing: checkpoint, path: "synthetic")
    let places = try [Self.key, Self.shape].map { leaf in
      try #require(schema.columns.firstIndex(of: leaf))
    }
    var generator = Generator(model: model, seed: 3, batchSize: 16)
    var (found, keys): (Set<FieldValue>, Set<String>) = ([], [])
    for (row, record) in zip(0..<400 as Range<UInt64>, float.records(0..<400, seed: 3)) {
      let fields = try generator.row(row).fields
      let choice: Int64? =
        if case .integer(let number) = fields[places[1]] { number } else { nil }
      let expected = rule.key(row: row, seed: 3, choice: choice) ?? ""
      #expect(fields[places[0]] == .text(expected))
      #expect(keys.insert(expected).inserted)
      let floatChoice: Int64? =
        if case .integer(let number) = record.values[Self.shape] { number } else { nil }
      #expect(
        record.values[Self.key] == .text(rule.key(row: row, seed: 3, choice: floatChoice) ?? ""))
      found.insert(record.values[Self.shape])
      // Ten rows have texts of the last shape.
      let first = row < 10 && choice == 2 ? "é" : choice == 1 ? nil : "N"
      if let first { #expect(expected.hasPrefix(first)) }
      if choice == 1 { #expect("xyz".contains(expected.prefix(1))) }
    }
    #expect(found.count > 1)
  }
}
