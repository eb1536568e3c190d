import FloatModel
import Foundation
import Schema
import Yams

/// A preset that cannot be used.
enum PresetError: Error, Hashable, CustomStringConvertible {
  case unreadable(path: String, reason: String)
  case notYAML(path: String, reason: String)
  case unknownKey(path: String, key: String, known: [String])
  case badOverride(text: String)
  case badValue(path: String, key: String, reason: String)

  var description: String {
    switch self {
    case .unreadable(let path, let reason):
      "\(path): cannot read the preset: \(reason)"
    case .notYAML(let path, let reason):
      "\(path): expected a YAML mapping: \(reason)"
    case .unknownKey(let path, let key, let known):
      "\(path): unknown key '\(key)'; known here: \(known.joined(separator: ", "))"
    case .badOverride(let text):
      "--set \(text): expected key=value with a dotted key, such as learningRate.initial=0.001"
    case .badValue(let path, let key, let reason):
      "\(path): \(key): \(reason)"
    }
  }
}

extension Preset {
  /// The paper's setting (2.4, App. B, Table 1 row 1); files and overrides change what differs.
  static let paper = """
    name: paper
    about: The paper's beta-VAE with KL-divergence warm-up, Tuple SS + String TF (Table 1, row 1).
    aliases: []
    seed: 1
    steps: 2000000
    batchSize: 256
    workers: 32
    workersPerStep: 1
    pieces: 2
    learningRate: {initial: 2.5e-4, decay: 0.99, every: 0.05%, warmUp: 0, shape: exponential}
    dropout: 0
    optimizer: {clipNorm: 0.01, decay1: 0.9, decay2: 0.999, epsilon: 1.0e-8}
    beta: [{at: 0%, value: 0}, {at: 100%, value: 0.384}]
    tupleGroundTruth: [{at: 0%, value: 1}, {at: 100%, value: 0}]
    stringGroundTruth: [{at: 0%, value: 1}]
    latent:
      regularizer: divergence
      capacity: {minimum: 0, increment: 0}
      freeBits: {minimum: 0, groupSize: 1}
    multiscale:
      {levels: 1, spacing: linear, ratio: 0.9, inverseWeights: false, dealing: workers}
    augmentation:
      variants: 0
      start: 10%
      pSampled: {spacing: constant, minimum: 0, maximum: 0.2}
      noise: true
      source: examples
      replacement: random
      kept: 0.5
    architecture:
      tree: tuple
      deviation: network
      conditionedLayers: 1
      characterEmbedding: uniform
      scalarActivation: sigmoid
    widths: {character: 16, embedding: 128, stringState: 128, tupleState: 128, deviation: 128}
    maximumStringLength: 64
    weights: {unit: mean, skew: 1, skewInDenominator: true}
    model: \(ModelShape.paper)
    latentDecay: 0.999
    """

  /// Reads a preset.
  ///
  /// - Parameters:
  ///   - path: YAML file that lists what differs from the preset that it extends, or from
  ///     `Preset.paper`; nil for the paper's own.
  ///   - overrides: `key=value`, keys dotted, applied last.
  static func load(path: String?, overrides: [String]) throws -> Preset {
    var tree = try mapping(paper, path: "built-in preset")
    if let path {
      for file in try chain(to: path) {
        try merge(file.changes, into: &tree, path: file.path, prefix: "")
      }
    }
    for override in overrides {
      guard let equals = override.firstIndex(of: "="), equals != override.startIndex else {
        throw PresetError.badOverride(text: override)
      }
      let keys = override[..<equals].split(separator: ".").map(String.init)
      let value = try parse(String(override[override.index(after: equals)...]), path: "--set")
      let nested = keys.reversed().reduce(value) { Node.mapping([.scalar(.init($1)): $0]) }
      guard let change = nested.mapping else { throw PresetError.badOverride(text: override) }
      try merge(change, into: &tree, path: "--set \(override)", prefix: "")
    }
    let source = path ?? "preset"
    let preset: Preset
    do {
      preset = try YAMLDecoder().decode(Preset.self, from: Node.mapping(tree))
    } catch let error as DecodingError {
      throw describe(error, path: source)
    }
    try preset.check(path: source)
    return preset
  }

  private static func parse(_ text: String, path: String) throws -> Node {
    do {
      guard let node = try Yams.compose(yaml: text) else {
        throw PresetError.notYAML(path: path, reason: "it is empty")
      }
      return node
    } catch let error as YamlError {
      let line = String(describing: error).split(separator: "\n").first.map(String.init)
      throw PresetError.notYAML(path: path, reason: line ?? "syntax error")
    }
  }

  static func mapping(_ text: String, path: String) throws -> Node.Mapping {
    guard let mapping = try parse(text, path: path).mapping else {
      throw PresetError.notYAML(path: path, reason: "found a scalar or a list")
    }
    return mapping
  }

  private static func merge(
    _ change: Node.Mapping, into tree: inout Node.Mapping, path: String, prefix: String
  ) throws {
    for (key, value) in change {
      guard let old = tree[key] else {
        throw PresetError.unknownKey(
          path: path, key: prefix + (key.string ?? "?"), known: tree.keys.compactMap(\.string))
      }
      if var nested = old.mapping {
        guard let changes = value.mapping else {
          throw PresetError.badValue(
            path: path, key: prefix + (key.string ?? "?"), reason: "expected a mapping")
        }
        try merge(
          changes, into: &nested, path: path, prefix: prefix + (key.string ?? "?") + ".")
        tree[key] = .mapping(nested)
      } else {
        tree[key] = value
      }
    }
  }

