import Autodiff
import Checkpoint
import FloatModel
import Foundation
import ProtobufSchema
import Quantize
import Records
import Schema
import TestSupport
import Testing

@testable import Trainer

/// Every method of the paper, 30 small steps on the rows of examples/addresses.csv.
@Suite struct MethodTests {
  enum Method: String, CaseIterable {
    case betaVAE, warmUpAndCoolDown
    case tupleAlwaysSampling, alwaysSampling, scheduledSampling, teacherForcing
    case augmented, augmentedWithoutNoise, augmentedFromPrior, augmentedByDiscriminator
    case augmentedKeepingHalf
    case multiscale, geometric, inverseWeights, rowsWithBetas, randomRowsWithBetas, conditioned
    case capacity, absoluteCapacity, freeBits
    case multiscaleAugmented, multiscaleAugmentedLinear, multiscaleAugmentedGeometric
    case text, textMultiscale
    case passThrough, passThroughAugmented, passThroughMultiscale
    case adversarial, wasserstein, lastLayer, symmetricEmbeddings

    var overrides: [String] {
      let variants = "augmentation.variants=16"
      let levels = "multiscale.levels=4"
      return switch self {
      case .betaVAE: []
      case .warmUpAndCoolDown:
        ["beta=[{at: 0%, value: 0}, {at: 50%, value: 0.64}, {at: 100%, value: 0.128}]"]
      case .tupleAlwaysSampling: ["tupleGroundTruth=[{at: 0%, value: 0}]"]
      case .alwaysSampling:
        ["tupleGroundTruth=[{at: 0%, value: 0}]", "stringGroundTruth=[{at: 0%, value: 0}]"]
      case .scheduledSampling: ["stringGroundTruth=[{at: 0%, value: 1}, {at: 100%, value: 0}]"]
      case .teacherForcing: ["tupleGroundTruth=[{at: 0%, value: 1}]"]
      case .augmented: [variants]
      case .augmentedWithoutNoise: [variants, "augmentation.noise=false"]
      case .augmentedFromPrior: [variants, "augmentation.source=prior"]
      case .augmentedByDiscriminator: [variants, "augmentation.replacement=discriminator"]
      case .augmentedKeepingHalf: [variants, "augmentation.replacement=highestFake"]
      case .multiscale: [levels]
      case .geometric: [levels, "multiscale.spacing=geometric", "multiscale.ratio=0.5"]
      case .inverseWeights: [levels, "multiscale.inverseWeights=true", "beta=[{at: 0%, value: 1}]"]
      case .rowsWithBetas: [levels, "multiscale.dealing=rows"]
      case .randomRowsWithBetas: [levels, "multiscale.dealing=randomRows"]
      case .conditioned: [levels, "architecture.deviation=conditioned"]
      case .capacity:
        [
          levels, "multiscale.spacing=constant", "beta=[{at: 0%, value: 16}]",
          "latent={regularizer: capacity, capacity: {minimum: 5, increment: 2}}",
        ]
      case .absoluteCapacity:
        [
          "beta=[{at: 0%, value: 16}]",
          "latent={regularizer: absoluteCapacity, capacity: {minimum: 5, increment: 0}}",
        ]
      case .freeBits:
        ["latent={regularizer: freeBits, freeBits: {minimum: 1, groupSize: 4}}"]
      case .multiscaleAugmented: [levels, variants]
      case .multiscaleAugmentedLinear:
        [levels, variants, "augmentation.pSampled={spacing: linear, minimum: 0.2, maximum: 1}"]
      case .multiscaleAugmentedGeometric:
        [levels, variants, "augmentation.pSampled={spacing: geometric, minimum: 0.2, maximum: 1}"]
      case .text: Self.textOverrides
      case .textMultiscale: Self.textOverrides + [levels]
      case .passThrough: Self.passThroughOverrides
      case .passThroughAugmented: Self.passThroughOverrides + [variants]
      case .passThroughMultiscale: Self.passThroughOverrides + [levels]
      case .adversarial:
        [
          "latent.regularizer=adversarial", "architecture.deviation=none",
          "beta=[{at: 0%, value: 1}]",
        ]
      case .wasserstein:
        [
          "latent.regularizer=wasserstein", "architecture.deviation=none",
          "beta=[{at: 0%, value: 2}]",
        ]
      case .lastLayer: ["architecture.deviation=lastLayer"]
      case .symmetricEmbeddings:
        ["architecture={characterEmbedding: symmetric, scalarActivation: celu}"]
      }
    }

