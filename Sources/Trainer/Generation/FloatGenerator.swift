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
    inBatches(count: count, seed: seed, stream: 1 << 40, pool: pool) { batch, _ in
      let width = latents.width
      let latent = batch.tape.tensor(rows: batch.records.count, columns: width)
      var normal = Array(repeating: 0.0, count: width)
      for row in batch.records.indices {
        for i in 0..<width { normal[i] = batch.random.normal() }
        for i in 0..<width {
          var value = latents.mean[i]
          for j in 0...i { value += factor[i * width + j] * normal[j] }
          latent.values[row * width + i] = Float(value)
        }
      }
      return latent
    }
  }

  /// Encodes records and decodes their mean vectors by sampling: `g(mu(x))` (paper, App. E).
  func reconstruct(_ records: [Record], seed: UInt64, pool: ThreadPool) -> [Record] {
    let table = EncodedTable(
      records, schema: model.description.schema,
      alphabet: Alphabet(model.description.alphabet.compactMap(Unicode.Scalar.init)))
    return inBatches(count: records.count, seed: seed, stream: 1 << 41, pool: pool) { batch, rows in
      let piece = Piece<Float>(
        parameters: parameters, table: table, components: model.components.components.count,
        encodings: model.encodingCount, tape: batch.tape)
      piece.rows = rows.map { Int32($0) }
      piece.whitenings = whitenings
      return model.encode(piece)
    }
  }

  /// Makes records in batches of 256, each with a generator of its own, from the latent vectors
  /// that `latent` gives for a batch and its rows.
  private func inBatches(
    count: Int, seed: UInt64, stream: UInt64, pool: ThreadPool,
    _ latent: (GeneratedBatch<Float>, Range<Int>) -> Tensor<Float>
  ) -> [Record] {
    let batchSize = 256
    let batches = (count + batchSize - 1) / batchSize
    let unused = ParameterVector<Float>(count: parameters.count)
    let view = ParameterView(parameters, gradient: unused)
    let results = BatchResults(count: batches)
    withoutActuallyEscaping(latent) { latent in
      let work = Unchecked((self, view, results, latent))
      pool.run(pieces: batches) { index in
        let (generator, view, results, latent) = work.value
        let rows = index * batchSize..<min(count, (index + 1) * batchSize)
        let batch = GeneratedBatch<Float>(
          tape: Tape(), view: view, model: generator.model.description,
          whitenings: generator.whitenings,
          random: RandomGenerator(seed: seed, stream: stream + UInt64(index)), count: rows.count)
        generator.model.root.generate(
          batch, embedding: latent(batch, rows), rows: Array(0..<rows.count))
        results.records[index] = batch.records
      }
    }
    return withExtendedLifetime(unused) { results.records.flatMap { $0 } }
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
