import Autodiff
import Checkpoint
import FloatModel
import Foundation
import Schema
import TestSupport
import Testing

@testable import Trainer

/// Checkpoints whose files are sound but whose contents are not.
@Suite struct HostileCheckpointTests {
  private func checkpoint() throws -> Checkpoint {
    let preset = try fixturePreset()
    let run = TrainingRun(preset: preset, source: try fixtureSource(preset), threads: 1)
    _ = run.advance()
    return try run.checkpoint(compact: true)
  }

  /// Seeded mutations of the metadata: an error, or a generator that generates.
  @Test func mutatedMetadata() throws {
    let good = try checkpoint()
    var random = SplitMix(seed: 21)
    var (accepted, refused) = (0, 0)
    for _ in 0..<1500 {
      var bad = good
      for _ in 0...Int(random.next() % 3) {
        let at = Int(random.next() % UInt64(bad.metadata.count))
        switch random.next() % 3 {
        case 0: bad.metadata[at] = UInt8(truncatingIfNeeded: random.next())
        case 1: bad.metadata[at] = UInt8(ascii: "0") + UInt8(random.next() % 10)
        default: bad.metadata.remove(at: at)
        }
      }
      do {
        let generator = try FloatGenerator<Float>(bad, path: "x")
        let rows = generator.generate(
          count: 2, seed: 1, stream: RandomStreams.generation.first, pool: ThreadPool(threads: 1))
        #expect(rows.records.count == 2)
        accepted += 1
      } catch {
        refused += 1
      }
    }
    #expect(accepted > 0 && refused > 0)
  }

  /// Positions and generator states that no run can have.
  @Test func badResumption() throws {
    let preset = try fixturePreset()
    let source = try fixtureSource(preset)
    let run = TrainingRun(preset: preset, source: source, threads: 1)
    _ = run.advance()
    let good = try run.checkpoint(compact: false)
    let state = try #require(RunMetadata(of: good, path: "x").resume)
    let changes: [(inout RunMetadata.Resume) -> Void] = [
      { $0.step = -1 }, { $0.step = .max }, { $0.adamStep = .max }, { $0.latentBatches = .min },
      { $0.whiteningBatches = [] }, { $0.whiteningBatches[0] = -3 },
    ]
    for change in changes {
      var bad = state
      change(&bad)
      #expect(throws: CheckpointError.self) {
        try TrainingRun(preset: preset, source: source, threads: 1)
          .restore(good, resume: bad, path: "x")
      }
    }
    var bad = good
    bad.tensors["random/workers"] = CheckpointTensor(
      shape: good.tensors["random/workers"]!.shape,
      elements: .bytes(
        Array(repeating: 255, count: good.tensors["random/workers"]!.elements.count)))
    #expect(throws: CheckpointError.self) {
      try TrainingRun(preset: preset, source: source, threads: 1)
        .restore(bad, resume: state, path: "x")
    }
  }

  /// Widths that the tensors do not have are refused before memory is taken for them.
  @Test func hugeWidths() throws {
    var bad = try checkpoint()
    var metadata = try RunMetadata(of: bad, path: "x")
    metadata.model.widths.tupleState = 60_000
    bad.metadata = try metadata.encoded()
    #expect(throws: CheckpointError.self) { try FloatGenerator<Float>(bad, path: "x") }
  }

  @Test func numbersThatAreNone() throws {
    var bad = try checkpoint()
    bad.tensors["string/decoder/softmax/bias"] = CheckpointTensor(
      shape: bad.tensors["string/decoder/softmax/bias"]!.shape,
      elements: .float32(
        Array(
          repeating: .nan, count: bad.tensors["string/decoder/softmax/bias"]!.elements.count)))
    #expect(throws: CheckpointError.self) { try FloatGenerator<Float>(bad, path: "x") }
  }
}
