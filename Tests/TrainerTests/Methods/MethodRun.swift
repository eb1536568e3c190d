import Autodiff
import FloatModel
import Foundation
import ProtobufSchema
import Records
import Schema
import TestSupport
import Testing

@testable import Trainer

/// A method's 30 small steps on the first rows of examples/addresses.csv, what they reported, and
/// what the last of them started from.
struct MethodRun {
  static let steps = 30
  static let width = 16
  static let batchSize = 32
  static let rows = 400

  let run: TrainingRun
  let reports: [StepReport]
  /// Before the last step.
  private let parameters: ParameterVector<Float>
  private let discriminatorParameters: ParameterVector<Float>?
  private let workerStates: [[UInt8]]

  /// A run of a method before its first step.
  static func new(_ overrides: [String], threads: Int = 2) throws -> TrainingRun {
    let preset = try Preset.load(
      path: nil,
      overrides: [
        "steps=\(steps)", "batchSize=\(batchSize)", "workers=4", "learningRate.initial=0.01",
        "learningRate.every=50%", "augmentation.start=20%",
        "widths={character: 6, embedding: 16, stringState: 16, tupleState: 12, deviation: 8}",
      ] + overrides)
    let schema = try RecordSchema(path: example("address.proto"), options: SchemaOptions())
    let table = try readTable(path: example("addresses.csv"), schema: schema)
    let source = try TrainingSource(
      table: Table(schema: table.schema, records: Array(table.records.prefix(rows))),
      name: "addresses.csv", hash: "", preset: preset, attribution: "")
    return TrainingRun(preset: preset, source: source, threads: threads)
  }

  /// Trains a method and expects of it what all methods have in common: it learns to reconstruct,
  /// and rows can be generated from its checkpoint.
  init(_ overrides: [String]) throws {
    let run = try Self.new(overrides)
    var reports = [run.advance()]
    let whitenings = run.whitenings
    let before = Self.reconstruction(run, whitenings)
    for _ in 1..<Self.steps - 1 { reports.append(run.advance()) }
    parameters = run.parameters.copy()
    discriminatorParameters = run.discriminator?.parameters.copy()
    workerStates = run.workers.map(\.state)
    reports.append(run.advance())
    let after = Self.reconstruction(run, whitenings)
    #expect(after < 0.9 * before, "\(before) -> \(after)")
    #expect(reports.allSatisfy { $0.loss.isFinite && $0.gradientNorm.isFinite })
    self.run = run
    self.reports = reports
    try expectRows()
  }

  var last: StepReport { reports[Self.steps - 1] }

  /// A figure of the steps that reported it.
  func values(_ figure: Figure) -> [Double] { reports.compactMap { $0.figures[figure] } }

  /// Number of the model's tensors whose names end so.
  func tensors(suffix: String) -> Int {
    run.model.layout.entries.count { $0.name.hasSuffix(suffix) }
  }

  /// The first rows as a batch of one piece, with settings as of now and without noise.
  static func piece(
    _ run: TrainingRun, parameters: ParameterVector<Float>? = nil, rows count: Int, level: Int = 0
  ) -> Piece<Float> {
    let piece = Piece<Float>(
      parameters: parameters ?? run.parameters, table: run.table,
      components: run.model.components.components.count, encodings: run.model.encodingCount)
    piece.rows = (0..<Int32(count)).map { $0 }
    piece.settings = run.settings(level: level, batchSize: count)
    piece.noise = Array(repeating: 0, count: count * Self.width)
    piece.uniforms = Array(repeating: 0, count: count * run.model.feedbackCount)
    piece.whitenings = run.whitenings
    return piece
  }

  /// Reconstruction loss of the first rows from fixed noise, by the model as it is.
  private static func reconstruction(_ run: TrainingRun, _ whitenings: [Whitening]) -> Double {
    let count = 64
    let random = RandomGenerator(seed: 9, stream: 0)
    let piece = piece(run, rows: count)
    piece.settings = StepSettings(batchSize: count, beta: 0, groundTruthProbability: 1)
    piece.settings.scales = run.plan.scales(betaMaximum: 0)
    for i in piece.settings.scales.indices { piece.settings.scales[i].reconstructionWeight = 1 }
    piece.noise = (0..<count * width).map { _ in Float(random.normal()) }
    piece.whitenings = whitenings
    run.model.forward(piece, NoRegularizer())
    return piece.reconstruction
  }

  /// What the last step saw of its training examples, computed again.
  struct LastBatch {
    /// With its latent vectors.
    let piece: Piece<Float>
    /// The worker's generator after the batch's draws.
    let random: RandomGenerator

    /// `[examples][width]`
    var latents: [[Float]] { vectors(piece.latents) }
    var means: [[Float]] { vectors(piece.mean) }

    private func vectors(_ tensor: Tensor<Float>?) -> [[Float]] {
      guard let tensor else { return [] }
      return (0..<tensor.rows).map { row in
        (0..<tensor.columns).map { tensor.values[row * tensor.columns + $0] }
      }
    }

    /// KL divergence of each example's dimensions, `[examples][width]` nats, by its formula.
    var divergences: [[Double]] {
      zip(means, vectors(piece.deviation)).map { mean, deviation in
        zip(mean, deviation).map { mean, deviation in
          let (m, s) = (Double(mean), Double(deviation))
          return (m * m + s * s - 1) / 2 - log(s)
        }
      }
    }
  }

  /// Encodes the last step's examples again, from the data's order, the parameters and the
  /// generator that the step started from.
  func lastBatch() throws -> LastBatch {
    let step = Self.steps - 1
    let preset = run.preset
    let worker = try #require(run.plan.workers(at: step).first)
    let piece = Self.piece(
      run, parameters: parameters, rows: Self.batchSize,
      level: run.plan.level(ofWorker: worker))
    piece.rows = (0..<Self.batchSize).map { place in
      let (epoch, index) = (step * Self.batchSize + place).quotientAndRemainder(
        dividingBy: Self.rows)
      var order = (0..<Int32(Self.rows)).map { $0 }
      RandomGenerator(seed: UInt64(preset.seed), stream: RandomStreams.epochs[epoch])
        .shuffle(&order)
      return order[index]
    }
    let random = RandomGenerator(seed: 0, stream: 0)
    #expect(random.restore(workerStates[worker]))
    func share(_ count: Int, _ part: Int) -> Int {
      count * (part + 1) / preset.pieces - count * part / preset.pieces
    }
    let variants = preset.augmentation.variants
    piece.noise = (0..<preset.pieces).flatMap { part in
      let examples = share(Self.batchSize, part)
      let count = examples + share(variants, part)
      let noise = (0..<count * Self.width).map { _ in Float(random.normal()) }
      for _ in 0..<count * run.model.feedbackCount { _ = random.uniform() }
      return noise.prefix(examples * Self.width)
    }
    run.model.sampleLatents(piece)
    return LastBatch(piece: piece, random: random)
  }

  /// The discriminator as the last step found it.
  func lastDiscriminator() throws -> Discriminator {
    let discriminator = Discriminator(
      widths: run.model.description.widths, configuration: run.preset.adam, pieces: 1,
      random: RandomGenerator(seed: 0, stream: 0))
    let values = try #require(discriminatorParameters)
    discriminator.parameters.values.update(from: values.values, count: values.count)
    return discriminator
  }
}

extension ParameterVector<Float> {
  fileprivate func copy() -> ParameterVector {
    let copy = ParameterVector(count: count)
    copy.values.update(from: values, count: count)
    return copy
  }
}
