import Autodiff
import FloatModel
import Foundation

/// What a training step would report for some rows, without learning from them.
struct BatchLosses: Hashable, Sendable {
  /// Reconstruction + beta * KL per latent dimension.
  var loss: Double
  /// Weighted average of the reconstruction losses.
  var reconstruction: Double
  /// KL divergence in nats per row.
  var divergence: Double
  /// Bits per character of the strings, their ends counted as characters.
  var bitsPerCharacter: Double
}

extension TrainingRun {
  /// Scores rows with the model, whitening, regularizer, beta (the lowest of a multiscale VAE) and
  /// sampling scheme of the moment.
  ///
  /// The noise and sampling decisions come from streams of their own, so that the run's numbers
  /// stay what they are.
  ///
  /// - Parameters:
  ///   - rows: of the table, at most 2^23.
  ///   - stream: the first of 2^16 streams: see `RandomStreams.ScorePart`.
  func losses(of table: EncodedTable, rows: [Int32], stream: UInt64) -> BatchLosses {
    var settings = settings(level: 0, batchSize: rows.count)
    settings.dropout = 0
    let batchSize = FloatGenerator<Float>.batchSize
    let batches = stride(from: 0, to: rows.count, by: batchSize).map { start in
      let piece = Piece<Float>(
        parameters: parameters, table: table, components: model.components.components.count,
        encodings: model.encodingCount)
      piece.settings = settings
      piece.whitenings = whitenings
      piece.rows = Array(rows[start..<min(rows.count, start + batchSize)])
      piece.exampleCount = piece.rows.count
      if let discriminator, preset.latent.regularizer == .adversarial {
        piece.adversary = Adversary(
          discriminator.network, parameters: discriminator.parameters)
      }
      return piece
    }
    let work = Unchecked((model: model, pieces: batches, seed: UInt64(preset.seed)))
    pool.run(pieces: batches.count) { index in
      let (model, piece) = (work.value.model, work.value.pieces[index])
      let random = RandomGenerator(
        seed: work.value.seed, stream: RandomStreams.ScorePart.noise.stream(index, from: stream))
      let latents = piece.rows.count * model.latentWidth
      piece.noise = (0..<latents).map { _ in Float(random.normal()) }
      piece.uniforms = (0..<piece.rows.count * model.feedbackCount).map { _ in random.uniform() }
      piece.random = RandomGenerator(
        seed: work.value.seed,
        stream: RandomStreams.ScorePart.characters.stream(index, from: stream))
      model.sampleLatents(piece)
    }
    // Some regularizers look at the latent vectors of the whole batch.
    let statistics = regularizer.statistics(
      of: batches, width: model.latentWidth)
    let scoring = Unchecked((model: model, pieces: batches, regularizer: regularizer))
    pool.run(pieces: batches.count) { index in
      let (model, pieces, regularizer) = scoring.value
      model.addLosses(pieces[index], regularizer, statistics: statistics)
    }
    let reconstruction = batches.reduce(0) { $0 + $1.reconstruction }
    let divergence = batches.reduce(0) { $0 + $1.divergence } / Double(rows.count)
    let nats = batches.reduce(0) { $0 + $1.characterNats }
    let characters = batches.reduce(0) { $0 + $1.characters }
    return BatchLosses(
      loss: reconstruction + batches.reduce(0) { $0 + $1.latentLoss },
      reconstruction: reconstruction / settings.scales[0].reconstructionWeight,
      divergence: divergence,
      bitsPerCharacter: characters == 0 ? 0 : nats / Double(characters) / log(2))
  }
}