    private static let textOverrides = [
      "architecture.tree=text", "model.constants=true", "maximumStringLength=96",
    ]
    private static let passThroughOverrides = [
      "architecture.tree=passThrough", "model.constants=true",
    ]
  }

  private static let steps = 30
  private static let width = 16

  private func newRun(
    _ method: Method, _ more: [String] = [], threads: Int = 2
  ) throws -> TrainingRun {
    let preset = try Preset.load(
      path: nil,
      overrides: [
        "steps=\(Self.steps)", "batchSize=32", "workers=4", "learningRate.initial=0.01",
        "learningRate.every=50%", "augmentation.start=20%",
        "widths={character: 6, embedding: 16, stringState: 16, tupleState: 12, deviation: 8}",
      ] + method.overrides + more)
    let schema = try RecordSchema(path: example("address.proto"), options: SchemaOptions())
    let table = try readTable(path: example("addresses.csv"), schema: schema)
    let source = try TrainingSource(
      table: Table(schema: table.schema, records: Array(table.records.prefix(400))),
      name: "addresses.csv", hash: "", preset: preset, attribution: "")
    return TrainingRun(preset: preset, source: source, threads: threads)
  }

  /// The first rows as a batch of one piece, with settings as of now and without noise.
  private func newPiece(_ run: TrainingRun, rows count: Int, level: Int = 0) -> Piece<Float> {
    let piece = Piece<Float>(
      parameters: run.parameters, table: run.table,
      components: run.model.components.components.count, encodings: run.model.encodingCount)
    piece.rows = (0..<Int32(count)).map { $0 }
    piece.settings = run.settings(level: level, batchSize: count)
    piece.noise = Array(repeating: 0, count: count * Self.width)
    piece.uniforms = Array(repeating: 0, count: count * run.model.feedbackCount)
    piece.whitenings = run.whitenings
    return piece
  }

  /// Reconstruction loss of the first rows from fixed noise, by the model as it is.
  private func reconstruction(_ run: TrainingRun, _ whitenings: [Whitening]) -> Double {
    let count = 64
    let random = RandomGenerator(seed: 9, stream: 0)
    let piece = newPiece(run, rows: count)
    piece.settings = StepSettings(batchSize: count, beta: 0, groundTruthProbability: 1)
    piece.settings.scales = run.plan.scales(betaMaximum: 0)
    for i in piece.settings.scales.indices { piece.settings.scales[i].reconstructionWeight = 1 }
    piece.noise = (0..<count * Self.width).map { _ in Float(random.normal()) }
    piece.whitenings = whitenings
    run.model.forward(piece, NoRegularizer())
    return piece.reconstruction
  }

  @Test(arguments: Method.allCases) func trains(method: Method) throws {
    let run = try newRun(method)
    var reports = [run.advance()]
    let whitenings = run.whitenings
    let before = reconstruction(run, whitenings)
    for _ in 1..<Self.steps { reports.append(run.advance()) }
    let after = reconstruction(run, whitenings)
    #expect(after < 0.9 * before, "\(before) -> \(after)")
    #expect(reports.allSatisfy { $0.loss.isFinite && $0.gradientNorm.isFinite })
    try check(method, reports, run)
    try checkGeneration(method, run)
  }

