import Autodiff
import FloatModel
import Foundation
import Testing

@testable import Trainer

/// Objectives on latent vectors that the test makes, against formulas written here.
@Suite struct ObjectiveTests {
  private static let width = 8

  /// A piece whose encoder has found `means` and `deviations`, `[rows][width]` each.
  private func piece(
    means: [[Double]], deviations: [[Double]], scale: Scale
  ) throws -> Piece<Double> {
    let source = try fixtureSource(try fixturePreset(), rows: means.count)
    let piece = Piece(
      parameters: ParameterVector<Double>(count: 1), table: source.table, components: 0,
      encodings: 0)
    piece.rows = means.indices.map { Int32($0) }
    piece.settings.batchSize = means.count
    piece.settings.scales = [scale]
    piece.latentDenominator = Double(Self.width)
    let tensors = [means, deviations].map { rows in
      let tensor = piece.tape.tensor(rows: rows.count, columns: Self.width)
      for (i, value) in rows.joined().enumerated() { tensor.values[i] = value }
      return tensor
    }
    (piece.mean, piece.deviation, piece.latents) = (tensors[0], tensors[1], tensors[0])
    piece.rowDivergences = zip(means, deviations).map(divergence)
    return piece
  }

  private func divergence(_ mean: [Double], _ deviation: [Double]) -> Double {
    zip(mean, deviation).reduce(0) {
      $0 + 0.5 * ($1.0 * $1.0 + $1.1 * $1.1 - 1) - log($1.1)
    }
  }

