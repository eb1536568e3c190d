import Autodiff
import FloatModel
import Foundation
import Testing

@testable import Trainer

/// Central differences through whole models, in double precision: every module kind, its encoder,
/// its decoder, its presence heads, the skew losses, the latent loss.
@Suite struct ModelGradientTests {
  private struct Probe {
    let model: RecordModel
    let parameters: ParameterVector<Double>
    let piece: Piece<Double>
    let regularizer: any LatentRegularizer

    init(groundTruthProbability: Double, overrides: [String] = []) throws {
      let preset = try fixturePreset(overrides)
      let source = try fixtureSource(preset, rows: 9)
      model = RecordModel(source.description)
      regularizer = preset.latent.makeRegularizer()
      parameters = ParameterVector(count: model.layout.count)
      let random = RandomGenerator(seed: 11, stream: 0)
      parameters.initialize(model.layout, random: random)
      // Zero weights and equal biases hide mistakes: move everything.
      for i in 0..<parameters.count { parameters.values[i] += 0.2 * random.normal() }
      piece = Piece(
        parameters: parameters, table: source.table,
        components: model.components.components.count, encodings: model.encodingCount)
      piece.rows = (0..<9).map { Int32($0) }
      piece.settings = StepSettings(
        batchSize: 9, beta: 0.7, groundTruthProbability: groundTruthProbability)
      piece.settings.scales = WorkerPlan(
        workers: preset.workers, settings: preset.multiscale, capacity: preset.latent.capacity
      ).scales(betaMaximum: 0.7)
      piece.settings.level = preset.multiscale.levels / 2
      piece.settings.dropout = preset.dropout
      piece.settings.characterGroundTruthProbability =
        preset.stringGroundTruth.value(at: 0, of: preset.steps)
      if preset.multiscale.dealing == .rows {
        piece.levels = (0..<9).map { $0 % preset.multiscale.levels }
      }
      if preset.latent.regularizer == .adversarial {
        let network = DiscriminatorNetwork(widths: source.description.widths)
        let discriminator = ParameterVector<Double>(count: network.layout.count)
        discriminator.initialize(network.layout, random: random)
        piece.adversary = Adversary(network, parameters: discriminator)
      }
      piece.noise = (0..<9 * 8).map { _ in random.normal() }
      piece.uniforms = (0..<9 * model.feedbackCount).map { _ in random.uniform() }
      piece.whitenings = model.scalarTuples.map { Whitening(count: $0.leaves.count) }
      for (index, scalarTuple) in model.scalarTuples.enumerated() {
        let count = scalarTuple.leaves.count
        var batch = [Double](repeating: 0, count: 9 * count)
        for row in 0..<9 {
          batch.withUnsafeMutableBufferPointer {
            scalarTuple.copyValues(
              of: row, in: source.table, piece.whitenings[index],
              to: $0.baseAddress! + row * count)
          }
        }
        piece.whitenings[index].update(batch)
      }
    }

    func loss() -> Double {
      // The same characters are drawn every time.
      piece.random = RandomGenerator(seed: 5, stream: 0)
      model.forward(piece, regularizer)
      return piece.reconstruction + piece.latentLoss
    }
  }

  @Test(arguments: [0.0, 0.5, 1.0])
  func everyTensor(groundTruthProbability: Double) throws {
    try expectGradients(try Probe(groundTruthProbability: groundTruthProbability))
  }

  /// The options of docs/ModelOptions.md: one at a time beside the paper's modules, then together.
  @Test(arguments: [
    ["tupleGroundTruth=[{at: 0%, value: 1}]", "model.feedback=reencoded"],
    ["tupleGroundTruth=[{at: 0%, value: 1}]", "model.feedback=state", "weights.skew=0.5"],
    ["model.scalarMixture=3"], ["weights.unit=nats"],
    ["model.numbers={maximumBins: 3, maximumCells: 2}"],
    Self.allOptions + ["model.numbers={maximumBins: 2, maximumCells: 4}"],
    ["model.vocabularies.always=[name, home.city]", "model.vocabularies.minimumCount=3"],
    ["model.vocabularies={always: [name, home.city], minimumCount: 2}", "model.factoredClasses=3"],
    ["model.numbers={maximumBins: 5, maximumCells: 2}", "model.factoredClasses=3"],
    ["model.pieces={maximum: 6, minimumCount: 2}", "model.softmaxClusters=3"],
    Self.allOptions, Self.allOptions + ["model.feedback=reencoded"],
    Self.allOptions + ["dropout=0.3"],
    Self.allOptions + [
      "model.latent=none", "architecture.deviation=none", "latent.regularizer=none",
      "model.numbers={maximumBins: 2, maximumCells: 4}", "dropout=0.2",
    ],
  ])
  func everyTensorWithOptions(overrides: [String]) throws {
    try expectGradients(try Probe(groundTruthProbability: 1, overrides: overrides))
  }