  /// A worker's step moves what all levels share and its own level's standard deviations, and leaves
  /// other levels', moments included, as they are (6).
  @Test(arguments: [
    ["multiscale.levels=4"], ["multiscale.levels=4", "architecture.deviation=lastLayer"],
    ["multiscale.levels=4", "multiscale.dealing=rows"],
  ]) func otherLevelsRest(overrides: [String]) throws {
    let preset = try fixturePreset(overrides + ["workers=4"])
    let source = try fixtureSource(preset)
    let run = TrainingRun(preset: preset, source: source, threads: 2)
    func numbers(level: Int?) -> [[Float]] {
      let prefix = "deviation/"
      let entries = run.model.layout.entries.filter { entry in
        level.map { entry.name.hasPrefix("\(prefix)\($0)/") } ?? !entry.name.hasPrefix(prefix)
      }
      return [run.parameters, run.adam.firstMoment, run.adam.secondMoment].map { vector in
        entries.flatMap { entry in
          (0..<entry.slot.count).map { vector.values[entry.slot.offset + $0] }
        }
      }
    }
    for step in 0..<12 {
      let before = (0..<4).map { numbers(level: $0) }
      let sharedBefore = numbers(level: nil)
      let trained = Int(run.advance().figures[.level]!)
      #expect(numbers(level: nil) != sharedBefore)
      for level in 0..<4 {
        let isTrained = overrides.contains("multiscale.dealing=rows") || level == trained
        #expect((numbers(level: level) != before[level]) == isTrained, "\(step), \(level)")
      }
    }
  }

