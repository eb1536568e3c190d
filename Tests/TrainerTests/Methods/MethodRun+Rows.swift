import Checkpoint
import FakeGen
import FloatModel
import Records
import Testing

import enum Quantize.QuantizationError
import func Quantize.quantize

@testable import Trainer

extension MethodRun {
  /// The run's checkpoint generates rows, in floating point and, if it can be quantized, in
  /// integers.
  func expectRows() throws {
    let checkpoint = try Checkpoint(
      decoding: run.checkpoint(compact: true).encoded(), path: "x")
    let generator = try FloatGenerator<Float>(checkpoint, path: "x")
    let generated = generator.generate(
      count: 20, seed: 1, stream: RandomStreams.generation.first, pool: run.pool)
    #expect(generated.records.count == 20)
    if generator.model.description.recordText == nil {
      #expect(generated.records.allSatisfy { !$0.values.contains(.null) })
      #expect(generator.malformedShare(of: generated) == nil)
    } else {
      try expectTexts(generated, of: generator)
    }
    guard run.preset.architecture.tree == .tuple else {
      #expect(throws: QuantizationError.self) { try quantize(checkpoint, metrics: "") }
      return
    }
    let model = try FakeGen.Model(bytes: quantize(checkpoint, metrics: "").bytes)
    let schema = generator.model.description.schema
    #expect(model.columns.map(\.name) == schema.columns.map { schema.leaves[$0].column })
    var integers = FakeGen.Generator(model: model, seed: 1)
    #expect(try integers.row(0).fields.count { $0 != .null } == schema.columns.count)
  }

  /// So short a training may leave all texts malformed; a sound one has every value.
  private func expectTexts(
    _ generated: GeneratedRows, of generator: FloatGenerator<Float>
  ) throws {
    let rows = generated.records
    let format = try #require(generator.model.description.recordText)
    let columns = generator.model.description.schema.leaves.map(\.path)
    let latitude = try #require(columns.firstIndex(of: "lat"))
    #expect(generated.texts.count == 20)
    for (text, row) in zip(generated.texts, rows) {
      #expect(format.isMalformed(text) == (row.values[latitude] == .null), "\(text)")
    }
    #expect(format.leaves.count == 6)
    let share = try #require(generator.malformedShare(of: generated))
    #expect(abs(share * 20 - Double(rows.count { $0.values[latitude] == .null })) < 1e-9)
    let plan = MeasurementPlan(rows: 20, rounds: 1, pairs: 1, points: 3, ground: 0, streets: 1)
    let measurements = Measurements(
      generator, about: "", training: rows, heldOut: nil, plan: plan, pool: run.pool
    ) { _ in }
    #expect(measurements.generated.malformed == share)
  }
}