  /// Reads the preset in a checkpoint's metadata; keys that an older trainer did not know have
  /// the values of `Preset.paper`.
  ///
  /// - Parameter metadata: JSON, which YAML contains.
  static func load(metadata: [UInt8], path: String) throws -> Preset {
    let document = try mapping(String(decoding: metadata, as: UTF8.self), path: path)
    guard let change = document["preset"]?.mapping else {
      throw PresetError.notYAML(path: path, reason: "no mapping under the key preset")
    }
    var tree = try mapping(paper, path: "built-in preset")
    try merge(change, into: &tree, path: path, prefix: "")
    let preset: Preset
    do {
      preset = try YAMLDecoder().decode(Preset.self, from: Node.mapping(tree))
    } catch let error as DecodingError {
      throw describe(error, path: path)
    }
    try preset.check(path: path)
    return preset
  }

  private static func describe(_ error: DecodingError, path: String) -> PresetError {
    let context: DecodingError.Context
    var expected: String?
    switch error {
    case .typeMismatch(let type, let value):
      expected =
        switch type {
        case is Double.Type: "a number"
        case is any FixedWidthInteger.Type: "an integer"
        case is Bool.Type: "true or false"
        case is String.Type: "a text"
        default: nil
        }
      context = value
    case .valueNotFound(_, let value), .keyNotFound(_, let value),
      .dataCorrupted(let value):
      context = value
    @unknown default:
      return .notYAML(path: path, reason: "cannot be decoded")
    }
    return .badValue(
      path: path, key: context.codingPath.map(\.stringValue).joined(separator: "."),
      reason: expected.map { "expected \($0)" } ?? context.debugDescription)
  }

  private func check(path: String) throws {
    func require(_ holds: Bool, _ key: String, _ reason: String) throws {
      if !holds { throw PresetError.badValue(path: path, key: key, reason: reason) }
    }
    try require((1...1 << 40).contains(steps), "steps", "expected 1 to 2^40, found \(steps)")
    try require(
      (1...1 << 16).contains(batchSize), "batchSize", "expected 1 to 65536, found \(batchSize)")
    try require(
      (1...batchSize).contains(pieces), "pieces",
      "expected 1 to the batch size, found \(pieces)")
    try require(
      (1...4096).contains(workers), "workers", "expected 1 to 4096, found \(workers)")
    try require(
      (1...workers).contains(workersPerStep) && workers % workersPerStep == 0, "workersPerStep",
      "expected a divisor of workers, \(workers), found \(workersPerStep)")
    // Each piece of each step has random streams of its own.
    try require(
      steps <= (1 << 55) / piecesPerStep, "steps",
      "expected at most 2^55 pieces in all, found \(steps) steps of \(piecesPerStep)")
    try require(seed >= 0, "seed", "expected 0 or more, found \(seed)")
    try require(
      learningRate.initial.isFinite && learningRate.initial >= 0, "learningRate.initial",
      "expected a number of at least 0")
    try require(
      learningRate.every.step(of: steps) > 0, "learningRate.every", "expected more than 0")
    try require(
      learningRate.decay > 0 && learningRate.decay <= 1, "learningRate.decay",
      "expected a factor in (0, 1], found \(learningRate.decay)")
    try require(
      (0..<1).contains(dropout), "dropout", "expected 0 up to but not 1, found \(dropout)")
    try require(optimizer.clipNorm > 0, "optimizer.clipNorm", "expected more than 0")
    try require(optimizer.epsilon > 0, "optimizer.epsilon", "expected more than 0")
    try require(
      weights.skew.isFinite && weights.skew >= 0, "weights.skew", "expected a number of at least 0")
    try model.check(require)
    try require(
      model.feedback == .own || tupleGroundTruth.points.allSatisfy { $0.value == 1 },
      "tupleGroundTruth", "expected 1 throughout: only feedback 'own' has scheduled sampling")
    for (key, decay) in [
      ("optimizer.decay1", optimizer.decay1), ("optimizer.decay2", optimizer.decay2),
      ("latentDecay", latentDecay),
    ] {
      try require((0..<1).contains(decay), key, "expected 0 up to but not 1, found \(decay)")
    }
    for (key, schedule) in [
      ("beta", beta), ("tupleGroundTruth", tupleGroundTruth),
      ("stringGroundTruth", stringGroundTruth),
    ] {
      try require(!schedule.points.isEmpty, key, "expected at least one point {at, value}")
      let places = schedule.points.map { $0.at.step(of: steps) }
      try require(
        zip(places, places.dropFirst()).allSatisfy(<=), key,
        "expected points in the order of their places")
      try require(
        schedule.points.allSatisfy { $0.value.isFinite && $0.value >= 0 }, key,
        "expected values of at least 0")
    }
    try checkMethods(require)
    try require(
      (batchSize + augmentation.variants) * workersPerStep <= 1 << 20, "workersPerStep",
      "expected at most 2^20 rows a step, found \(workersPerStep) times \(batchSize) examples and "
        + "\(augmentation.variants) variants")
    for width in [
      widths.character, widths.embedding, widths.stringState, widths.tupleState, widths.deviation,
    ] {
      try require((1...4096).contains(width), "widths", "expected 1 to 4096, found \(width)")
    }
    try require(
      (1...4096).contains(maximumStringLength), "maximumStringLength",
      "expected 1 to 4096, found \(maximumStringLength)")
  }
}
