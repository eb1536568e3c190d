import Autodiff
import Checkpoint
import FloatModel
import Foundation
import TestSupport
import Testing

@testable import Trainer

@Suite struct GeneratedLossTests {
  private func newRun(_ overrides: [String] = []) throws -> TrainingRun {
    let preset = try fixturePreset(overrides)
    return TrainingRun(preset: preset, source: try fixtureSource(preset), threads: 2)
  }

  /// Scoring the rows of a step with that step's draws gives what the step reported.
  @Test func scoresAsTheStepDoes() throws {
    let overrides = ["pieces=1", "beta=[{at: 0%, value: 0.7}]"]
    let stepped = try newRun(overrides)
    let report = stepped.advance()
    let run = try newRun(overrides)
    run.whitenings = stepped.whitenings
    var order = (0..<run.table.count).map { Int32($0) }
    RandomGenerator(seed: 1, stream: 1 << 32).shuffle(&order)
    let losses = run.losses(of: run.table, rows: Array(order.prefix(12)), stream: 1)
    #expect(losses.loss == report.loss)
    #expect(losses.reconstruction == report.reconstruction)
    #expect(losses.divergence == report.divergence)
    #expect(losses.bitsPerCharacter == report.bitsPerCharacter)
  }

  @Test func batchesAddUp() throws {
    let run = try newRun()
    for _ in 0..<5 { _ = run.advance() }
    let rows = (0..<300).map { Int32($0 % 100) }
    let whole = run.losses(of: run.table, rows: rows, stream: 900)
    let first = run.losses(of: run.table, rows: Array(rows[..<256]), stream: 900)
    let last = run.losses(of: run.table, rows: Array(rows[256...]), stream: 901)
    #expect(abs(whole.loss - (256 * first.loss + 44 * last.loss) / 300) < 1e-6)
    #expect(abs(whole.divergence - (256 * first.divergence + 44 * last.divergence) / 300) < 1e-6)
  }

  /// Loss and KL divergence that a worker of a level has on some rows.
  private func score(
    _ run: TrainingRun, level: Int, rows: [Int32], stream: UInt64
  ) -> (loss: Double, divergence: Double) {
    let piece = Piece<Float>(
      parameters: run.parameters, table: run.table,
      components: run.model.components.components.count, encodings: run.model.encodingCount)
    let random = RandomGenerator(seed: UInt64(run.preset.seed), stream: stream)
    piece.rows = rows
    piece.settings = run.settings(level: level, batchSize: rows.count)
    piece.whitenings = run.whitenings
    let width = run.model.description.widths.embedding
    piece.noise = (0..<rows.count * width).map { _ in Float(random.normal()) }
    piece.uniforms = (0..<rows.count * run.model.feedbackCount).map { _ in random.uniform() }
    run.model.forward(piece, run.regularizer)
    return (piece.reconstruction + piece.latentLoss, piece.divergence / Double(rows.count))
  }

  /// A multiscale VAE is measured on its worker with the lowest beta, beta_max / levels (Fig. 4):
  /// with that beta and with the standard deviations of its level.
  @Test func isThatOfTheLowestBeta() throws {
    let run = try newRun([
      "workers=4", "multiscale.levels=4", "beta=[{at: 0%, value: 0.8}, {at: 100%, value: 0.4}]",
    ])
    for _ in 0..<20 { _ = run.advance() }
    let rows = (0..<50).map { Int32($0) }
    let found = run.losses(of: run.table, rows: rows, stream: 70)
    let scores = (0..<4).map { score(run, level: $0, rows: rows, stream: 70) }
    #expect(abs(found.loss - scores[0].loss) < 1e-9)
    #expect(abs(found.divergence - scores[0].divergence) < 1e-9)
    for other in scores.dropFirst() {
      #expect(abs(found.loss - other.loss) > 1e-4)
      #expect(abs(found.divergence - other.divergence) > 1e-4)
    }
    let expected = found.reconstruction + 0.15 * found.divergence / 8
    #expect(abs(found.loss - expected) < 1e-9)

    let folder = try TemporaryFolder()
    let log = try GeneratedLoss(
      path: folder.path("g.csv"), interval: 10, rows: 50, test: run.table, resumingAt: 0)
    try log.record(run)
    let lines = try folder.readText("g.csv").split(separator: "\n").map { line in
      line.split(separator: ",").map(String.init)
    }
    #expect(lines.map { $0[3] } == ["source", "train", "test", "generated"])
    #expect(lines[0][4] == "beta")
    for cells in lines.dropFirst() {
      // beta_max is 0.6 halfway.
      let beta = try #require(Double(cells[4]))
      #expect(abs(beta - 0.15) < 1e-12)
    }
    let train = try #require(log.measure(.train, run))
    #expect(Double(lines[1][5]) == train.loss)
  }

  /// A trained model takes its own rows for likelier than rows of another table.
  @Test func tellsForeignRows() throws {
    let run = try newRun(["steps=300", "beta=[{at: 0%, value: 0.05}]"])
    for _ in 0..<300 { _ = run.advance() }
    let folder = try TemporaryFolder()
    let foreign = fixtureRecords(100).map { record in
      var record = record
      record.values[0] = .text("DIBO ANACLE")
      return record
    }
    let generator = try newGenerator(run)
    let meter = try GeneratedLoss(
      path: folder.path("g.csv"), interval: 10, rows: 200,
      test: generator.encoded(GeneratedRows(foreign)), resumingAt: 0)
    let train = try #require(meter.measure(.train, run))
    let test = try #require(meter.measure(.test, run))
    let generated = try #require(meter.measure(.generated, run))
    #expect(test.bitsPerCharacter > 2 * train.bitsPerCharacter)
    #expect(test.bitsPerCharacter > generated.bitsPerCharacter)
  }

  /// Measuring changes nothing, and a run that stopped goes on with the same lines.
  @Test func logIsAFunctionOfTheRun() throws {
    let folder = try TemporaryFolder()
    func log(_ name: String, _ run: TrainingRun, from step: Int) throws -> GeneratedLoss {
      try GeneratedLoss(
        path: folder.path(name), interval: 10, rows: 50,
        test: try fixtureSource(fixturePreset(), rows: 30).table, resumingAt: step)
    }
    let silent = try newRun()
    for _ in 0..<40 { _ = silent.advance() }

    let whole = try newRun()
    let wholeLog = try log("whole.csv", whole, from: 0)
    var middle: [UInt8] = []
    for _ in 0..<40 {
      _ = whole.advance()
      try wholeLog.record(whole)
      if whole.step == 20 { middle = try whole.checkpoint(compact: false).encoded() }
    }
    #expect(
      try whole.checkpoint(compact: false).encoded()
        == silent.checkpoint(compact: false).encoded())

    // Cut at step 35, resumed from the checkpoint of step 20.
    let text = try folder.readText("whole.csv")
    let lines = text.split(separator: "\n")
    #expect(lines.count == 1 + 4 * 3)
    #expect(lines[0] == "\(GeneratedLoss.header)")
    _ = try folder.write(lines.prefix(10).joined(separator: "\n") + "\n", to: "cut.csv")
    let resumed = try newRun()
    let saved = try Checkpoint(decoding: middle, path: "x")
    try resumed.restore(
      saved, resume: try #require(RunMetadata(of: saved, path: "x").resume), path: "x")
    let cutLog = try log("cut.csv", resumed, from: 20)
    for _ in 20..<40 {
      _ = resumed.advance()
      try cutLog.record(resumed)
    }
    #expect(try folder.readText("cut.csv") == text)
  }
}
