import Checkpoint
import FloatModel
import Quantize
import Records
import Schema
import Testing

@testable import Trainer

@Suite("Numbers that fixed point cannot hold are refused before training")
struct FixedPointLimitsTests {
  private func source(
    _ kind: LeafKind, _ values: [FieldValue], _ overrides: [String] = []
  ) throws -> (TrainingSource, Preset) {
    let schema = RecordSchema(
      messageName: "M",
      leaves: [
        Leaf(path: "k", column: "k", kind: .text, isOptional: false),
        Leaf(path: "v", column: "v", kind: kind, isOptional: false),
      ],
      columns: [0, 1],
      root: .tuple(name: "", elements: [.stringLiteral(leaf: 0), .scalarTuple(leaves: [1])]))
    let records = values.map { Record(values: [.text("a"), $0]) }
    let preset = try Preset.load(
      path: nil, overrides: ["batchSize=4", "steps=40"] + overrides)
    let source = try TrainingSource(
      table: Table(schema: schema, records: records), name: "t.csv", hash: "", preset: preset,
      attribution: "")
    return (source, preset)
  }

  /// Nanoseconds since 1970, about 2020.
  private static let nanoseconds: [FieldValue] = (0..<40).map {
    .integer(1_580_000_000_000_000_000 + Int64($0) * 1_000_000_000_000_000)
  }
  private static let money: [FieldValue] = (0..<40).map { .real(1e12 * Double($0 + 1) / 40) }

  @Test func integersSayHow() throws {
    let error = #expect(throws: TrainerError.self) { try source(.integer, Self.nanoseconds) }
    let text = try #require(error).description
    #expect(text.hasPrefix("t.csv: field 'v': numbers up to 1.619e+18 with 0 decimals"))
    #expect(text.contains("--field v=digits"))
    #expect(text.contains("--set model.numbers.maximumBins=64"))
  }

  @Test func realsSayHowManyDecimalsFit() throws {
    let error = #expect(throws: TrainerError.self) { try source(.real(decimals: 6), Self.money) }
    let text = try #require(error).description
    #expect(text.contains("numbers up to 1000000000000.0 with 6 decimals"))
    #expect(text.contains("--field v=decimals:5"), "\(text)")
  }

  /// The remedies work, to the model file; without them the model file cannot be made.
  @Test(
    arguments: [
      (LeafKind.real(decimals: 5), money, []),
      (.real(decimals: 6), money, ["model.numbers.maximumBins=64"]),
      (.integer, nanoseconds, ["model.numbers.maximumBins=64"]),
      (.integer, (0..<40).map { .integer(1_000_000_000_000_000 + $0 * 1_000_000_000) }, []),
    ] as [(LeafKind, [FieldValue], [String])])
  func whatPassesQuantizes(kind: LeafKind, values: [FieldValue], overrides: [String]) throws {
    let (source, preset) = try source(kind, values, overrides)
    let run = TrainingRun(preset: preset, source: source, threads: 1)
    for _ in 0..<preset.steps { _ = run.advance() }
    _ = try quantize(run.checkpoint(compact: true), metrics: "")
  }
}
