import ArgumentParser
import Foundation

/// How large a model `trainer learn` makes.
enum LearningSize: String, Codable, Hashable, Sendable, CaseIterable, ExpressibleByArgument {
  case small, medium, large

  /// Widths of the Tuple's states and of embedding vectors.
  var widths: (state: Int, embedding: Int) {
    switch self {
    case .small: (48, 32)
    case .medium: (64, 64)
    case .large: (128, 64)
    }
  }
}

/// What `trainer learn` decides about training from the table's size (docs/Training.md).
struct LearningSettings: Codable, Hashable, Sendable {
  var seed: UInt64
  var steps: Int
  var batchSize: Int
  /// Width of the Tuple's states.
  var state: Int
  /// Width of embedding vectors.
  var embedding: Int
  /// Steps between looks at the held-out loss.
  var lookEvery: Int
  /// What of the preset is set otherwise, `key=value` each.
  var set: [String] = []

  /// How often the rows are seen at most, unless they are few.
  static let epochs = 60
  static let steps = 1_000...12_000
  /// Looks at the held-out loss in a whole run.
  static let looks = 40
  /// Parameters that a model's widths keep below where they can, each of which takes some 24 bytes
  /// in training.
  static let parameterBudget = 40_000_000

  /// Decides for a table.
  ///
  /// - Parameters:
  ///   - rows: that are trained on.
  ///   - elements: columns that are modelled.
  init(rows: Int, elements: Int, size: LearningSize, seed: UInt64) {
    self.seed = seed
    batchSize = rows < 1_000 ? 32 : rows < 4_000 ? 64 : rows < 10_000 ? 128 : 256
    let wanted = rows * Self.epochs / batchSize
    steps = min(max(wanted, Self.steps.lowerBound), Self.steps.upperBound)
    (state, embedding) = size.widths
    // A GRU cell for each column: its parameters are what grows with the table's width.
    while state > 16, elements * Self.cellParameters(state, embedding) > Self.parameterBudget {
      state = max(16, state / 2)
      embedding = max(16, embedding / 2)
    }
    lookEvery = max(10, steps / Self.looks)
  }

  private static func cellParameters(_ state: Int, _ embedding: Int) -> Int {
    3 * state * (state + embedding) + state * embedding + 2 * embedding * embedding
  }

  /// Changes the number of steps.
  mutating func take(steps: Int) {
    self.steps = steps
    lookEvery = max(10, steps / Self.looks)
  }

  /// What differs from the paper's preset.
  var overrides: [String] {
    [
      "name=learn", "about='What trainer learn makes of a table.'", "seed=\(seed)",
      "steps=\(steps)", "batchSize=\(batchSize)", "workers=1",
      "learningRate={initial: 2.0e-3, warmUp: \(min(100, steps / 4)), shape: cosine}",
      "optimizer={clipNorm: 1.0}", "beta=[{at: 0%, value: 0}]",
      "tupleGroundTruth=[{at: 0%, value: 1}]", "latent={regularizer: none}",
      "architecture={deviation: none}", "weights={unit: nats, skew: 0}", "dropout=0.1",
      "widths={character: 24, embedding: \(embedding), stringState: \(state), tupleState: \(state)}",
      "model={latent: none, feedback: state, constants: true, "
        + "factoredClasses: 128, pieces: {maximum: 4000, minimumCount: 5}}",
      "maximumStringLength=4096",
    ]
  }

  /// Sets values of the preset otherwise.
  ///
  /// - Parameter set: `key=value` each.
  /// - Throws: `PresetError`.
  mutating func apply(_ set: [String]) throws {
    self.set = set
    let preset = try preset()
    take(steps: preset.steps)
    batchSize = preset.batchSize
  }

  /// The settings as a preset.
  ///
  /// - Throws: `PresetError`.
  func preset() throws -> Preset { try Preset.load(path: nil, overrides: overrides + set) }
}
