import Autodiff
import Checkpoint
import Foundation
import Testing

@testable import Trainer

@Suite struct ResumeTests {
  private func newRun(_ overrides: [String] = [], threads: Int = 1) throws -> TrainingRun {
    let preset = try fixturePreset(overrides)
    return TrainingRun(preset: preset, source: try fixtureSource(preset), threads: threads)
  }

  private func losses(_ run: TrainingRun, steps: Int) -> [UInt64] {
    (0..<steps).flatMap { _ in
      let report = run.advance()
      return ([report.loss, report.divergence, report.gradientNorm] + report.components)
        .map(\.bitPattern)
    }
  }

  /// Interrupted anywhere, the run goes on as if nothing had happened.
  @Test(arguments: [1, 7, 9, 23]) func resumingEqualsNotStopping(stop: Int) throws {
    let whole = try newRun()
    let expected = losses(whole, steps: 40)
    let first = try newRun()
    var found = losses(first, steps: stop)
    let saved = try Checkpoint(
      decoding: first.checkpoint(compact: false).encoded(), path: "x")
    let second = try newRun()
    let state = try #require(RunMetadata(of: saved, path: "x").resume)
    try second.restore(saved, resume: state, path: "x")
    found += losses(second, steps: 40 - stop)
    #expect(found == expected)
    #expect(
      try second.checkpoint(compact: false).encoded()
        == whole.checkpoint(compact: false).encoded())
  }

  @Test func sameSeedSameCheckpointAtAnyNumberOfThreads() throws {
    let runs = try [1, 1, 2, 3].map { try newRun(threads: $0) }
    for run in runs { _ = losses(run, steps: 25) }
    let bytes = try runs.map { try $0.checkpoint(compact: false).encoded() }
    #expect(bytes.dropFirst().allSatisfy { $0 == bytes[0] })
    let other = try newRun(["seed=2"])
    _ = losses(other, steps: 25)
    #expect(try other.checkpoint(compact: false).encoded() != bytes[0])
  }

  @Test func restoringIsStrict() throws {
    let run = try newRun()
    _ = losses(run, steps: 2)
    let good = try run.checkpoint(compact: false)
    let state = try #require(RunMetadata(of: good, path: "x").resume)
    var missing = good
    missing.tensors["string/embedding"] = nil
    #expect(throws: CheckpointError.missingTensor(path: "x", name: "string/embedding")) {
      try newRun().restore(missing, resume: state, path: "x")
    }
    var unknown = good
    unknown.tensors["surprise"] = CheckpointTensor(shape: [1], elements: .float32([0]))
    #expect(throws: CheckpointError.unknownTensor(path: "x", name: "surprise")) {
      try newRun().restore(unknown, resume: state, path: "x")
    }
    var misshaped = good
    misshaped.tensors["latent/mean"] = CheckpointTensor(shape: [3], elements: .float64([0, 0, 0]))
    #expect(
      throws: CheckpointError.badShape(path: "x", name: "latent/mean", expected: [8], found: [3])
    ) {
      try newRun().restore(misshaped, resume: state, path: "x")
    }
  }

  /// Presets in checkpoints written before the methods' keys existed have their defaults.
  @Test func olderCheckpointsLoad() throws {
    let run = try newRun(["weights.skewInDenominator=false"])
    _ = losses(run, steps: 2)
    let good = try run.checkpoint(compact: false)
    var old = good
    var metadata = try #require(
      JSONSerialization.jsonObject(with: Data(good.metadata)) as? [String: Any])
    var preset = try #require(metadata["preset"] as? [String: Any])
    for key in [
      "aliases", "stringGroundTruth", "latent", "multiscale", "augmentation", "architecture",
      "model",
    ] {
      #expect(preset.removeValue(forKey: key) != nil)
    }
    metadata["preset"] = preset
    old.metadata = Array(try JSONSerialization.data(withJSONObject: metadata))
    #expect(try RunMetadata(of: old, path: "x") == RunMetadata(of: good, path: "x"))
    #expect(try RunMetadata(of: good, path: "x").preset == run.preset)
    preset["surprise"] = 1
    metadata["preset"] = preset
    old.metadata = Array(try JSONSerialization.data(withJSONObject: metadata))
    #expect(throws: CheckpointError.self) { try RunMetadata(of: old, path: "x") }
  }

  /// Steps after the first few take no new memory from the tape.
  @Test func stepsReuseTheirMemory() throws {
    let run = try newRun(["steps=60"])
    _ = losses(run, steps: 30)
    let before = run.ownPieces.tapeCapacity
    _ = losses(run, steps: 30)
    #expect(run.ownPieces.tapeCapacity == before)
    #expect(before > 0)
  }

  @Test func lossesFall() throws {
    let run = try newRun(["steps=400", "beta=[{at: 0%, value: 0.01}]"])
    let first = run.advance().reconstruction
    var last = first
    for _ in 1..<400 { last = run.advance().reconstruction }
    #expect(last < first / 2)
  }
}
