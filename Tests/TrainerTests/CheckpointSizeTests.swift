import Checkpoint
import Records
import Schema
import TestSupport
import Testing

@testable import Trainer

@Suite("The checkpoint's size, told before a run")
struct CheckpointSizeTests {
  private func run(_ overrides: [String]) throws -> TrainingRun {
    let schema = RecordSchema(
      messageName: "Person",
      leaves: [
        Leaf(path: "name", column: "name", kind: .text, isOptional: false),
        Leaf(path: "height", column: "height", kind: .real(decimals: 2), isOptional: false),
        Leaf(path: "age", column: "age", kind: .integer, isOptional: false),
      ],
      columns: [0, 1, 2],
      root: .tuple(
        name: "", elements: [.stringLiteral(leaf: 0), .scalarTuple(leaves: [1, 2])]))
    let records = (0..<20).map { row in
      Record(values: [
        .text(["ANA", "BO"][row % 2]), .real(1.5 + Double(row) / 100), .integer(Int64(row)),
      ])
    }
    let preset = try Preset.load(path: nil, overrides: overrides + ["batchSize=4", "steps=3"])
    let source = try TrainingSource(
      table: Table(schema: schema, records: records), name: "t.csv", hash: "", preset: preset,
      attribution: "")
    return TrainingRun(preset: preset, source: source, threads: 1)
  }

  @Test(
    "It is that of the file in the end, to within a few kilobytes",
    arguments: [
      [], ["widths.tupleState=300", "widths.embedding=96"],
      ["augmentation={variants: 3}", "latent.regularizer=divergence"],
    ])
  func size(overrides: [String]) throws {
    let run = try run(overrides)
    for _ in 0..<3 { _ = run.advance() }
    let size = try run.checkpoint(compact: false).encoded().count
    let told = try CheckpointSize.bytes(run.preset, model: run.model)
    // Workers keep augmented latent vectors once they have begun, which takes more steps than these.
    let left = overrides.contains { $0.hasPrefix("augmentation") } ? 1 << 16 : 0
    #expect((size - 8192...size + left + 8192).contains(told), "told \(told), is \(size)")

    try CheckpointSize.check(run.preset, model: run.model, limit: told)
    let error = #expect(throws: TrainerError.self) {
      try CheckpointSize.check(run.preset, model: run.model, limit: told - 1)
    }
    #expect(
      error
        == .largeCheckpoint(
          bytes: told, limit: told - 1, elements: 3,
          tupleState: run.preset.modelWidths.tupleState))
  }

  /// A thousand columns at ordinary widths: refused before the gigabytes are taken.
  @Test func aWideMessageIsRefusedAtOnce() throws {
    let folder = try TemporaryFolder()
    let names = (0..<1000).map { "c\($0)" }
    let fields = names.enumerated().map { "string \($1) = \($0 + 1);" }.joined(separator: " ")
    let schema = try folder.write(
      "syntax = \"proto3\"; message W { \(fields) }", to: "w.proto")
    let row = names.map { _ in "x" }.joined(separator: ",")
    let data = try folder.write("\(names.joined(separator: ","))\n\(row)\n\(row)\n", to: "w.csv")
    let result = try runBuilt(
      "trainer",
      [
        "train", "--schema", schema, "--data", data, "--output", folder.path("run"), "--set",
        "steps=2", "--set", "batchSize=4",
      ])
    #expect(result.status == 1 && result.output.isEmpty)
    #expect(result.error.contains("bytes for 1000 columns, at most 1073741824 are read"))
    #expect(result.error.contains("--set widths.tupleState="))
    #expect(try folder.names() == ["w.csv", "w.proto"])
  }
}
