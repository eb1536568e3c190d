import Autodiff

/// Moving mean and covariance of the sampled latent vectors, from which generation draws
/// (paper, 2.4).
struct LatentMoments: Sendable {
  let width: Int
  let decay: Double
  /// `[width]`
  var mean: [Double]
  /// `[width, width]`
  var covariance: [Double]
  /// Batches seen; the average is plain until it has seen 1/(1-decay).
  var batches = 0
  private var centered: [Double] = []
  private var batchMean: [Double]

  init(width: Int, decay: Double) {
    self.width = width
    self.decay = decay
    mean = Array(repeating: 0, count: width)
    batchMean = mean
    covariance = (0..<width * width).map { $0 % (width + 1) == 0 ? 1 : 0 }
  }

  /// Takes a batch `[rows, width]`.
  mutating func update(_ latents: [Float], rows: Int) {
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
}