  /// The methods of the paper: where the standard deviations come from, what keeps the latent
  /// vectors near the prior, what the strings are fed, what a record becomes.
  @Test(arguments: [
    ["architecture.deviation=lastLayer"],
    ["architecture.deviation=none", "latent.regularizer=none"],
    ["architecture={characterEmbedding: symmetric, scalarActivation: celu}"],
    ["multiscale={levels: 4, dealing: rows}"],
    ["multiscale={levels: 4, inverseWeights: true}", "beta=[{at: 0%, value: 1}]"],
    ["multiscale={levels: 4, dealing: rows}", "architecture.deviation=conditioned"],
    ["multiscale={levels: 4, dealing: rows}", "architecture.deviation=lastLayer"],
    ["latent={regularizer: capacity, capacity: {minimum: 4, increment: 1}}"],
    ["latent={regularizer: absoluteCapacity, capacity: {minimum: 9, increment: 0}}"],
    ["latent={regularizer: freeBits, freeBits: {minimum: 2.0, groupSize: 3}}"],
    ["latent.regularizer=adversarial", "architecture.deviation=none"],
    ["latent.regularizer=wasserstein"],
    ["stringGroundTruth=[{at: 0%, value: 0.5}]"], ["stringGroundTruth=[{at: 0%, value: 0}]"],
    ["architecture.tree=passThrough", "stringGroundTruth=[{at: 0%, value: 0.5}]"],
    ["architecture={tree: passThrough, deviation: lastLayer}"],
    ["architecture.tree=text", "maximumStringLength=64"],
  ])
  func everyTensorWithMethods(overrides: [String]) throws {
    let probe = try Probe(groundTruthProbability: 0.5, overrides: overrides)
    try expectGradients(probe)
    if !overrides[0].contains("none"), !overrides[0].contains("apacity"),
      !overrides[0].contains("inverseWeights")
    {
      #expect(probe.piece.latentLoss > 0)
    }
  }

  static let allOptions = [
    "tupleGroundTruth=[{at: 0%, value: 1}]", "model.feedback=state", "model.scalarMixture=2",
    "weights={unit: nats, skew: 0}", "model.vocabularies.always=[name]",
    "model.vocabularies.minimumCount=3", "model.pieces={maximum: 6, minimumCount: 2}",
    "model.softmaxClusters=4", "model.order=[scalars, tier, home, home.scalars]",
  ]

  private func expectGradients(_ probe: Probe) throws {
    _ = probe.loss()
    probe.piece.tape.backward()
    let analytic = (0..<probe.parameters.count).map { probe.piece.gradient.values[$0] }
    let step = 1e-5
    for entry in probe.model.layout.entries {
      let slot = entry.slot
      let range = slot.offset..<slot.offset + slot.count
      // The largest derivatives and a spread of others.
      let largest = range.sorted { abs(analytic[$0]) > abs(analytic[$1]) }.prefix(3)
      let spread = stride(from: slot.offset, to: range.upperBound, by: max(1, slot.count / 3))
      for i in Set(largest).union(spread) {
        let original = probe.parameters.values[i]
        probe.parameters.values[i] = original + step
        let above = probe.loss()
        probe.parameters.values[i] = original - step
        let below = probe.loss()
        probe.parameters.values[i] = original
        let numeric = (above - below) / (2 * step)
        #expect(
          abs(numeric - analytic[i]) < 1e-7 * max(1, abs(numeric)),
          "\(entry.name)[\(i - slot.offset)]: \(analytic[i]), difference \(numeric)")
      }
    }
  }

  /// No tensor is left out of the computation.
  @Test(arguments: [
    [], Self.allOptions, Self.allOptions + ["model.numbers={maximumBins: 2, maximumCells: 4}"],
  ])
  func everyTensorHasAGradient(overrides: [String]) throws {
    let probe = try Probe(
      groundTruthProbability: overrides.isEmpty ? 0.5 : 1, overrides: overrides)
    _ = probe.loss()
    probe.piece.tape.backward()
    for entry in probe.model.layout.entries {
      let slot = entry.slot
      let moved = (slot.offset..<slot.offset + slot.count).contains {
        probe.piece.gradient.values[$0] != 0
      }
      #expect(moved, "\(entry.name) has no gradient")
    }
  }

  /// The total is the weighted average of the components that the log shows, and the KL
  /// divergence is the closed form.
  @Test func lossIsTheWeightedAverageOfItsComponents() throws {
    let probe = try Probe(groundTruthProbability: 0.5)
    let total = probe.loss()
    let components = probe.model.components.components
    var sum = 0.0
    for (component, loss) in zip(components, probe.piece.losses) {
      // A ScalarTuple's loss is already the sum over its fields (App. B.2).
      let isSum = component.name.contains("+") && !component.name.hasPrefix("skew")
      sum += (isSum ? 1 : component.weight) * loss / 9
    }
    // 8 fields, 4 heads: nickname, active, age, home. The skew losses weigh as their children: 12 in the
    // root, 2 once more inside the nested one.
    #expect(probe.model.denominator == 26)
    var description = try fixtureSource(fixturePreset()).description
    description.method.weights.skewInDenominator = false
    #expect(RecordModel(description).denominator == 12)
    let reconstruction = probe.piece.reconstruction
    #expect(abs(sum / 26 - reconstruction) < 1e-9)
    #expect(abs(total - reconstruction - 0.7 * probe.piece.divergence / 72) < 1e-12)
  }
}

