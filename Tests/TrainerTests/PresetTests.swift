import Foundation
import Testing

@testable import Trainer

@Suite struct PresetTests {
  @Test func builtInPresetIsThePapers() throws {
    let preset = try Preset.load(path: nil, overrides: [])
    #expect(preset.learningRate.value(at: 0, of: preset.steps) == 2.5e-4)
    // 0.99 per 1000 of 2 million steps.
    let later = preset.learningRate.value(at: 1000, of: preset.steps)
    #expect(abs(later - 2.5e-4 * 0.99) < 1e-12)
    #expect(preset.adam.clipNorm == 0.01)
    #expect(preset.batchSize == 256)
    #expect(preset.beta.value(at: 1_000_000, of: preset.steps) == 0.192)
    #expect(preset.tupleGroundTruth.value(at: 2_000_000, of: preset.steps) == 0)
  }

  @Test func schedulesAreStraightLinesBetweenPoints() {
    let schedule = Schedule([
      .init(at: .fraction(0), value: 0), .init(at: .fraction(0.5), value: 2),
      .init(at: .step(75), value: 2), .init(at: .step(100), value: 1),
    ])
    let found = [0, 25, 50, 60, 75, 80, 100, 200].map { schedule.value(at: $0, of: 100) }
    #expect(found == [0, 1, 2, 2, 2, 1.8, 1, 1])
  }

  private func message(_ overrides: [String]) -> String {
    do {
      _ = try Preset.load(path: nil, overrides: overrides)
      return "accepted"
    } catch {
      return "\(error)"
    }
  }

  @Test func faultsAreNamed() {
    #expect(message(["stepz=3"]).contains("unknown key 'stepz'"))
    #expect(message(["widths.foo=3"]).contains("unknown key 'widths.foo'"))
    #expect(message(["steps"]).contains("expected key=value"))
    #expect(message(["steps=0"]).contains("steps: expected 1 to 2^40, found 0"))
    #expect(message(["steps=many"]).contains("steps"))
    #expect(message(["pieces=9999"]).contains("pieces"))
    #expect(message(["beta=[{at: 10 %, value: 1}]"]).contains("expected a step (20000)"))
    #expect(message(["optimizer=3"]).contains("optimizer: expected a mapping"))
    #expect(message(["workers=0"]).contains("workers: expected 1 to 4096, found 0"))
    #expect(
      message(["beta=[{at: 50%, value: 1}, {at: 10%, value: 1}]"]).contains(
        "beta: expected points in the order of their places"))
    #expect(message(["learningRate.every=0%"]).contains("learningRate.every: expected more than 0"))
    #expect(message(["steps=: : ["]).contains("--set"))
    for (overrides, part) in [
      (["multiscale.levels=5"], "multiscale.levels: expected a divisor of workers, 32, found 5"),
      (["multiscale={levels: 4, inverseWeights: true}"], "beta: expected more than 0"),
      (["multiscale.ratio=0"], "multiscale.ratio: expected a ratio in (0, 1]"),
      (["multiscale.spacing=cubic"], "multiscale.spacing"),
      (["architecture.deviation=none"], "architecture.deviation: expected standard deviations"),
      (["latent.regularizer=wasserstein", "multiscale.levels=4"], "multiscale.levels: expected 1"),
      (["augmentation.pSampled.maximum=2"], "augmentation.pSampled: expected probabilities"),
      (["augmentation.variants=-1"], "augmentation.variants: expected 0 to 65536, found -1"),
      (["latent.freeBits.groupSize=0"], "latent.freeBits.groupSize: expected at least 1"),
      (["architecture.tree=text", "model.softmaxClusters=4"], "architecture.tree: expected tuple"),
      (
        ["stringGroundTruth=[{at: 0%, value: 0}]", "model.softmaxClusters=4"],
        "stringGroundTruth: expected 1 throughout"
      ),
    ] {
      #expect(message(overrides).contains(part), "\(message(overrides))")
    }
  }

  @Test func everyCommittedPresetLoads() throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("experiments").path
    let files = try FileManager.default.contentsOfDirectory(atPath: folder)
      .filter { $0.hasSuffix(".yaml") }
    #expect(!files.isEmpty)
    for file in files {
      let preset = try Preset.load(path: "\(folder)/\(file)", overrides: [])
      #expect("\(preset.name).yaml" == file)
    }
  }
}
