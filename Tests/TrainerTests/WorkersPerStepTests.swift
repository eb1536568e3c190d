import Autodiff
import Checkpoint
import FloatModel
import Testing

@testable import Trainer

/// Steps of several logical workers, their gradients averaged.
@Suite struct WorkersPerStepTests {
  private func newRun(_ overrides: [String], threads: Int = 2) throws -> TrainingRun {
    let preset = try fixturePreset(["workers=4"] + overrides)
    return TrainingRun(preset: preset, source: try fixtureSource(preset), threads: threads)
  }

  private func values(_ run: TrainingRun) -> [Float] {
    (0..<run.parameters.count).map { run.parameters.values[$0] }
  }

  /// Without noise, a step of two workers is one of a worker whose batch is both of theirs,
  /// variants included.
  @Test func gradientsAreAveraged() throws {
    let certain = [
      "architecture.deviation=none", "latent.regularizer=none",
      "tupleGroundTruth=[{at: 0%, value: 1}]", "augmentation={start: 10%, noise: false}",
      "augmentation.pSampled.maximum=0",
    ]
    let two = try newRun(certain + ["workersPerStep=2", "augmentation.variants=12"])
    let one = try newRun(
      certain + ["workers=2", "batchSize=24", "pieces=6", "augmentation.variants=24"])
    for step in 0..<10 {
      let (left, right) = (two.advance(), one.advance())
      #expect(left.loss == right.loss && left.components == right.components, "\(step)")
      #expect(values(two) == values(one), "\(step)")
      #expect(left.figures[.variants] == (step < 6 ? nil : 24))
      guard step == 4 else { continue }
      // The vectors of two workers begin at once, each with its own examples.
      let begun = try #require(two.augmenter).latents
      #expect(begun[0] + begun[1] == (try #require(one.augmenter).latents[0]))
      #expect(begun[0].count == 12 * 8 && begun[2].isEmpty && begun[3].isEmpty)
    }
  }

  /// A regularizer that looks at a whole batch looks at each worker's own (App. I).
  @Test func batchesAreRegularizedOnTheirOwn() throws {
    let run = try newRun([
      "workersPerStep=2", "architecture.deviation=none", "latent.regularizer=wasserstein",
      "beta=[{at: 0%, value: 1}]", "learningRate.initial=0",
    ])
    let report = run.advance()
    var order = (0..<Int32(run.table.count)).map { $0 }
    RandomGenerator(seed: UInt64(run.preset.seed), stream: RandomStreams.epochs[0]).shuffle(&order)
    func distance(_ rows: ArraySlice<Int32>) throws -> Double {
      let piece = Piece<Float>(
        parameters: run.parameters, table: run.table,
        components: run.model.components.components.count, encodings: run.model.encodingCount)
      piece.rows = Array(rows)
      piece.whitenings = run.whitenings
      run.model.sampleLatents(piece)
      guard case .moments(_, let distance) = run.regularizer.statistics(of: [piece], width: 8)
      else { return .nan }
      return distance.value / 8
    }
    let (first, second) = try (distance(order[0..<12]), distance(order[12..<24]))
    let latentLoss = report.loss - report.reconstruction
    #expect(abs(latentLoss - (first + second) / 2) < 1e-6 * latentLoss)
    #expect(abs(latentLoss - (try distance(order[0..<24]))) > 1e-3 * latentLoss)
  }

