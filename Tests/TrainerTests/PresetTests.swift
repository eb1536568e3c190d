import Foundation
import TestSupport
import Testing
import Yams

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

  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("experiments")
    .path
  /// Paths of the committed presets in `folder`.
  private static let committed =
    ((try? FileManager.default.subpathsOfDirectory(atPath: folder)) ?? [])
    .filter { $0.hasSuffix(".yaml") }

  @Test func everyCommittedPresetLoads() throws {
    #expect(Self.committed.count > 100)
    for file in Self.committed {
      let preset = try Preset.load(path: "\(Self.folder)/\(file)", overrides: [])
      #expect("\(preset.name).yaml" == (file as NSString).lastPathComponent)
      // As checkpoints keep it.
      let kept = try JSONDecoder().decode(Preset.self, from: JSONEncoder().encode(preset))
      #expect(kept == preset, "\(file)")
    }
  }

  /// A key of a preset file, dotted, and its value in YAML, for each that is not a mapping.
  private func leaves(_ mapping: Node.Mapping, prefix: String = "") throws -> [String: String] {
    var result: [String: String] = [:]
    for (key, value) in mapping {
      let name = prefix + (key.string ?? "?")
      if let nested = value.mapping {
        result.merge(try leaves(nested, prefix: "\(name).")) { _, new in new }
      } else {
        result[name] = try Yams.serialize(node: value)
      }
    }
    return result
  }

  /// The keys of a preset file that have the value that they would have without the file.
  private func restated(_ path: String) throws -> [String] {
    let files = try Preset.chain(to: path)
    let base = files.dropLast().last?.path
    let inherited = try Preset.load(path: base, overrides: [])
    return try leaves(#require(files.last).changes).filter { key, value in
      // A value that does not go with the others differs from what is inherited.
      (try? Preset.load(path: base, overrides: ["\(key)=\(value)"])) == inherited
    }.keys.sorted()
  }

  @Test func noPresetFileRestatesWhatItInherits() throws {
    for file in Self.committed {
      #expect(try restated("\(Self.folder)/\(file)") == [], "\(file)")
    }
  }

  @Test func restatedValuesAreFound() throws {
    let folder = try TemporaryFolder()
    _ = try folder.write("steps: 5\nlearningRate: {decay: 0.990, initial: 1}\n", to: "base.yaml")
    _ = try folder.write(
      "extends: base.yaml\nname: b\nsteps: 5\nlearningRate: {initial: 1.0, decay: 0.5}\nseed: 2\n",
      to: "child.yaml")
    #expect(try restated(folder.path("base.yaml")) == ["learningRate.decay"])
    #expect(try restated(folder.path("child.yaml")) == ["learningRate.initial", "steps"])
  }

  @Test func aPresetExtendsOthers() throws {
    let folder = try TemporaryFolder()
    try folder.makeFolder("deep")
    _ = try folder.write(
      "name: root\nabout: Root.\naliases: [other]\nsteps: 5\nseed: 7\nwidths: {character: 8}\n",
      to: "root.yaml")
    _ = try folder.write(
      "name: middle\nextends: ../root.yaml\nsteps: 6\nwidths: {embedding: 9}\n",
      to: "deep/middle.yaml")
    _ = try folder.write(
      "name: leaf\nsteps: 7\nextends: deep/middle.yaml\nwidths: {character: 10}\n",
      to: "leaf.yaml")
    let leaf = try Preset.load(path: folder.path("leaf.yaml"), overrides: ["batchSize=11"])
    #expect(leaf.steps == 7 && leaf.seed == 7 && leaf.batchSize == 11)
    #expect(leaf.widths.character == 10 && leaf.widths.embedding == 9)
    let paper = try Preset.load(path: nil, overrides: [])
    #expect(leaf.widths.stringState == paper.widths.stringState)
    // A file's own, not inherited.
    #expect(leaf.name == "leaf" && leaf.about == paper.about && leaf.aliases == [])
    let middle = try Preset.load(path: folder.path("deep/middle.yaml"), overrides: [])
    #expect(middle.steps == 6 && middle.widths.character == 8)
  }

  @Test func faultyChainsAreNamed() throws {
    let folder = try TemporaryFolder()
    for (name, text) in [
      ("self", "extends: self.yaml"), ("a", "extends: b.yaml"), ("b", "extends: ./c.yaml"),
      ("c", "extends: b.yaml"), ("lost", "extends: nowhere.yaml"), ("list", "extends: [a.yaml]"),
      ("empty", "extends:"), ("bad", "stepz: 3"), ("child", "extends: bad.yaml"),
    ] {
      _ = try folder.write("\(text)\n", to: "\(name).yaml")
    }
    for (name, expected) in [
      ("self", "self.yaml: extends: 'self.yaml' extends this preset in turn"),
      ("a", "c.yaml: extends: 'b.yaml' extends this preset in turn"),
      ("lost", "lost.yaml: extends: cannot read 'nowhere.yaml': "),
      ("list", "list.yaml: extends: expected the path of a YAML file"),
      ("empty", "empty.yaml: extends: expected the path of a YAML file"),
      ("child", "bad.yaml: unknown key 'stepz'"),
    ] {
      let error = #expect(throws: PresetError.self) {
        try Preset.load(path: folder.path("\(name).yaml"), overrides: [])
      }
      let message = error?.description ?? ""
      #expect(message.contains(expected) && !message.contains("\n"), "\(message)")
    }
    #expect(message(["extends=a.yaml"]).contains("unknown key 'extends'"))
  }
}
