import FloatModel
import Foundation
import Schema
import Testing

@testable import Trainer

/// The rows of the paper's tables, typed from the paper once more, against the presets.
@Suite struct PaperTableTests {
  /// What a row of a table says; what it leaves out is as in its section.
  private struct Row: Hashable {
    var tree = ModelOptions.Tree.tuple
    var deviation = MethodOptions.Deviation.network
    var widths = PaperTableTests.widths
    /// Probabilities of the ground truth, and beta, at the start, the middle and the end of the run.
    var tupleGroundTruth: [Double]
    var stringGroundTruth: [Double]
    var beta: [Double]
    var regularizer = LatentSettings.Regularizer.divergence
    var capacity: [Double] = []
    /// beta_i / beta_max of each level.
    var shares = [1.0]
    var inverseWeights = false
    var variants = 0
    var start: Double?
    var pSampled: [Double] = []
    var noise = true
    var source = AugmentationSettings.Source.examples
    var replacement = AugmentationSettings.Replacement.random

    init(
      _ scheme: Scheme, beta: [Double], half: Bool = false, _ change: (inout Row) -> Void = { _ in }
    ) {
      let sampled = half ? [1.0, 0, 0] : [1, 0.5, 0]
      let (never, always) = ([1.0, 1, 1], [0.0, 0, 0])
      (tupleGroundTruth, stringGroundTruth) =
        switch scheme {
        case .tupleSS: (sampled, never)
        case .tupleAS: (always, never)
        case .always: (always, always)
        case .scheduled: (sampled, sampled)
        case .teacher: (never, never)
        }
      self.beta = beta
      change(&self)
    }

    func with(_ tree: ModelOptions.Tree, widths: Preset.ModelWidths? = nil) -> Row {
      var row = self
      row.tree = tree
      row.widths = widths ?? row.widths
      return row
    }

    /// What a preset says.
    init(_ preset: Preset) {
      func thirds(_ schedule: Schedule) -> [Double] {
        [0, preset.steps / 2, preset.steps].map { schedule.value(at: $0, of: preset.steps) }
      }
      tree = preset.architecture.tree
      deviation = preset.architecture.deviation
      widths = preset.widths
      tupleGroundTruth = thirds(preset.tupleGroundTruth)
      stringGroundTruth = thirds(preset.stringGroundTruth)
      beta = thirds(preset.beta)
      regularizer = preset.latent.regularizer
      if regularizer == .capacity {
        capacity = [preset.latent.capacity.minimum, preset.latent.capacity.increment]
      }
      let levels = preset.multiscale.levels
      shares = (0..<levels).map { preset.multiscale.share(ofLevel: $0) }
      inverseWeights = preset.multiscale.inverseWeights
      guard preset.augmentation.isActive else { return }
      variants = preset.augmentation.variants
      start = preset.augmentation.start.step(of: preset.steps)
      let p = preset.augmentation.pSampled
      pSampled = (0..<levels).map { p.value(level: $0, of: levels) }
      noise = preset.augmentation.noise
      source = preset.augmentation.source
      replacement = preset.augmentation.replacement
    }
  }

  private enum Scheme { case tupleSS, tupleAS, always, scheduled, teacher }

  /// App. B.
  private static let widths = Preset.ModelWidths(
    character: 16, embedding: 128, stringState: 128, tupleState: 128, deviation: 128)
  /// The text model has embeddings of 256 (App. F); here its string states and its
  /// standard-deviation network are as wide.
  private static let textWidths = Preset.ModelWidths(
    character: 16, embedding: 256, stringState: 256, tupleState: 128, deviation: 256)

  private static func constant(_ beta: Double) -> [Double] { [beta, beta, beta] }

  /// beta from one value to the other over the first half.
  private static func half(_ start: Double, _ end: Double) -> [Double] { [start, end, end] }

  private static func augmented(
    _ scheme: Scheme, _ probability: Double, beta: [Double], start: Double
  ) -> Row {
    Row(scheme, beta: beta, half: true) {
      $0.variants = 256
      $0.start = start
      $0.pSampled = [probability]
    }
  }

