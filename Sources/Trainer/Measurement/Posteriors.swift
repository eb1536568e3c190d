import Autodiff
import FloatModel
import Records

/// What the encoder makes of some rows: `q(z | x) = N(mean, deviation^2)`, of a multiscale VAE that
/// of the lowest beta.
struct Posteriors: Sendable {
  let width: Int
  /// `[rows, width]`
  var means: [Float] = []
  /// `[rows, width]`; empty if the encoder is deterministic.
  var deviations: [Float] = []

  var count: Int { means.count / width }

  /// Returns the mean vector of a row, `[width]`.
  func mean(_ row: Int) -> ArraySlice<Float> { means[row * width..<(row + 1) * width] }

  /// KL(q(z | x) || N(0, 1)) of each latent dimension in nats, averaged over the rows.
  /// Empty if the encoder is deterministic.
  var divergences: [Double] {
    guard !deviations.isEmpty else { return [] }
    return average { index in
      let (mean, deviation) = (Double(means[index]), Double(deviations[index]))
      return (mean * mean + deviation * deviation - 1) / 2 - Double.logarithm(deviation)
    }
  }

  /// Variance of each dimension's mean over the rows.
  var meanVariances: [Double] {
    let centre = average { Double(means[$0]) }
    return average { index in
      let distance = Double(means[index]) - centre[index % width]
      return distance * distance
    }
  }

  /// Dimensions whose mean varies over the rows by more than 0.01 (Burda et al. 2015).
  var activeUnits: Int { meanVariances.count { $0 > 0.01 } }

  private func average(_ value: (Int) -> Double) -> [Double] {
    var sums = Array(repeating: 0.0, count: width)
    for index in means.indices { sums[index % width] += value(index) }
    return sums.map { $0 / Double(count) }
  }
}

extension FloatGenerator<Float> {
  /// Encodes records.
  func posteriors(of records: [Record], pool: ThreadPool) -> Posteriors {
    let table = encoded(GeneratedRows(records))
    let batchSize = Self.batchSize
    let batches = stride(from: 0, to: records.count, by: batchSize).map { start in
      let piece = newPiece(table)
      piece.rows = (start..<min(records.count, start + batchSize)).map { Int32($0) }
      return piece
    }
    let results = ResultSlots(count: batches.count, Posteriors(width: latents.width))
    let work = Unchecked((model: model, pieces: batches, results: results))
    pool.run(pieces: batches.count) { index in
      let (model, piece) = (work.value.model, work.value.pieces[index])
      let mean = model.encode(piece)
      work.value.results.values[index].means = Array(
        UnsafeBufferPointer(start: mean.values, count: mean.count))
      guard let deviation = model.deviation.deviation(piece, mean: mean) else { return }
      work.value.results.values[index].deviations = Array(
        UnsafeBufferPointer(start: deviation.values, count: deviation.count))
    }
    var all = Posteriors(width: latents.width)
    for result in results.values {
      all.means += result.means
      all.deviations += result.deviations
    }
    return all
  }

  /// Returns a piece of rows of `table`, to be encoded or scored with the standard deviations of
  /// the lowest beta.
  func newPiece(_ table: EncodedTable) -> Piece<Float> {
    let piece = Piece<Float>(
      parameters: parameters, table: table, components: model.components.components.count,
      encodings: model.encodingCount)
    piece.whitenings = whitenings
    piece.settings.scales[0].share = model.description.method.lowestShare
    return piece
  }
}
