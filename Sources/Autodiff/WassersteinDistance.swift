/// The Gaussian that a batch of vectors is closest to: its mean and its covariance, divided by the
/// number of vectors.
public struct GaussianMoments: Hashable, Sendable {
  /// The mean `[width]`.
  public let mean: [Double]
  /// The covariance `[width, width]`.
  public let covariance: [Double]

  /// Creates moments.
  ///
  /// - Parameters:
  ///   - mean: `[width]`.
  ///   - covariance: `[width, width]`.
  public init(mean: [Double], covariance: [Double]) {
    precondition(covariance.count == mean.count * mean.count)
    self.mean = mean
    self.covariance = covariance
  }

  /// Computes the moments of vectors from their sums.
  ///
  /// - Parameters:
  ///   - sums: `[width + width * width]` the sums of the vectors and of their outer products.
  ///   - width: of a vector.
  ///   - count: number of vectors.
  public init(sums: [Double], width: Int, count: Int) {
    precondition(sums.count == width + width * width && count > 0)
    let mean = sums.prefix(width).map { $0 / Double(count) }
    self.init(
      mean: mean,
      covariance: (0..<width * width).map {
        sums[width + $0] / Double(count) - mean[$0 / width] * mean[$0 % width]
      })
  }

  /// Adds the vectors' share of `sums [width + width * width]`.
  public static func addSums<S: Scalar>(
    of vectors: Tensor<S>, to sums: UnsafeMutableBufferPointer<Double>
  ) {
    let width = vectors.columns
    let values = (0..<vectors.count).map { Double(vectors.values[$0]) }
    for i in values.indices { sums[i % width] += values[i] }
    guard vectors.rows > 0 else { return }
    // sums (width, width) += x^T (width, rows) @ x (rows, width)
    Double.multiply(
      transposeA: true, transposeB: false, m: width, n: width, k: vectors.rows, alpha: 1,
      a: values, lda: width, b: values, ldb: width, beta: 1, c: sums.baseAddress! + width,
      ldc: width)
  }
}

/// The squared W_2 Wasserstein distance of a Gaussian to the unit Gaussian (paper, App. I),
/// `|m|^2 + |(covariance + epsilon I)^(1/2) - I|^2`, and its gradient.
public struct WassersteinDistance: Hashable, Sendable {
  /// Added to the covariance's diagonal, so that directions without variance have a gradient.
  public static let epsilon = 1e-6

  /// The distance.
  public let value: Double
  /// Its gradient with respect to the mean, `[width]`.
  public let meanGradient: [Double]
  /// Its gradient with respect to the covariance, `[width, width]`, symmetric.
  public let covarianceGradient: [Double]

  /// Computes the distance of a Gaussian with these moments.
  public init(_ moments: GaussianMoments) {
    let n = moments.mean.count
    var regularized = moments.covariance
    for i in 0..<n { regularized[i * (n + 1)] += Self.epsilon }
    let root = LinearAlgebra.squareRoot(regularized, n: n)
    var difference = root.matrix
    for i in 0..<n { difference[i * (n + 1)] -= 1 }
    value =
      moments.mean.reduce(0) { $0 + $1 * $1 } + difference.reduce(0) { $0 + $1 * $1 }
    meanGradient = moments.mean.map { 2 * $0 }
    covarianceGradient = root.matrixGradient(difference.map { 2 * $0 })
  }
}

private struct MomentLoss<S: Scalar>: Operation {
  let vectors: Tensor<S>
  /// `[width]` added to every row's gradient.
  let offset: UnsafePointer<S>
  /// `[width, width]`
  let factor: UnsafePointer<S>

  func backward() {
    let (rows, width) = (vectors.rows, vectors.columns)
    guard rows > 0 else { return }
    // dx (rows, width) += offset + x (rows, width) @ factor (width, width)
    for row in 0..<rows { S.add(offset, to: vectors.gradient + row * width, count: width) }
    S.multiply(
      transposeA: false, transposeB: false, m: rows, n: width, k: width, alpha: 1,
      a: vectors.values, lda: width, b: factor, ldb: width, beta: 1, c: vectors.gradient,
      ldc: width)
  }
}

extension Tape {
  /// Adds `weight * distance` to the total loss, a function of the moments of a batch that
  /// `vectors [rows, width]` are part of.
  ///
  /// - Parameters:
  ///   - vectors: `[rows, width]`.
  ///   - moments: those of the whole batch.
  ///   - distance: `WassersteinDistance(moments)`.
  ///   - count: vectors of the whole batch.
  ///   - weight: of the distance.
  public func addWassersteinDistance(
    _ vectors: Tensor<S>, moments: GaussianMoments, distance: WassersteinDistance, count: Int,
    weight: Double
  ) {
    let width = vectors.columns
    let scale = weight / Double(count)
    // d/dx = (meanGradient + 2 (x - mean) @ covarianceGradient) / count
    let factor = scratch(S.self, count: width * width)
    let offset = scratch(S.self, count: width)
    for i in 0..<width * width { factor[i] = S(2 * scale * distance.covarianceGradient[i]) }
    for j in 0..<width {
      var sum = distance.meanGradient[j]
      for i in 0..<width {
        sum -= 2 * moments.mean[i] * distance.covarianceGradient[i * width + j]
      }
      offset[j] = S(scale * sum)
    }
    record(MomentLoss(vectors: vectors, offset: offset, factor: factor))
  }
}
