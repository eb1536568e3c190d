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

  /// Added to the covariance's diagonal before it is factored.
  static let jitter = 1e-6

  /// Lower-triangular factor `[width, width]` of the covariance; nil if it is not positive
  /// definite.
  func factor() -> [Double]? {
    var regularized = covariance
    for i in 0..<width { regularized[i * (width + 1)] += Self.jitter }
    return LinearAlgebra.cholesky(regularized, n: width)
  }

  /// `[count, width]` draws from N(mean, covariance).
  func draw(_ count: Int, random: RandomGenerator) -> [Float] {
    // Without a factor the run has diverged, as its loss shows; then these are the mean.
    draw(
      count, factor: factor() ?? Array(repeating: 0, count: width * width), random: random)
  }

  /// `[count, width]` draws from N(mean, factor factor^T).
  func draw(_ count: Int, factor: [Double], random: RandomGenerator) -> [Float] {
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