@Suite struct InitializationTests {
  @Test func followsAppendixB() throws {
    let preset = try Preset.load(path: nil, overrides: ["steps=1"])
    let source = try fixtureSource(preset)
    let run = TrainingRun(preset: preset, source: source, threads: 1)
    func values(_ name: String) throws -> [Float] {
      let entry = try #require(run.model.layout.entries.first { $0.name == name })
      return (0..<entry.slot.count).map { run.parameters.values[entry.slot.offset + $0] }
    }
    // Update gate: zero weights, unit bias; the others in-degree scaled, zero bias.
    for gru in ["string/encoder", "string/decoder", "record/encoder/forward/0", "record/decoder/1"]
    {
      for name in ["input_weight", "state_weight"] {
        let weights = try values("\(gru)/\(name)")
        #expect(weights.indices.allSatisfy { $0 % 384 >= 128 || weights[$0] == 0 })
        let others = weights.indices.filter { $0 % 384 >= 128 }.map { Double(weights[$0]) }
        let inputs = gru.hasPrefix("string") ? 16.0 + 128 : 256
        let variance = others.reduce(0) { $0 + $1 * $1 } / Double(others.count)
        #expect(abs(variance * inputs - 1) < 0.06, "\(gru)/\(name)")
      }
      let bias = try values("\(gru)/bias")
      #expect(bias.indices.allSatisfy { bias[$0] == ($0 < 128 ? 1 : 0) })
    }
    let embedding = try values("string/embedding")
    #expect(embedding.allSatisfy { (0..<1).contains($0) })
    #expect(abs(embedding.reduce(0, +) / Float(embedding.count) - 0.5) < 0.05)
    #expect(try values("deviation/0/3/weight").allSatisfy { $0 == 0 })
    #expect(try values("deviation/0/3/bias").allSatisfy { $0 == -5 })
    // The paper's address model has 2 x 8 encoder cells; this message has 2 x 6 and 2 x 2.
    let cells = run.model.layout.entries.filter {
      $0.name.contains("/encoder/") && $0.name.hasSuffix("state_weight")
        && !$0.name.hasPrefix("string")
    }
    #expect(cells.count == 16)
  }

  /// App. L.1: embeddings of characters with mean 0 and variance 1, and reals' embeddings that are
  /// not confined to (0, 1).
  @Test(arguments: [false, true]) func coversTheUnitGaussian(isSymmetric: Bool) throws {
    let overrides =
      isSymmetric ? ["architecture={characterEmbedding: symmetric, scalarActivation: celu}"] : []
    let preset = try Preset.load(path: nil, overrides: ["steps=1"] + overrides)
    let run = TrainingRun(preset: preset, source: try fixtureSource(preset), threads: 1)
    let slot = try #require(run.model.layout.entries.first { $0.name == "string/embedding" }).slot
    let values = (0..<slot.count).map { Double(run.parameters.values[slot.offset + $0]) }
    let mean = values.reduce(0, +) / Double(values.count)
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
    // Some 500 numbers, uniform on (0, 1) or (-sqrt 3, sqrt 3).
    #expect(abs(mean - (isSymmetric ? 0 : 0.5)) < (isSymmetric ? 0.2 : 0.06))
    #expect(abs(variance - (isSymmetric ? 1 : 1.0 / 12)) < (isSymmetric ? 0.15 : 0.0125))
    #expect(values.allSatisfy { abs($0) <= 3.0.squareRoot() })
    let piece = Piece<Float>(
      parameters: run.parameters, table: run.table,
      components: run.model.components.components.count, encodings: run.model.encodingCount)
    piece.rows = (0..<50).map { Int32($0) }
    piece.noise = Array(repeating: 0, count: 50 * 128)
    _ = run.advance()
    piece.whitenings = run.whitenings
    run.model.sampleLatents(piece)
    // The root's last element is the ScalarTuple of height and age.
    let reals = try #require(piece.encodings.last ?? nil)
    let outside = (0..<reals.count).contains { reals.values[$0] < 0 || reals.values[$0] > 1 }
    #expect(outside == isSymmetric)
  }
}
