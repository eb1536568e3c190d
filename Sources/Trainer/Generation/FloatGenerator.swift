import Autodiff
import Checkpoint
import Foundation
import Records
import Schema

/// Generates records from a checkpoint in floating point: the reference that the fixed-point
/// generator is measured against.
struct FloatGenerator {
  let model: RecordModel
  let metadata: RunMetadata
  private let parameters: ParameterVector<Float>
  private let whitenings: [Whitening]
  private let latents: LatentMoments
  /// Lower-triangular factor of the latents' covariance `[latent, latent]`.
  private let factor: [Double]

  /// Added to the latent covariance's diagonal before it is factored.
  static let jitter = 1e-6

  init(_ checkpoint: Checkpoint, path: String) throws {
    metadata = try RunMetadata.decode(checkpoint, path: path)
    model = RecordModel(
      metadata.model, skewInDenominator: metadata.preset.skewInDenominator)
    parameters = ParameterVector(count: model.layout.count)
    var whitenings: [Whitening] = []
    var latents = LatentMoments(
      width: metadata.model.widths.embedding, decay: metadata.preset.latentDecay)
    var reader = TensorReader(checkpoint, path: path)
    try reader.readModel(model, into: parameters, &whitenings, &latents)
    self.whitenings = whitenings
    self.latents = latents
    var covariance = latents.covariance
    for i in 0..<latents.width { covariance[i * (latents.width + 1)] += Self.jitter }
    guard let factor = LinearAlgebra.cholesky(covariance, n: latents.width) else {
      throw CheckpointError.malformed(
        path: path, field: "latent/covariance: it is not positive definite")
    }
    self.factor = factor
  }

  /// Draws `count` records: latent vectors from N(mean, covariance) (paper, 2.4), values from the
  /// decoder. A function of the seed and the count alone.
  func generate(count: Int, seed: UInt64, pool: ThreadPool) -> [Record] {
    let batchSize = 256
    let batches = (count + batchSize - 1) / batchSize
    let unused = ParameterVector<Float>(count: parameters.count)
    let view = Unchecked(ParameterView(parameters, gradient: unused))
    let results = Unchecked(BatchResults(count: batches))
    let generator = Unchecked(self)
    pool.run(pieces: batches) { batch in
      let rows = min(batchSize, count - batch * batchSize)
      results.value.records[batch] = generator.value.generateBatch(
        rows: rows, view: view.value,
        random: RandomGenerator(seed: seed, stream: 1 << 40 + UInt64(batch)))
    }
    return withExtendedLifetime(unused) { results.value.records.flatMap { $0 } }
  }

  private final class BatchResults {
    // Every batch writes its own element.
    let records: UnsafeMutableBufferPointer<[Record]>

    init(count: Int) {
      records = .allocate(capacity: count)
      records.initialize(repeating: [])
    }

    deinit {
      records.deinitialize()
      records.deallocate()
    }
  }

  private func generateBatch(
    rows: Int, view: ParameterView<Float>, random: RandomGenerator
  ) -> [Record] {
    let width = latents.width
    let batch = GeneratedBatch<Float>(
      tape: Tape(), view: view, model: model.description, whitenings: whitenings,
      random: random, count: rows)
    let latent = batch.tape.tensor(rows: rows, columns: width)
    var normal = Array(repeating: 0.0, count: width)
    for row in 0..<rows {
      for i in 0..<width { normal[i] = random.normal() }
      for i in 0..<width {
        var value = latents.mean[i]
        for j in 0...i { value += factor[i * width + j] * normal[j] }
        latent.values[row * width + i] = Float(value)
      }
    }
    model.root.generate(batch, embedding: latent, rows: Array(0..<rows))
    return batch.records
  }
}

extension RunMetadata {
  static func decode(_ checkpoint: Checkpoint, path: String) throws -> RunMetadata {
    do {
      let metadata = try JSONDecoder().decode(RunMetadata.self, from: Data(checkpoint.metadata))
      return metadata
    } catch {
      throw CheckpointError.malformed(path: path, field: "metadata: \(error)")
    }
  }
}
