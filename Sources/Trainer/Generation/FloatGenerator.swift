import Autodiff
import Checkpoint
import Foundation
import Records
import Schema

/// Generates records from a checkpoint in floating point: the reference that the fixed-point
/// generator is measured against.
struct FloatGenerator {
  let model: RecordModel
  let parameters: ParameterVector<Float>
  let whitenings: [Whitening]
  let latents: LatentMoments
  /// Lower-triangular factor of the latents' covariance `[latent, latent]`.
  let factor: [Double]

  /// A generator of the given state; it sees later changes of `parameters`.
  ///
  /// - Returns: nil if the latents' covariance is not positive definite.
  init?(
    model: RecordModel, parameters: ParameterVector<Float>, whitenings: [Whitening],
    latents: LatentMoments
  ) {
    guard let factor = latents.factor() else { return nil }
    self.model = model
    self.parameters = parameters
    self.whitenings = whitenings
    self.latents = latents
    self.factor = factor
  }

  init(_ checkpoint: Checkpoint, path: String) throws {
    let metadata = try RunMetadata.decode(checkpoint, path: path)
    let model = RecordModel(metadata.model, options: metadata.preset.methodOptions)
    var reader = TensorReader(checkpoint, path: path)
    // Before memory is taken for what the metadata say.
    try reader.checkShapes(model)
    let parameters = ParameterVector<Float>(count: model.layout.count)
    var whitenings: [Whitening] = []
    var latents = LatentMoments(
      width: metadata.model.widths.embedding, decay: metadata.preset.latentDecay)
    try reader.readModel(model, into: parameters, &whitenings, &latents)
    guard
      let generator = FloatGenerator(
        model: model, parameters: parameters, whitenings: whitenings, latents: latents)
    else {
      throw CheckpointError.malformed(
        path: path, field: "latent/covariance: it is not positive definite")
    }
    self = generator
  }

  /// Where latent vectors come from.
  private enum LatentSource {
    /// N(mean, covariance) of the training data's sampled latent vectors (paper, 2.4).
    case prior
    /// The mean vectors of a table's rows.
    case means(EncodedTable)
    /// `[count, latent]`
    case given([Float])
  }

  /// Draws `count` rows: latent vectors from N(mean, covariance) (paper, 2.4), values from the
  /// decoder. A function of seed, stream and count alone.
  func generate(
    count: Int, seed: UInt64, stream: UInt64 = RandomStreams.generation.first,
    pool: ThreadPool
  ) -> GeneratedRows {
    decode(.prior, count: count, seed: seed, stream: stream, pool: pool)
  }

  /// Encodes rows and decodes their mean vectors by sampling: `g(mu(x))` (paper, App. E).
  func reconstruct(
    _ rows: GeneratedRows, seed: UInt64, stream: UInt64 = RandomStreams.reconstruction.first,
    pool: ThreadPool
  ) -> GeneratedRows {
    decode(
      .means(encoded(rows)), count: rows.records.count, seed: seed, stream: stream, pool: pool)
  }

  /// Decodes latent vectors `[rows, latent]`, by sampling or by taking what is likeliest.
  func decode(
    _ latents: [Float], isGreedy: Bool, seed: UInt64, stream: UInt64, pool: ThreadPool
  ) -> GeneratedRows {
    decode(
      .given(latents), isGreedy: isGreedy, count: latents.count / self.latents.width, seed: seed,
      stream: stream, pool: pool)
  }

  /// The rows as the model reads them.
  func encoded(_ rows: GeneratedRows) -> EncodedTable {
    EncodedTable(rows, description: model.description)
  }

  /// Rows that are decoded in lockstep, with a random generator of their own.
  static let batchSize = 256

  private func decode(
    _ source: LatentSource, isGreedy: Bool = false, count: Int, seed: UInt64, stream: UInt64,
    pool: ThreadPool
  ) -> GeneratedRows {
    let batchSize = Self.batchSize
    let batches = (count + batchSize - 1) / batchSize
    let unused = ParameterVector<Float>(count: parameters.count)
    let results = ResultSlots(count: batches, GeneratedRows([]))
    let work = Unchecked(
      (
        generator: self, view: ParameterView(parameters, gradient: unused), results: results,
        source: source
      ))
    pool.run(pieces: batches) { index in
      let rows = index * batchSize..<min(count, (index + 1) * batchSize)
      let random = RandomGenerator(seed: seed, stream: stream + UInt64(index))
      work.value.results.values[index] = work.value.generator.decodeBatch(
        work.value.source, isGreedy: isGreedy, rows: rows, view: work.value.view, random: random)
    }
    return withExtendedLifetime(unused) {
      GeneratedRows(
        records: results.values.flatMap { $0.records }, texts: results.values.flatMap { $0.texts })
    }
  }

  private func decodeBatch(
    _ source: LatentSource, isGreedy: Bool, rows: Range<Int>, view: ParameterView<Float>,
    random: RandomGenerator
  ) -> GeneratedRows {
    let batch = GeneratedBatch<Float>(
      tape: Tape(), view: view, model: model.description, whitenings: whitenings, random: random,
      isGreedy: isGreedy, count: rows.count)
    let latent: Tensor<Float>
    switch source {
    case .prior: latent = drawLatents(batch)
    case .means(let table):
      let piece = Piece<Float>(
        parameters: parameters, table: table, components: model.components.components.count,
        encodings: model.encodingCount, tape: batch.tape)
      piece.rows = rows.map { Int32($0) }
      piece.whitenings = whitenings
      latent = model.encode(piece)
    case .given(let values):
      let width = latents.width
      latent = batch.tape.tensor(rows: rows.count, columns: width)
      for i in 0..<latent.count { latent.values[i] = values[rows.lowerBound * width + i] }
    }
    _ = model.root.generate(batch, embedding: latent, rows: Array(0..<rows.count))
    return GeneratedRows(records: batch.records, texts: batch.texts)
  }

  private func drawLatents(_ batch: GeneratedBatch<Float>) -> Tensor<Float> {
    let latent = batch.tape.tensor(rows: batch.records.count, columns: latents.width)
    let vectors = latents.draw(batch.records.count, factor: factor, random: batch.random)
    for i in vectors.indices { latent.values[i] = vectors[i] }
    return latent
  }
}

extension RunMetadata {
  static func decode(_ checkpoint: Checkpoint, path: String) throws -> RunMetadata {
    struct Other: Decodable {
      var model: ModelDescription
      var resume: Resume?
    }
    let metadata: RunMetadata
    do {
      let other = try JSONDecoder().decode(Other.self, from: Data(checkpoint.metadata))
      metadata = RunMetadata(
        model: other.model, preset: try Preset.load(metadata: checkpoint.metadata, path: path),
        resume: other.resume)
    } catch {
      throw CheckpointError.malformed(
        path: path, field: "metadata: it is not JSON of the expected form")
    }
    do {
      try metadata.model.check()
    } catch {
      throw CheckpointError.malformed(path: path, field: "metadata: \(error.reason)")
    }
    return metadata
  }
}
