import Autodiff
import Checkpoint
import FakeGen
import Records

/// A generator of records in floating point: the reference that the fixed-point generator is
/// measured against.
package struct FloatGenerator<S: Scalar> {
  /// The module tree.
  package let model: RecordModel
  /// Its trained parameters.
  package let parameters: ParameterVector<S>
  /// The whitenings of its ScalarTuples.
  package let whitenings: [Whitening]
  /// The moments that latent vectors are drawn from.
  package let latents: LatentMoments
  /// Lower-triangular factor of the latents' covariance `[latent, latent]`.
  package let factor: [Double]

  /// Creates a generator of the given state; it sees later changes of `parameters`. Nil if the
  /// latents' covariance is not positive semi-definite.
  ///
  /// - Parameters:
  ///   - model: the module tree.
  ///   - parameters: its trained parameters.
  ///   - whitenings: one for each ScalarTuple.
  ///   - latents: the moments that latent vectors are drawn from.
  package init?(
    model: RecordModel, parameters: ParameterVector<S>, whitenings: [Whitening],
    latents: LatentMoments
  ) {
    guard let factor = latents.factor() else { return nil }
    self.model = model
    self.parameters = parameters
    self.whitenings = whitenings
    self.latents = latents
    self.factor = factor
  }

  /// Reads a checkpoint's model.
  ///
  /// - Parameters:
  ///   - checkpoint: the checkpoint.
  ///   - path: names the checkpoint in errors.
  ///   - use: the tensors that must be there; nil for all. Without those of training nothing can be
  ///     encoded.
  /// - Throws: `CheckpointError`, before memory is taken if tensors are missing or misshaped.
  package init(
    _ checkpoint: Checkpoint, path: String, needing use: TensorManifest.Use? = nil
  ) throws(CheckpointError) {
    let description = try ModelDescription(metadataOf: checkpoint, path: path)
    try self.init(checkpoint, of: description, path: path, needing: use)
  }

  /// Reads the tensors of a model that has been described already.
  ///
  /// - Parameters:
  ///   - checkpoint: the checkpoint.
  ///   - description: the model's.
  ///   - path: names the checkpoint in errors.
  ///   - use: the tensors that must be there; nil for all.
  /// - Throws: `CheckpointError`, before memory is taken if tensors are missing or misshaped.
  package init(
    _ checkpoint: Checkpoint, of description: ModelDescription, path: String,
    needing use: TensorManifest.Use? = nil
  ) throws(CheckpointError) {
    let model = RecordModel(description, layingOut: use)
    var reader = TensorReader(checkpoint, path: path)
    try reader.check(model.manifest, use)
    let parameters = ParameterVector<S>(count: model.layout.count)
    try reader.read(model.layout, into: parameters.values)
    var whitenings: [Whitening] = []
    for scalars in model.scalarTuples {
      let count = scalars.leaves.count
      let mean = try reader.doubles(scalars.meanName, shape: [count])
      let unwhitening = try reader.doubles(scalars.unwhiteningName, shape: [count, count])
      guard let whitening = Whitening(mean: mean, unwhitening: unwhitening) else {
        throw .malformed(
          path: path, field: "tensor '\(scalars.unwhiteningName)': it has no inverse")
      }
      whitenings.append(whitening)
    }
    var latents = model.emptyLatents()
    if model.hasLatents { try reader.read(&latents) }
    guard
      let generator = FloatGenerator(
        model: model, parameters: parameters, whitenings: whitenings, latents: latents)
    else {
      throw .malformed(
        path: path,
        field: "tensor '\(RecordModel.latentCovarianceName)': it is not positive semi-definite")
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
    case given([S])
  }

  /// Draws rows: latent vectors from N(mean, covariance) (paper, 2.4), values from the decoder.
  /// They are a function of seed, stream and count alone.
  ///
  /// - Parameters:
  ///   - count: number of rows.
  ///   - seed: of the draws.
  ///   - stream: of the draws.
  ///   - pool: the threads that share the work.
  package func generate(
    count: Int, seed: UInt64, stream: UInt64, pool: ThreadPool
  ) -> GeneratedRows {
    decode(.prior, count: count, seed: seed, stream: stream, pool: pool)
  }

  /// Adds up the probabilities that heads give to their classes over generated rows.
  ///
  /// - Parameters:
  ///   - heads: of the root's elements.
  ///   - count: number of rows.
  ///   - seed: of the draws.
  ///   - stream: of the draws.
  ///   - pool: the threads that share the work.
  package func probabilities(
    of heads: [SoftmaxHead], count: Int, seed: UInt64, stream: UInt64, pool: ThreadPool
  ) -> HeadProbabilities {
    let batches = (count + Self.batchSize - 1) / Self.batchSize
    let slots = ResultSlots(count: batches, HeadProbabilities([]))
    for index in 0..<batches { slots.values[index] = HeadProbabilities(heads) }
    _ = decode(
      .prior, count: count, seed: seed, stream: stream, pool: pool, probabilities: slots)
    let total = HeadProbabilities(heads)
    for index in 0..<batches { total.add(slots.values[index]) }
    return total
  }

  /// Encodes rows and decodes their mean vectors by sampling: `g(mu(x))` (paper, App. E).
  ///
  /// - Parameters:
  ///   - rows: what is encoded.
  ///   - seed: of the draws.
  ///   - stream: of the draws.
  ///   - pool: the threads that share the work.
  package func reconstruct(
    _ rows: GeneratedRows, seed: UInt64, stream: UInt64, pool: ThreadPool
  ) -> GeneratedRows {
    decode(
      .means(encoded(rows)), count: rows.records.count, seed: seed, stream: stream, pool: pool)
  }

  /// Decodes latent vectors.
  ///
  /// - Parameters:
  ///   - latents: `[rows, latent]`.
  ///   - isGreedy: whether to take what is likeliest instead of sampling.
  ///   - seed: of the draws.
  ///   - stream: of the draws.
  ///   - pool: the threads that share the work.
  package func decode(
    _ latents: [S], isGreedy: Bool, seed: UInt64, stream: UInt64, pool: ThreadPool
  ) -> GeneratedRows {
    decode(
      .given(latents), isGreedy: isGreedy, count: latents.count / self.latents.width, seed: seed,
      stream: stream, pool: pool)
  }

  /// Makes rows as `fakegen` does, from its draws.
  ///
  /// - Parameters:
  ///   - rows: their numbers.
  ///   - seed: of their draws.
  ///   - ranges: takes note of the activations' magnitudes, if given.
  package func records(
    _ rows: Range<UInt64>, seed: UInt64, ranges: ActivationRanges? = nil
  ) -> [Record] {
    let (count, width) = (rows.count, latents.width)
    let draws = CounterDraws(seed: seed, first: rows.lowerBound, rows: count)
    let unused = ParameterVector<S>(count: parameters.count)
    return withExtendedLifetime(unused) {
      let batch = GeneratedBatch<S>(
        tape: Tape(), view: ParameterView(parameters, gradient: unused),
        model: model.description, whitenings: whitenings, draws: draws, ranges: ranges,
        first: rows.lowerBound, seed: seed, count: count)
      let latent = batch.tape.tensor(rows: count, columns: width)
      latent.values.update(repeating: 0, count: latent.count)
      for row in 0..<(model.hasLatents ? count : 0) {
        let noise = (0..<width).map { _ in draws.normal(stream: LatentSampler.stream, row: row) }
        for (index, value) in self.latent(noise).enumerated() {
          latent.values[row * width + index] = S(value)
        }
      }
      _ = model.root.generate(batch, embedding: latent, rows: Array(0..<count))
      return model.description.schema.completing(batch.records, first: rows.lowerBound, seed: seed)
    }
  }

  /// Returns the latent vector `[latent]` that standard normal `noise [latent]` stands for.
  package func latent(_ noise: [Double]) -> [Double] {
    let width = latents.width
    return (0..<width).map { row in
      (0...row).reduce(latents.mean[row]) { $0 + factor[row * width + $1] * noise[$1] }
    }
  }

  /// Encodes rows as the model reads them.
  package func encoded(_ rows: GeneratedRows) -> EncodedTable {
    EncodedTable(rows, description: model.description)
  }

  /// Number of rows that are decoded in lockstep, with a random generator of their own.
  package static var batchSize: Int { 256 }

  private func decode(
    _ source: LatentSource, isGreedy: Bool = false, count: Int, seed: UInt64, stream: UInt64,
    pool: ThreadPool, probabilities: ResultSlots<HeadProbabilities>? = nil
  ) -> GeneratedRows {
    let batchSize = Self.batchSize
    let batches = (count + batchSize - 1) / batchSize
    let unused = ParameterVector<S>(count: parameters.count)
    let results = ResultSlots(count: batches, GeneratedRows([]))
    let work = Unchecked(
      (
        generator: self, view: ParameterView(parameters, gradient: unused), results: results,
        source: source, probabilities: probabilities
      ))
    pool.run(pieces: batches) { index in
      let rows = index * batchSize..<min(count, (index + 1) * batchSize)
      let random = RandomGenerator(seed: seed, stream: stream + UInt64(index))
      work.value.results.values[index] = work.value.generator.decodeBatch(
        work.value.source, isGreedy: isGreedy, rows: rows, view: work.value.view, random: random,
        seed: seed, probabilities: work.value.probabilities?.values[index])
    }
    return withExtendedLifetime(unused) {
      GeneratedRows(
        records: results.values.flatMap { $0.records }, texts: results.values.flatMap { $0.texts })
    }
  }

  private func decodeBatch(
    _ source: LatentSource, isGreedy: Bool, rows: Range<Int>, view: ParameterView<S>,
    random: RandomGenerator, seed: UInt64, probabilities: HeadProbabilities?
  ) -> GeneratedRows {
    let batch = GeneratedBatch<S>(
      tape: Tape(), view: view, model: model.description, whitenings: whitenings,
      draws: SequentialDraws(random), isGreedy: isGreedy, probabilities: probabilities,
      first: UInt64(rows.lowerBound), seed: seed, count: rows.count)
    let width = latents.width
    let latent: Tensor<S>
    switch source {
    case .prior:
      latent = batch.tape.tensor(rows: rows.count, columns: width)
      let vectors = latents.draw(rows.count, factor: factor, random: random)
      for i in vectors.indices { latent.values[i] = S(vectors[i]) }
    case .means(let table):
      let piece = Piece<S>(
        parameters: parameters, table: table, components: model.components.components.count,
        encodings: model.encodingCount, tape: batch.tape)
      piece.rows = rows.map { Int32($0) }
      piece.whitenings = whitenings
      latent = model.encode(piece)
    case .given(let values):
      latent = batch.tape.tensor(rows: rows.count, columns: width)
      for i in 0..<latent.count { latent.values[i] = values[rows.lowerBound * width + i] }
    }
    _ = model.root.generate(batch, embedding: latent, rows: Array(0..<rows.count))
    let records = model.description.schema.completing(
      batch.records, first: UInt64(rows.lowerBound), seed: seed)
    return GeneratedRows(records: records, texts: batch.texts)
  }
}

extension RecordModel {
  /// The moments of no latent vectors yet; without a latent vector those of zeros.
  ///
  /// - Parameter decay: of the moving averages.
  package func emptyLatents(decay: Double = 0) -> LatentMoments {
    var latents = LatentMoments(width: latentWidth, decay: decay)
    if !hasLatents { for i in latents.covariance.indices { latents.covariance[i] = 0 } }
    return latents
  }
}

extension TensorReader {
  /// Reads the latent vectors' mean and covariance.
  ///
  /// - Throws: `CheckpointError` if one is missing, has another shape, or is not finite.
  package mutating func read(_ latents: inout LatentMoments) throws(CheckpointError) {
    let width = latents.width
    latents.mean = try doubles(RecordModel.latentMeanName, shape: [width])
    latents.covariance = try doubles(RecordModel.latentCovarianceName, shape: [width, width])
  }
}
