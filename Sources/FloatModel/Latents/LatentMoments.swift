import Autodiff

/// Moving mean and covariance of the sampled latent vectors, from which generation draws
/// (paper, 2.4).
package struct LatentMoments: Sendable {
  /// Number of latent dimensions.
  package let width: Int
  /// Decay of the moving averages.
  package let decay: Double
  /// `[width]`: the moving mean.
  package var mean: [Double]
  /// `[width, width]`: the moving covariance.
  package var covariance: [Double]
  /// Number of batches seen; the average is plain until it has seen 1/(1-decay).
  package var batches = 0
  private var centered: [Double] = []
  private var batchMean: [Double]

  /// Creates moments of no batches.
  ///
  /// - Parameters:
  ///   - width: number of latent dimensions.
  ///   - decay: of the moving averages; a model that is not trained needs none.
  package init(width: Int, decay: Double = 0) {
    self.width = width
    self.decay = decay
    mean = Array(repeating: 0, count: width)
    batchMean = mean
    covariance = (0..<width * width).map { $0 % (width + 1) == 0 ? 1 : 0 }
  }

  /// Takes in a batch.
  ///
  /// - Parameters:
  ///   - latents: `[rows, width]`.
  ///   - rows: number of rows.
  package mutating func update(_ latents: [Float], rows: Int) {
    let kept = min(decay, Double(batches) / Double(batches + 1))
    let taken = 1 - kept
    for i in 0..<width { batchMean[i] = 0 }
    for row in 0..<rows {
      for i in 0..<width { batchMean[i] += Double(latents[row * width + i]) }
    }
    for i in 0..<width { batchMean[i] /= Double(rows) }
    if centered.count != rows * width { centered = Array(repeating: 0, count: rows * width) }
    for row in 0..<rows {
      for i in 0..<width {
        centered[row * width + i] = Double(latents[row * width + i]) - batchMean[i]
      }
    }
    // covariance = kept * covariance + taken * centered^T @ centered / rows
    centered.withUnsafeBufferPointer { centered in
      covariance.withUnsafeMutableBufferPointer { covariance in
        Double.multiply(
          transposeA: true, transposeB: false, m: width, n: width, k: rows,
          alpha: taken / Double(rows), a: centered.baseAddress!, lda: width,
          b: centered.baseAddress!, ldb: width, beta: kept, c: covariance.baseAddress!,
          ldc: width)
      }
    }
    for i in 0..<width { mean[i] = kept * mean[i] + taken * batchMean[i] }
    batches += 1
  }

  /// What is added to the covariance's diagonal until it can be factored, times the diagonal's
  /// mean: a moving average over few batches may be semi-definite.
  private static let jitters = [0, 1e-10, 1e-8, 1e-6]

  /// Computes the lower-triangular factor `[width, width]` of the covariance; nil if it is not
  /// positive semi-definite.
  package func factor() -> [Double]? {
    if covariance.allSatisfy({ $0 == 0 }) { return covariance }
    let scale = (0..<width).reduce(0) { $0 + covariance[$1 * (width + 1)] } / Double(width)
    guard scale.isFinite else { return nil }
    for jitter in Self.jitters {
      var regularized = covariance
      for i in 0..<width { regularized[i * (width + 1)] += jitter * scale }
      let factor = LinearAlgebra.cholesky(regularized, n: width)
      if let factor, factor.allSatisfy(\.isFinite) { return factor }
    }
    return nil
  }

  /// Draws `[count, width]` numbers from N(mean, covariance).
  package func draw(_ count: Int, random: RandomGenerator) -> [Float] {
    // Without a factor the run has diverged, as its loss shows; then these are the mean.
    draw(
      count, factor: factor() ?? Array(repeating: 0, count: width * width), random: random)
  }

  /// Draws `[count, width]` numbers from N(mean, factor factor^T).
  package func draw(_ count: Int, factor: [Double], random: RandomGenerator) -> [Float] {
    var normal = Array(repeating: 0.0, count: width)
    var vectors: [Float] = []
    vectors.reserveCapacity(count * width)
    for _ in 0..<count {
      for i in 0..<width { normal[i] = random.normal() }
      for i in 0..<width {
        var value = mean[i]
        for j in 0...i { value += factor[i * width + j] * normal[j] }
        vectors.append(Float(value))
      }
    }
    return vectors
  }
}