  private func checkGeneration(_ method: Method, _ run: TrainingRun) throws {
    let checkpoint = try Checkpoint(
      decoding: run.checkpoint(compact: true).encoded(), path: "x")
    let generator = try FloatGenerator<Float>(checkpoint, path: "x")
    let generated = generator.generate(count: 20, seed: 1, stream: RandomStreams.generation, pool: run.pool)
    let rows = generated.records
    #expect(rows.count == 20)
    let columns = generator.model.description.schema.leaves.map(\.path)
    let latitude = try #require(columns.firstIndex(of: "lat"))
    if let format = generator.model.description.recordText {
      // So short a training may leave all texts malformed; a sound one has every value.
      #expect(
        zip(generated.texts, rows).allSatisfy {
          format.isMalformed($0) == ($1.values[latitude] == .null)
        })
      #expect(format.leaves.count == 6)
      let share = try #require(generator.malformedShare(of: generated))
      #expect(abs(share * 20 - Double(rows.count { $0.values[latitude] == .null })) < 1e-9)
      let plan = MeasurementPlan(rows: 20, rounds: 1, pairs: 1, points: 3, ground: 0, streets: 1)
      let measurements = Measurements(
        generator, about: "", training: rows, heldOut: nil, plan: plan, pool: run.pool
      ) { _ in }
      #expect(measurements.generated.malformed == share)
    } else {
      #expect(rows.allSatisfy { !$0.values.contains(.null) })
      #expect(generator.malformedShare(of: generated) == nil)
    }
    if run.preset.architecture.tree == .tuple {
      #expect(!(try quantize(checkpoint, metrics: "").bytes).isEmpty)
    } else {
      #expect(throws: QuantizationError.self) { try quantize(checkpoint, metrics: "") }
    }
  }

  private func tensors(_ run: TrainingRun, suffix: String) -> Int {
    run.model.layout.entries.count { $0.name.hasSuffix(suffix) }
  }

  /// Standard deviations of the first row's latent vector at a level.
  private func deviations(_ run: TrainingRun, level: Int) -> [Float] {
    let piece = newPiece(run, rows: 1, level: level)
    run.model.sampleLatents(piece)
    return (0..<Self.width).map { piece.deviation!.values[$0] }
  }

  /// What is particular to the method happened.
  private func check(_ method: Method, _ reports: [StepReport], _ run: TrainingRun) throws {
    func values(_ figure: Figure) -> [Double] { reports.compactMap { $0.figures[figure] } }
    let last = reports[Self.steps - 1]
    switch method {
    case .betaVAE, .lastLayer, .symmetricEmbeddings, .passThrough, .text:
      #expect(tensors(run, suffix: "string/embedding") == (method == .passThrough ? 4 : 1))
      // The root's Tuple has an RNN; SimpleTuple and the text model have none.
      let hasTuple = method != .passThrough && method != .text
      #expect(tensors(run, suffix: "encoder/initial_state") == (hasTuple ? 1 : 0))
      #expect(tensors(run, suffix: "deviation/0/weight") == (method == .lastLayer ? 1 : 0))
      #expect(tensors(run, suffix: "deviation/0/3/weight") == (method == .lastLayer ? 0 : 1))
      #expect(abs(last.beta - 0.384 * 29 / 30) < 1e-12)
      #expect(reports[0].divergence > 1)
      #expect((0...16).contains(try #require(last.figures[.activeUnits])))
      #expect(last.figures[.largestDivergence]! >= last.figures[.medianDivergence]!)
    case .warmUpAndCoolDown:
      #expect(reports[0].beta == 0 && abs(reports[15].beta - 0.64) < 1e-12)
      #expect(abs(last.beta - (0.64 - 0.512 * 14 / 15)) < 1e-12)
    case .tupleAlwaysSampling:
      #expect(reports.allSatisfy { $0.groundTruthProbability == 0 })
    case .alwaysSampling:
      #expect(reports.allSatisfy { $0.groundTruthProbability == 0 })
      #expect(values(.sampledCharacters).allSatisfy { $0 == 1 })
    case .scheduledSampling:
      for (step, report) in reports.enumerated() {
        let sampled = Double(step) / 30
        #expect(abs(report.groundTruthProbability - (1 - sampled)) < 1e-12)
        #expect(abs(report.figures[.stringGroundTruth]! - (1 - sampled)) < 1e-12)
        // Some 1000 characters a step: 5 standard deviations.
        #expect(abs(report.figures[.sampledCharacters]! - sampled) < 0.08, "step \(step)")
      }
    case .teacherForcing:
      #expect(reports.allSatisfy { $0.groundTruthProbability == 1 })
      #expect(values(.sampledCharacters).allSatisfy { $0 == 0 })
    case .augmented, .augmentedWithoutNoise, .augmentedFromPrior, .passThroughAugmented,
      .augmentedByDiscriminator, .multiscaleAugmented:
      // Steps 6 to 9 begin the four workers' vectors; the 20 that follow replace some of them.
      #expect(values(.replacements).count == 20)
      #expect(reports.prefix(10).allSatisfy { $0.figures[.replacements] == nil })
      #expect(values(.variants).allSatisfy { $0 == 16 })
      let total = values(.replacements).reduce(0, +)
      if method == .augmentedByDiscriminator {
        #expect(values(.discriminatorLoss).count == 20)
        #expect(total > 0)
      } else {
        // 320 draws with probability 0.2: 5 standard deviations.
        #expect(abs(total - 64) < 36, "\(total)")
      }
      #expect(values(.meanLifetime).contains { $0 > 1 })
    case .augmentedKeepingHalf:
      #expect(values(.replacements) == Array(repeating: 8, count: 20))
      #expect(values(.discriminatorLoss).count == 20)
      #expect(values(.discriminatorLoss).allSatisfy { $0 > 0 && $0 < 3 })
    case .multiscaleAugmentedLinear:
      #expect(values(.pSampled).count == 20)
      for report in reports where report.figures[.pSampled] != nil {
        let level = report.figures[.level]!
        #expect(abs(report.figures[.pSampled]! - (0.2 + 0.2 * (level + 1))) < 1e-12)
      }
      #expect(values(.pSampled).contains(1))
    case .multiscaleAugmentedGeometric:
      #expect(values(.pSampled).count == 20)
      for report in reports where report.figures[.pSampled] != nil {
        let expected = pow(5, (report.figures[.level]! + 1) / 4 - 1)
        #expect(abs(report.figures[.pSampled]! - expected) < 1e-12)
      }
    case .multiscale, .textMultiscale, .passThroughMultiscale, .conditioned:
      for (step, report) in reports.enumerated() {
        let share = (report.figures[.level]! + 1) / 4
        #expect(abs(report.beta - share * 0.384 * Double(step) / 30) < 1e-12)
      }
      #expect(Set(values(.level)) == [0, 1, 2, 3])
      #expect(tensors(run, suffix: "/3/weight") == (method == .conditioned ? 1 : 4))
      // Levels have standard deviations of their own, if only by what one network is told.
      let deviations = (0..<4).map { self.deviations(run, level: $0) }
      #expect(Set(deviations).count == 4)
    case .geometric:
      for (step, report) in reports.enumerated() {
        let share = pow(0.5, 3 - report.figures[.level]!)
        #expect(abs(report.beta - share * 0.384 * Double(step) / 30) < 1e-12)
      }
    case .inverseWeights:
      for report in reports {
        // Eq. 8: the loss is reconstruction / beta + KL per dimension.
        let expected = report.reconstruction / report.beta + report.divergence / 16
        #expect(abs(report.loss - expected) < 1e-9 * expected)
      }
    case .rowsWithBetas, .randomRowsWithBetas:
      #expect(reports.allSatisfy { $0.divergence > 0 })
      let random = RandomGenerator(seed: 2, stream: 0)
      let levels = run.levels(of: 0..<400, run.settings(level: 3, batchSize: 400), random)
      let isInTurn = levels == (0..<400).map { $0 % 4 }
      #expect(isInTurn == (method == .rowsWithBetas))
      // 400 draws with probability 1/4: 4.6 standard deviations.
      for level in 0..<4 { #expect(abs(levels.count { $0 == level } - 100) < 40) }
      // All four networks have learned: their output biases have moved, each its own way.
      let biases = run.model.layout.entries.filter {
        $0.name.hasPrefix("deviation/") && $0.name.hasSuffix("/3/bias")
      }.map { entry in
        (0..<16).map { run.parameters.values[entry.slot.offset + $0] }
      }
      #expect(biases.count == 4 && Set(biases).count == 4)
      #expect(biases.allSatisfy { !$0.contains(-5) })
      checkRowWeights(method, reports, run)
    case .capacity:
      // Every row is above its capacity at first.
      #expect(Set(values(.level).prefix(4)) == [0, 1, 2, 3])
      for report in reports.prefix(4) {
        let excess = report.divergence - (5 + 2 * report.figures[.level]!)
        #expect(abs(report.figures[.latentLoss]! - excess / 16) < 1e-6)
      }
      // A batch's mean penalty is at least that of its mean.
      for report in reports {
        let capacity = 5 + 2 * report.figures[.level]!
        #expect(report.figures[.latentLoss]! >= max(0, report.divergence - capacity) / 16 - 1e-9)
      }
    case .absoluteCapacity:
      #expect(abs(values(.latentLoss)[0] - (reports[0].divergence - 5) / 16) < 1e-6)
      for report in reports {
        #expect(report.figures[.latentLoss]! >= abs(report.divergence - 5) / 16 - 1e-9)
      }
    case .freeBits:
      // Beta is 0 at first. Of four groups each costs its own nats, or the one that it has free.
      #expect(values(.latentLoss)[0] == 0)
      for report in reports.dropFirst() {
        let nats = 16 * report.figures[.latentLoss]!
        #expect(nats >= max(4, report.divergence) - 1e-9 && nats <= 4 + report.divergence + 1e-9)
      }
    case .adversarial:
      #expect(values(.latentLoss).count == Self.steps)
      #expect(values(.latentLoss).allSatisfy { $0 > 0 })
      #expect(values(.discriminatorLoss).count == Self.steps)
      #expect(values(.discriminatorLoss).allSatisfy { $0 > 0 && $0.isFinite })
      #expect(values(.discriminatorAccuracy).allSatisfy { (0...1).contains($0) })
      #expect(run.discriminator?.adam.step == Self.steps)
      #expect(values(.activeUnits).isEmpty)
    case .wasserstein:
      #expect(last.figures[.latentLoss]! < 0.9 * reports[0].figures[.latentLoss]!)
    }
  }

  /// A row's KL divergence weighs with the beta of its own level (App. L.4), in the run's steps as
  /// in a piece whose levels are known.
  private func checkRowWeights(_ method: Method, _ reports: [StepReport], _ run: TrainingRun) {
    for report in reports[1...3] {
      // All rows' divergences are alike at first; betas are 5/8 of the greatest on average, of 32
      // rows that draw their levels within 5 standard deviations.
      let latentLoss = report.loss - report.reconstruction
      let share = latentLoss * 16 / (report.beta * report.divergence)
      #expect(abs(share - 0.625) < (method == .rowsWithBetas ? 0.05 : 0.25), "\(share)")
    }
    let count = 40
    let piece = newPiece(run, rows: count, level: 3)
    piece.levels = run.levels(
      of: 0..<count, piece.settings, RandomGenerator(seed: 3, stream: 0))
    run.model.forward(piece, run.regularizer)
    var expected = 0.0
    for row in 0..<count {
      let beta = 0.384 * Double(piece.levels[row] + 1) / 4
      expected += beta * piece.rowDivergences[row] / Double(16 * count)
    }
    #expect(abs(piece.latentLoss - expected) < 1e-9)
    // A row has its level's standard deviations.
    for level in 0..<4 {
      let whole = newPiece(run, rows: count, level: level)
      run.model.sampleLatents(whole)
      let own = (0..<count).filter { piece.levels[$0] == level }
      let near = (0..<count).filter {
        abs(whole.rowDivergences[$0] - piece.rowDivergences[$0]) < 1e-4
      }
      #expect(Set(near).isSuperset(of: own) && near.count < own.count + 5, "\(level)")
    }
  }

  /// Examples below their capacity have no latent loss (Eq. 9), but in the two-sided form the whole
  /// distance (App. J).
  @Test(arguments: [Method.capacity, .absoluteCapacity])
  func belowCapacity(method: Method) throws {
    let run = try newRun(method, ["latent.capacity={minimum: 1000, increment: 0}"])
    let report = run.advance()
    #expect((16..<500).contains(report.divergence))
    let expected = method == .capacity ? 0 : (1000 - report.divergence) / 16
    let latentLoss = try #require(report.figures[.latentLoss])
    #expect(abs(latentLoss - expected) < 1e-6)
  }

  /// Groups that are below what they have free cost just that, the last with fewer dimensions too.
  @Test(arguments: [(4, 4), (3, 6)]) func belowFreeBits(groupSize: Int, groups: Int) throws {
    let run = try newRun(
      .freeBits,
      [
        "latent.freeBits={minimum: 1000, groupSize: \(groupSize)}", "beta=[{at: 0%, value: 0.1}]",
      ])
    for _ in 0..<3 {
      let report = run.advance()
      #expect((16..<500).contains(report.divergence))
      let latentLoss = try #require(report.figures[.latentLoss])
      #expect(abs(latentLoss - 1000 * Double(groups) / 16) < 1e-6)
    }
  }

  /// Where the encoder does not resist, the discriminator learns that latent vectors are the fakes
  /// and that draws from the unit Gaussian are not (App. H).
  @Test func discriminatorTellsLatentsFromThePrior() throws {
    let run = try newRun(.adversarial, ["beta=[{at: 0%, value: 1e-6}]"])
    for _ in 0..<Self.steps { _ = run.advance() }
    let discriminator = try #require(run.discriminator)
    let count = 200
    let piece = newPiece(run, rows: count)
    run.model.sampleLatents(piece)
    let latents = try #require(piece.latents)
    let random = RandomGenerator(seed: 7, stream: 0)
    let found = (0..<latents.count).map { latents.values[$0] }
    let prior = found.map { _ in Float(random.normal()) }
    func mean(_ vectors: [Float]) -> Double {
      discriminator.fakeProbabilities(vectors).reduce(0, +) / Double(count)
    }
    #expect(mean(found) > mean(prior) + 0.15, "\(mean(found)), \(mean(prior))")
  }

  /// Interrupted after the first variants and discriminator steps, the run goes on as if nothing
  /// had happened, on another number of threads.
  @Test(arguments: [
    Method.augmentedByDiscriminator, .multiscaleAugmentedLinear, .adversarial, .wasserstein,
    .alwaysSampling, .randomRowsWithBetas, .passThroughAugmented, .textMultiscale, .freeBits,
  ])
  func resumes(method: Method) throws {
    let whole = try newRun(method, threads: 1)
    for _ in 0..<14 { _ = whole.advance() }
    let first = try newRun(method, threads: 2)
    for _ in 0..<11 { _ = first.advance() }
    let saved = try Checkpoint(
      decoding: first.checkpoint(compact: false).encoded(), path: "x")
    let second = try newRun(method, threads: 2)
    let state = try #require(RunMetadata(of: saved, path: "x").resume)
    try second.restore(saved, resume: state, path: "x")
    for _ in 11..<14 { _ = second.advance() }
    #expect(
      try second.checkpoint(compact: false).encoded()
        == whole.checkpoint(compact: false).encoded())
  }
}