  private static func multiscale(
    _ scheme: Scheme, beta: [Double], _ change: (inout Row) -> Void = { _ in }
  ) -> Row {
    Row(scheme, beta: beta, half: true) {
      $0.shares = levels { $0 }
      change(&$0)
    }
  }

  /// Multiscale and augmented.
  private static func both(
    _ scheme: Scheme, start: Double, variants: Int = 256, pSampled: [Double]
  ) -> Row {
    multiscale(scheme, beta: half(1.28, 0.64)) {
      $0.variants = variants
      $0.start = start
      $0.pSampled = pSampled
    }
  }

  /// A value for each of the 32 levels; `share` is (i + 1) / 32.
  private static func levels(_ value: (_ share: Double) -> Double) -> [Double] {
    (1...32).map { value(Double($0) / 32) }
  }

  private static let tables: [String: [Row]] = [
    "table-04": table4, "table-05": table5, "table-06": table6, "table-07": table7,
    "table-08": table8, "table-09": geometric(inverse: true),
    "table-10": geometric(inverse: false), "table-11": table11, "table-12": table12,
    "table-13": table13, "table-14": table14,
    "app-h": [deterministic(.adversarial, beta: 1)],
    "app-i": [deterministic(.wasserstein, beta: 0.128)],
  ]

  private static func deterministic(
    _ regularizer: LatentSettings.Regularizer, beta: Double
  ) -> Row {
    Row(.tupleSS, beta: constant(beta)) {
      $0.regularizer = regularizer
      $0.deviation = .none
    }
  }

  private static let table4: [Row] = [
    Row(.tupleSS, beta: [0, 0.192, 0.384]), Row(.tupleSS, beta: constant(0.128)),
    Row(.tupleAS, beta: [0, 0.192, 0.384]), Row(.tupleAS, beta: constant(0.128)),
    Row(.always, beta: [0, 0.192, 0.384]), Row(.always, beta: constant(0.128)),
    Row(.scheduled, beta: [0, 0.32, 0.64]), Row(.scheduled, beta: [0, 0.192, 0.384]),
    Row(.scheduled, beta: [0, 0.064, 0.128]), Row(.scheduled, beta: constant(0.64)),
    Row(.scheduled, beta: constant(0.384)), Row(.scheduled, beta: constant(0.128)),
    Row(.scheduled, beta: constant(0.064)), Row(.teacher, beta: [0, 0.192, 0.384]),
    Row(.teacher, beta: constant(0.128)),
  ]

  private static var table5: [Row] {
    let cooled = [0, 0.64, 0.128]
    return [
      augmented(.tupleSS, 0.2, beta: half(0, 0.128), start: 2e5),
      augmented(.tupleSS, 0.2, beta: cooled, start: 2e5),
    ]
      + [5.0, 3, 2].map { augmented(.scheduled, 1 / $0, beta: half(0, 0.128), start: 2e4) }
      + [8.0, 5, 3, 2, 1].map { augmented(.scheduled, 1 / $0, beta: cooled, start: 2e4) }
  }

  private static var table6: [Row] {
    [half(1.28, 0.64), constant(1.28)].map { multiscale(.tupleSS, beta: $0) }
      + [5.12, 2.56, 1.28, 0].map { multiscale(.scheduled, beta: half($0, 0.64)) }
      + [5.12, 2.56, 1.28, 0.64].map { multiscale(.scheduled, beta: constant($0)) }
  }

  private static var table7: [Row] {
    let rows = [
      Row(.teacher, beta: [0, 0.384, 0.768]), multiscale(.teacher, beta: half(2.56, 1.28)),
      multiscale(.teacher, beta: constant(0.768)),
    ]
    return rows.map { $0.with(.text, widths: textWidths) }
  }

