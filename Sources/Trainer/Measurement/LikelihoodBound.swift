import Autodiff
import FloatModel
import Foundation
import Records

/// A lower bound on the log-likelihood of rows under the generator, by importance weighting (Burda
/// et al. 2015):
///
///     log p(x) >= log 1/K sum over k of p(x | z_k) p(z_k) / q(z_k | x),   z_k ~ q(z | x)
///
/// in expectation, tighter with every sample more and exact in the limit. `p(z)` is the Gaussian
/// that generation draws from, N(mean, covariance) of the training data's latent vectors;
/// `q(z | x)` is the encoder's, of a multiscale VAE that of the lowest beta; `p(x | z)` is the
/// decoder's with its own embeddings fed back as when generating: the probabilities of characters,
/// classes and presence, and the density of whitened reals with the variance 1/2 that a squared
/// error stands for. What the reals' units would add is the same for all rows and left out.
struct LikelihoodBound {
  let generator: FloatGenerator<Float>
  /// K.
  let samples: Int

  /// Returns the bound of each record in nats. Record i draws the same noise as every other, so
  /// that differences between alike records are not drowned in it. Not a number if the encoder is
  /// deterministic: there is no q(z | x) then.
  func values(
    of records: [Record], seed: UInt64, stream: UInt64, pool: ThreadPool
  ) -> [Double] {
    let table = generator.encoded(GeneratedRows(records))
    let width = generator.latents.width
    let random = RandomGenerator(seed: seed, stream: stream)
    let noise = (0..<samples * width).map { _ in Float(random.normal()) }
    // Samples of one record stay together; a piece has about as many rows as a training batch.
    let recordsPerPiece = max(1, FloatGenerator<Float>.batchSize / samples)
    let starts = Array(stride(from: 0, to: records.count, by: recordsPerPiece))
    var values = Array(repeating: 0.0, count: records.count)
    values.withUnsafeMutableBufferPointer { values in
      let work = Unchecked((bound: self, table: table, noise: noise, values: values))
      pool.run(pieces: starts.count) { index in
        let work = work.value
        let places = starts[index]..<min(work.table.count, starts[index] + recordsPerPiece)
        let bounds = work.bound.piece(work.table, places, noise: work.noise)
        for (place, bound) in zip(places, bounds) { work.values[place] = bound }
      }
    }
    return values
  }

  /// Returns the bounds of some rows of `table`.
  private func piece(_ table: EncodedTable, _ places: Range<Int>, noise: [Float]) -> [Double] {
    let width = generator.latents.width
    let piece = generator.newPiece(table)
    piece.rows = places.flatMap { Array(repeating: Int32($0), count: samples) }
    piece.keepsRowNats = true
    piece.uniforms = Array(
      repeating: 0.5, count: piece.rows.count * generator.model.feedbackCount)
    // Fed back is what generation feeds back, the data's values standing for the drawn ones.
    let feedsOwn = generator.model.description.options.feedback == .own
    piece.settings.batchSize = piece.rows.count
    piece.settings.groundTruthProbability = feedsOwn ? 0 : 1
    piece.noise = places.flatMap { _ in noise }
    generator.model.forward(piece)
    guard let latents = piece.latents, let deviation = piece.deviation else {
      return places.map { _ in .nan }
    }
    return places.indices.map { place in
      logMeanExponential(
        (0..<samples).map { sample in
          let row = (place - places.lowerBound) * samples + sample
          let range = row * width..<(row + 1) * width
          var logPosterior = -Double(width) * log(2 * Double.pi) / 2
          for i in range {
            let noise = Double(piece.noise[i])
            logPosterior -= noise * noise / 2 + log(Double(deviation.values[i]))
          }
          let latent = range.map { Double(latents.values[$0]) }
          return generator.logPrior(latent) - piece.rowNats[row] - logPosterior
        })
    }
  }
}

extension FloatGenerator<Float> {
  /// Returns the log density of a latent vector `[latent]` under the Gaussian that generation draws
  /// from.
  func logPrior(_ latent: [Double]) -> Double {
    let width = latents.width
    var result = -Double(width) * log(2 * Double.pi) / 2
    var solution = Array(repeating: 0.0, count: width)
    for i in 0..<width {
      var value = latent[i] - latents.mean[i]
      for j in 0..<i { value -= factor[i * width + j] * solution[j] }
      solution[i] = value / factor[i * (width + 1)]
      result -= solution[i] * solution[i] / 2 + log(factor[i * (width + 1)])
    }
    return result
  }
}

/// Computes `log(mean(exp(values)))` without overflow; minus infinity if all are.
func logMeanExponential(_ values: [Double]) -> Double {
  guard let largest = values.max(), largest > -.infinity else { return -.infinity }
  return largest + log(values.reduce(0) { $0 + exp($1 - largest) } / Double(values.count))
}
