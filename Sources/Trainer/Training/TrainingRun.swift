import Autodiff
import Foundation
import Records
import Schema

/// What one step reports.
struct StepReport: Sendable {
  var step: Int
  var beta: Double
  var learningRate: Double
  var groundTruthProbability: Double
  /// Reconstruction + beta * KL per latent dimension.
  var loss: Double
  /// Weighted average of the reconstruction losses.
  var reconstruction: Double
  /// KL divergence in nats per example.
  var divergence: Double
  /// Bits per character of the strings, their ends counted as characters.
  var bitsPerCharacter: Double
  var gradientNorm: Double
  /// Mean unweighted loss of each of the model's components.
  var components: [Double]
}

/// A model in training: parameters, optimizer, moving averages, generators and the data position.
///
/// A step is a function of this state alone; it does not depend on the number of threads.
final class TrainingRun {
  let preset: Preset
  let model: RecordModel
  let table: EncodedTable
  let pool: ThreadPool
  let parameters: ParameterVector<Float>
  let adam: Adam<Float>
  /// Noise and sampling decisions, one generator for each logical worker; the workers take turns, a
  /// step each.
  let workers: [RandomGenerator]
  var whitenings: [Whitening]
  var latents: LatentMoments
  /// Steps done.
  var step = 0

  private let pieces: [Piece<Float>]
  private let gradients: [ParameterVector<Float>]
  private var epoch = -1
  private var order: [Int32] = []
  private var latentBatch: [Float] = []
  private var scalarBatches: [[Double]]

  init(preset: Preset, description: ModelDescription, table: EncodedTable, threads: Int) {
    self.preset = preset
    self.table = table
    pool = ThreadPool(threads: threads)
    let model = RecordModel(description, skewInDenominator: preset.skewInDenominator)
    self.model = model
    let parameters = ParameterVector<Float>(count: model.layout.count)
    self.parameters = parameters
    let seed = UInt64(preset.seed)
    parameters.initialize(model.layout, random: RandomGenerator(seed: seed, stream: 0))
    workers = (0..<preset.workers).map { RandomGenerator(seed: seed, stream: 1 + UInt64($0)) }
    adam = Adam(count: model.layout.count, configuration: preset.adam)
    whitenings = model.scalarTuples.map { Whitening(count: $0.module.leaves.count) }
    latents = LatentMoments(
      width: description.widths.embedding, decay: preset.latentDecay)
    pieces = (0..<preset.pieces).map { _ in
      Piece(
        parameters: parameters, table: table, components: model.components.components.count,
        encodings: model.encodingCount)
    }
    gradients = pieces.map(\.gradient)
    scalarBatches = model.scalarTuples.map {
      Array(repeating: 0, count: preset.batchSize * $0.module.leaves.count)
    }
  }

  /// The training row at place `index` of the endless sequence of shuffled epochs; epoch e is a
  /// function of the seed and e alone.
  private func row(at index: Int) -> Int32 {
    let (epoch, place) = index.quotientAndRemainder(dividingBy: table.count)
    if epoch != self.epoch {
      if order.count != table.count {
        order = (0..<table.count).map { Int32($0) }
      } else {
        for i in order.indices { order[i] = Int32(i) }
      }
      RandomGenerator(seed: UInt64(preset.seed), stream: 1 << 32 + UInt64(epoch))
        .shuffle(&order)
      self.epoch = epoch
    }
    return order[place]
  }

  /// Bytes that the pieces' tapes hold.
  var tapeCapacity: Int { pieces.reduce(0) { $0 + $1.tape.capacity } }

  /// Floating-point operations of the last step's matrix products.
  var floatingPointOperations: Double {
    pieces.reduce(0) { $0 + $1.tape.floatingPointOperations }
  }

  /// Fills the pieces with the next batch and its random draws.
  private func prepare(_ settings: StepSettings) {
    let batchSize = settings.batchSize
    var next = step * batchSize
    let random = workers[step % workers.count]
    let latentWidth = model.description.widths.embedding
    for (index, piece) in pieces.enumerated() {
      let count = batchSize * (index + 1) / pieces.count - batchSize * index / pieces.count
      piece.settings = settings
      piece.rows.removeAll(keepingCapacity: true)
      for _ in 0..<count {
        piece.rows.append(row(at: next))
        next += 1
      }
      piece.noise.removeAll(keepingCapacity: true)
      for _ in 0..<count * latentWidth { piece.noise.append(Float(random.normal())) }
      piece.uniforms.removeAll(keepingCapacity: true)
      for _ in 0..<count * model.feedbackCount { piece.uniforms.append(random.uniform()) }
    }
    for (index, scalarTuple) in model.scalarTuples.enumerated() {
      let module = scalarTuple.module
      scalarBatches[index].withUnsafeMutableBufferPointer { batch in
        var position = 0
        for piece in pieces {
          for row in piece.rows {
            module.copyValues(
              of: Int(row), in: table, whitenings[index],
              to: batch.baseAddress! + position * module.leaves.count)
            position += 1
          }
        }
      }
      whitenings[index].update(scalarBatches[index])
    }
    for piece in pieces { piece.whitenings = whitenings }
  }

  /// Beta and the sampling scheme as of `step`, for a batch of so many rows.
  func settings(batchSize: Int) -> StepSettings {
    StepSettings(
      batchSize: batchSize, beta: preset.beta.value(at: step, of: preset.steps),
      groundTruthProbability: preset.tupleGroundTruth.value(at: step, of: preset.steps))
  }

  /// Takes one step.
  func advance() -> StepReport {
    let settings = settings(batchSize: preset.batchSize)
    prepare(settings)
    let work = Unchecked((model, pieces))
    pool.run(pieces: pieces.count) { index in
      let (model, pieces) = work.value
      model.forward(pieces[index])
      pieces[index].tape.backward()
    }
    let rate = preset.learningRate.value(at: step, of: preset.steps)
    let norm = adam.update(parameters, gradients: gradients, rate: rate, pool: pool)
    latentBatch.removeAll(keepingCapacity: true)
    for piece in pieces {
      let sampled = piece.latents!
      latentBatch.append(
        contentsOf: UnsafeBufferPointer(start: sampled.values, count: sampled.count))
    }
    latents.update(latentBatch, rows: preset.batchSize)
    step += 1
    return report(settings, rate: rate, norm: norm)
  }

  private func report(_ settings: StepSettings, rate: Double, norm: Double) -> StepReport {
    let batchSize = Double(settings.batchSize)
    let reconstruction = pieces.reduce(0) { $0 + $1.reconstruction }
    let divergence = pieces.reduce(0) { $0 + $1.divergence } / batchSize
    let nats = pieces.reduce(0) { $0 + $1.characterNats }
    let characters = pieces.reduce(0) { $0 + $1.characters }
    return StepReport(
      step: step, beta: settings.beta, learningRate: rate,
      groundTruthProbability: settings.groundTruthProbability,
      loss: reconstruction
        + settings.beta * divergence / Double(model.description.widths.embedding),
      reconstruction: reconstruction, divergence: divergence,
      bitsPerCharacter: characters == 0 ? 0 : nats / Double(characters) / log(2),
      gradientNorm: norm,
      components: model.components.components.indices.map { component in
        pieces.reduce(0) { $0 + $1.losses[component] } / batchSize
      })
  }
}