  private static var table8: [Row] {
    let rows = [
      Row(.always, beta: constant(0.128)), Row(.scheduled, beta: constant(0.128)),
      Row(.scheduled, beta: [0, 0.192, 0.384]), Row(.teacher, beta: [0, 0.192, 0.384]),
      augmented(.scheduled, 0.2, beta: [0, 0.64, 0.128], start: 8e4),
      augmented(.teacher, 0.2, beta: [0, 0.64, 0.128], start: 8e4),
      multiscale(.scheduled, beta: half(1.28, 0.64)), multiscale(.teacher, beta: half(1.28, 0.64)),
    ]
    return rows.map { $0.with(.passThrough) }
  }

  private static var table11: [Row] {
    let capacities: [[Double]] = [[10, 0.2], [10, 0.35], [10, 0.5], [10, 1], [15, 0.2]]
    return capacities.map { capacity in
      multiscale(.tupleSS, beta: constant(128)) {
        $0.regularizer = .capacity
        $0.capacity = capacity
        $0.shares = levels { _ in 1 }
      }
    }
  }

  private static var table12: [Row] {
    [1e6, 2e5].map { both(.tupleSS, start: $0, pSampled: levels { _ in 0.2 }) }
      + [5.0, 3, 2].map { parts in
        both(.scheduled, start: 8e5, pSampled: levels { _ in 1 / parts })
      }
  }

  private static var table13: [Row] {
    [1e6, 2e5].map { both(.tupleSS, start: $0, pSampled: levels { 0.2 + 0.8 * $0 }) }
      + [10.0, 8, 5, 3, 2].map { parts in
        both(.scheduled, start: 8e5, pSampled: levels { 1 / parts + (1 - 1 / parts) * $0 })
      }
  }

  private static var table14: [Row] {
    [16, 32, 64, 128, 256].map {
      both(.scheduled, start: 8e5, variants: $0, pSampled: levels { _ in 1 })
    }
      + [16.0, 10, 8, 5, 2].map { parts in
        both(.scheduled, start: 8e5, pSampled: levels { pow(parts, $0 - 1) })
      }
  }

  private static func geometric(inverse: Bool) -> [Row] {
    [0.9, 0.8].flatMap { ratio in
      [1.28, 2.56, 5.12].map { start in
        multiscale(.tupleSS, beta: half(start, start / 2)) {
          $0.shares = (0..<32).map { pow(ratio, Double(31 - $0)) }
          $0.inverseWeights = inverse
        }
      }
    }
  }

  /// Every row has its preset, a table has no other, and what a preset leaves out is the paper's.
  @Test(arguments: tables.keys.sorted()) func presetsAreTheRows(table: String) throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../experiments/paper").path
    let names = try FileManager.default.contentsOfDirectory(atPath: folder)
      .filter { $0.hasPrefix("\(table)-") }
    let expected = try #require(Self.tables[table])
    let presets = try names.map { try Preset.load(path: "\(folder)/\($0)", overrides: []) }
    #expect(Set(expected).count == expected.count)
    #expect(presets.count == expected.count)
    for row in expected {
      #expect(presets.count { isEqual(Row($0), row) } == 1, "\(row)")
    }
    let original = try Preset.load(path: nil, overrides: [])
    for preset in presets {
      #expect(preset.steps == 2_000_000 && preset.batchSize == 256)
      #expect(preset.learningRate == original.learningRate)
      #expect(preset.optimizer == original.optimizer && preset.weights == original.weights)
      #expect(preset.multiscale.dealing == .workers)
    }
  }

  /// Equal but for rounding.
  private func isEqual(_ a: Row, _ b: Row) -> Bool {
    func close(_ a: [Double], _ b: [Double]) -> Bool {
      a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) < 1e-9 }
    }
    var (a, b) = (a, b)
    for path in [
      \Row.tupleGroundTruth, \.stringGroundTruth, \.beta, \.capacity, \.shares, \.pSampled,
    ] {
      guard close(a[keyPath: path], b[keyPath: path]) else { return false }
      (a[keyPath: path], b[keyPath: path]) = ([], [])
    }
    return a == b
  }
}