  /// Eq. 9: gamma max(KL - C, 0) per dimension, example by example, and nothing at all below C; the
  /// two-sided form pulls up what is below.
  @Test(arguments: [false, true]) func capacity(isTwoSided: Bool) throws {
    let random = RandomGenerator(seed: 4, stream: 0)
    let deviations = (0..<6).map { _ in (0..<Self.width).map { _ in 0.2 + random.uniform() / 2 } }
    // From about 6 to some 40 nats.
    let means = (0..<6).map { row in
      (0..<Self.width).map { _ in 0.6 * Double(row) * random.normal() }
    }
    let gamma = 128.0
    let divergences = zip(means, deviations).map(divergence)
    let capacity = divergences.sorted()[2] + 0.01
    let piece = try piece(
      means: means, deviations: deviations, scale: Scale(beta: gamma, capacity: capacity))
    CapacityRegularizer(isTwoSided: isTwoSided).addLoss(piece, statistics: .none)
    let penalties = divergences.map { isTwoSided ? abs($0 - capacity) : max($0 - capacity, 0) }
    #expect(penalties.count { $0 == 0 } == (isTwoSided ? 0 : 3))
    let expected = gamma * penalties.reduce(0, +) / Double(6 * Self.width)
    #expect(abs(piece.latentLoss - expected) < 1e-9 * expected)
    piece.tape.backward()
    for row in 0..<6 {
      let slope = divergences[row] > capacity ? 1.0 : isTwoSided ? -1 : 0
      for column in 0..<Self.width {
        let i = row * Self.width + column
        let weight = gamma * slope / Double(6 * Self.width)
        // d KL / d mean = mean, d KL / d deviation = deviation - 1 / deviation.
        let (mean, deviation) = (means[row][column], deviations[row][column])
        #expect(abs(piece.mean!.gradient[i] - weight * mean) < 1e-9)
        #expect(
          abs(piece.deviation!.gradient[i] - weight * (deviation - 1 / deviation)) < 1e-9)
      }
    }
    let roomy = try self.piece(
      means: means, deviations: deviations, scale: Scale(beta: gamma, capacity: 1000))
    CapacityRegularizer(isTwoSided: false).addLoss(roomy, statistics: .none)
    roomy.tape.backward()
    #expect(roomy.latentLoss == 0)
    #expect((0..<6 * Self.width).allSatisfy { roomy.mean!.gradient[$0] == 0 })
  }

  /// Where rows have levels of their own, each row's KL divergence weighs with its level's beta
  /// (App. L.4), and is held against its level's capacity.
  @Test func rowsHaveTheirLevels() throws {
    let random = RandomGenerator(seed: 5, stream: 0)
    let deviations = (0..<6).map { _ in (0..<Self.width).map { _ in 0.2 + random.uniform() / 2 } }
    let means = (0..<6).map { _ in (0..<Self.width).map { _ in random.normal() } }
    let divergences = zip(means, deviations).map(divergence)
    let levels = [2, 0, 3, 1, 0, 2]
    let betas = [0.1, 0.3, 0.4, 0.9]
    let capacities = [0.5, 1, 1.5, 2]
    func newPiece() throws -> Piece<Double> {
      let piece = try piece(means: means, deviations: deviations, scale: Scale())
      piece.settings.scales = zip(betas, capacities).map { Scale(beta: $0, capacity: $1) }
      piece.settings.level = 3
      piece.levels = levels
      return piece
    }
    let plain = try newPiece()
    DivergenceRegularizer().addLoss(plain, statistics: .none)
    let limited = try newPiece()
    CapacityRegularizer(isTwoSided: false).addLoss(limited, statistics: .none)
    var (expected, excess) = (0.0, 0.0)
    for (row, level) in levels.enumerated() {
      expected += betas[level] * divergences[row] / Double(6 * Self.width)
      #expect(divergences[row] > capacities[level])
      excess += betas[level] * (divergences[row] - capacities[level]) / Double(6 * Self.width)
    }
    #expect(abs(plain.latentLoss - expected) < 1e-12)
    #expect(abs(limited.latentLoss - excess) < 1e-12)
    plain.tape.backward()
    for row in 0..<6 {
      let weight = betas[levels[row]] / Double(6 * Self.width)
      for column in 0..<Self.width {
        let slope = plain.mean!.gradient[row * Self.width + column]
        #expect(abs(slope - weight * means[row][column]) < 1e-12)
      }
    }
  }

  /// The discriminator learns which of two Gaussians is which; the encoder's loss is the
  /// cross-entropy of being taken for the prior, and falls along its gradient (App. H).
  @Test func adversary() throws {
    let random = RandomGenerator(seed: 6, stream: 0)
    let widths = try fixtureSource(try fixturePreset()).description.widths
    let discriminator = Discriminator(
      widths: widths, configuration: AdamConfiguration(), pieces: 2, random: random)
    let pool = ThreadPool(threads: 1)
    func vectors(_ rows: Int, center: Double) -> [Float] {
      (0..<rows * Self.width).map { _ in Float(center + random.normal()) }
    }
    var reports: [Discriminator.Report] = []
    for _ in 0..<200 {
      reports.append(
        discriminator.train(
          real: vectors(64, center: 0), fake: vectors(64, center: 2), rate: 0.01, pool: pool))
    }
    #expect(reports[0].loss > 0.3 && reports[199].loss < 0.1)
    #expect(reports[199].accuracy > 0.95)
    let priorsFake = discriminator.fakeProbabilities(vectors(100, center: 0))
    let othersFake = discriminator.fakeProbabilities(vectors(100, center: 2))
    #expect(priorsFake.reduce(0, +) < 10 && othersFake.reduce(0, +) > 90)

    // Vectors midway between the two; the discriminator in double precision.
    let means = (0..<6).map { _ in (0..<Self.width).map { _ in 1 + random.normal() } }
    let deviations = means.map { $0.map { _ in 0.5 } }
    let parameters = ParameterVector<Double>(count: discriminator.parameters.count)
    for i in 0..<parameters.count {
      parameters.values[i] = Double(discriminator.parameters.values[i])
    }
    func loss(_ means: [[Double]]) throws -> (loss: Double, gradient: [[Double]]) {
      let piece = try piece(means: means, deviations: deviations, scale: Scale(beta: 0.7))
      piece.adversary = Adversary(discriminator.network, parameters: parameters)
      AdversarialRegularizer().addLoss(piece, statistics: .none)
      piece.tape.backward()
      let gradient = (0..<means.count).map { row in
        (0..<Self.width).map { piece.latents!.gradient[row * Self.width + $0] }
      }
      return (piece.latentLoss, gradient)
    }
    let before = try loss(means)
    let fake = discriminator.fakeProbabilities(means.joined().map { Float($0) })
    let expected = 0.7 * fake.reduce(0) { $0 - log(1 - $1) } / 6
    // Single precision, and probabilities near 1.
    #expect(abs(before.loss - expected) < 5e-3 * expected)
    let moved = zip(means, before.gradient).map { row, gradient in
      zip(row, gradient).map { $0 - 0.1 * $1 }
    }
    #expect(try loss(moved).loss < before.loss)
    // Towards the prior.
    let after = discriminator.fakeProbabilities(moved.joined().map { Float($0) })
    #expect(after.reduce(0, +) < fake.reduce(0, +))
  }

  /// The Tuple decoder's scheduled sampling (2.3): a row whose uniform number is below the
  /// probability is fed the child encoders' embeddings, the others what the decoder made itself,
  /// which owes nothing to them.
  @Test func tupleGroundTruth() throws {
    let preset = try fixturePreset()
    let source = try fixtureSource(preset, rows: 8)
    let model = RecordModel(source.description)
    let parameters = ParameterVector<Double>(count: model.layout.count)
    let random = RandomGenerator(seed: 12, stream: 0)
    parameters.initialize(model.layout, random: random)
    let noise = (0..<8 * 8).map { _ in random.normal() }
    /// `-log p(x | z)` of each row; with `erased`, the decoder finds no child embeddings.
    func rowNats(probability: Double, uniforms: (Int) -> Double, erased: Bool = false) -> [Double] {
      let piece = Piece(
        parameters: parameters, table: source.table,
        components: model.components.components.count, encodings: model.encodingCount)
      piece.rows = (0..<8).map { Int32($0) }
      piece.settings = StepSettings(
        batchSize: 8, beta: 0, groundTruthProbability: probability)
      piece.noise = noise
      piece.uniforms = (0..<8 * model.feedbackCount).map { uniforms($0 % 8) }
      piece.whitenings = model.scalarTuples.map { Whitening(count: $0.leaves.count) }
      piece.keepsRowNats = true
      model.sampleLatents(piece)
      if erased {
        for encoding in piece.encodings {
          encoding!.values.update(repeating: 0, count: encoding!.count)
        }
      }
      model.addLosses(piece, NoRegularizer(), statistics: .none)
      return piece.rowNats
    }
    let teacher = rowNats(probability: 1) { _ in 0.999 }
    let sampled = rowNats(probability: 0) { _ in 0 }
    #expect(zip(teacher, sampled).allSatisfy { abs($0 - $1) > 1e-6 })
    #expect(rowNats(probability: 0, uniforms: { _ in 0 }, erased: true) == sampled)
    #expect(rowNats(probability: 1, uniforms: { _ in 0 }, erased: true) != teacher)
    let mixed = rowNats(probability: 0.3) { $0 % 2 == 0 ? 0.29 : 0.31 }
    for row in 0..<8 {
      #expect(abs(mixed[row] - (row % 2 == 0 ? teacher : sampled)[row]) < 1e-9)
    }
  }
}