  /// Every worker draws what it would draw if it had the step to itself.
  @Test func workersDrawFromTheirOwnStreams() throws {
    let two = try newRun(["workersPerStep=2"])
    let one = try newRun([])
    for step in 0..<3 {
      _ = two.advance()
      for _ in 0..<2 { _ = one.advance() }
      #expect(two.workers.map(\.state) == one.workers.map(\.state), "\(step)")
    }
    #expect(two.step == 3 && two.preset.examplesPerStep == 24)
    #expect(
      try RunMetadata(of: two.checkpoint(compact: true), path: "x").model.provenance.examples
        == 72)
  }

  /// A step moves the standard deviations of its workers' levels and no others (6).
  @Test func levelsOfTheStepLearn() throws {
    let run = try newRun(["workersPerStep=2", "multiscale.levels=4"])
    func deviations(_ level: Int) -> [Float] {
      let range = run.model.deviation.levelRanges[level]
      return range.map { run.parameters.values[$0] }
    }
    for step in 0..<6 {
      let before = (0..<4).map(deviations)
      let levels = Set(run.plan.workers(at: step).map(run.plan.level(ofWorker:)))
      #expect(levels.count == 2)
      let report = run.advance()
      for level in 0..<4 {
        #expect((deviations(level) != before[level]) == levels.contains(level), "\(step), \(level)")
      }
      let share = Double(levels.max()! + 1) / 4
      #expect(abs(report.beta - share * 0.384 * Double(step) / 40) < 1e-12)
    }
  }

  /// Multiscale and augmented (App. K): replacements of all of the step's workers are counted, and
  /// an interrupted run goes on as if nothing had happened.
  @Test(arguments: ["random", "discriminator", "highestFake"])
  func variantsOfAllWorkers(replacement: String) throws {
    let overrides = [
      "workersPerStep=2", "multiscale.levels=4",
      "augmentation={variants: 6, start: 0%, replacement: \(replacement)}",
      "augmentation.pSampled={spacing: linear, minimum: 0.2, maximum: 1}",
    ]
    let whole = try newRun(overrides, threads: 1)
    let first = try newRun(overrides)
    var served = 0.0
    for step in 0..<12 {
      let report = whole.advance()
      // Two steps begin the four workers' vectors.
      #expect(report.figures[.variants] == (step < 2 ? nil : 12))
      if step >= 2 {
        let levels = whole.plan.workers(at: step).map(whole.plan.level(ofWorker:))
        let expected = levels.reduce(0) { $0 + 0.2 + 0.2 * Double($1 + 1) } / 2
        #expect(abs(report.figures[.pSampled]! - expected) < 1e-12)
        let replacements = try #require(report.figures[.replacements])
        // All of those of the level whose p_sampled is 1, or half of each worker's.
        if replacement == "random" { #expect(replacements >= (levels.contains(3) ? 6 : 0)) }
        if replacement == "highestFake" { #expect(replacements == 6) }
        let ages = try #require(whole.augmenter?.ages)
        let begun = whole.plan.workers(at: step).flatMap { ages[$0] }.count { $0 == 0 }
        #expect(replacements == Double(begun))
        served += replacements * (try #require(report.figures[.meanLifetime]))
      }
      if step < 7 { _ = first.advance() }
    }
    // Ten steps of two workers' vectors, of those replaced and of those that are left.
    let left = try #require(whole.augmenter?.ages).joined().reduce(0, +)
    #expect(abs(served + Double(left) - 120) < 1e-6)
    let saved = try Checkpoint(decoding: first.checkpoint(compact: false).encoded(), path: "x")
    let second = try newRun(overrides)
    try second.restore(
      saved, resume: try #require(RunMetadata(of: saved, path: "x").resume), path: "x")
    for _ in 7..<12 { _ = second.advance() }
    // One step of the discriminator for each of the run's that has variants.
    #expect(second.discriminator?.adam.step == (replacement == "random" ? nil : 10))
    #expect(
      try second.checkpoint(compact: false).encoded()
        == whole.checkpoint(compact: false).encoded())
  }

  @Test(arguments: [
    ["workersPerStep=3"], ["workersPerStep=0"], ["workersPerStep=8"],
    [
      "workersPerStep=2", "multiscale={levels: 4, inverseWeights: true}",
      "beta=[{at: 0%, value: 1}]",
    ],
    ["workers=32", "workersPerStep=32", "batchSize=65536"],
    ["workersPerStep=4", "augmentation.variants=300000"],
    ["augmentation.variants=9223372036854775807"],
    ["steps=1099511627776", "batchSize=65536", "pieces=40000"],
  ]) func othersAreRefused(overrides: [String]) {
    #expect(throws: PresetError.self) { try newRun(overrides) }
  }
}
