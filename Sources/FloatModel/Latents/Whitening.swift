import Autodiff

/// Moving mean and covariance of a ScalarTuple's inputs, and the PCA whitening that follows from
/// them (paper, App. B.2, Eqs. 6 and 7).
package struct Whitening: Sendable, Hashable {
  /// Decay of the moving averages. Until it has seen 1/(1-decay) batches the average is the plain
  /// mean of what was seen, so that it never starts from nowhere.
  package static let decay = 0.999
  /// Added to the covariance's diagonal.
  package static let epsilon = 1e-5

  /// Number of values.
  package let count: Int
  /// `[count]`: the moving mean.
  package private(set) var mean: [Double]
  /// `[count, count]`: the moving covariance.
  package private(set) var covariance: [Double]
  /// Number of batches seen.
  package private(set) var batches: Int
  /// `[count, count]` `U D^(-1/2)`: `whitened = (x - mean) @ whitening`.
  package private(set) var whitening: [Double] = []
  /// `[count, count]` `D^(1/2) U^T`: `x = mean + whitened @ unwhitening`.
  package private(set) var unwhitening: [Double] = []

  /// Creates a whitening of no batches.
  ///
  /// - Parameter count: number of values.
  package init(count: Int) {
    self.init(
      mean: Array(repeating: 0, count: count),
      covariance: (0..<count * count).map { $0 % (count + 1) == 0 ? 1 : 0 }, batches: 0)
  }

  /// Restores saved averages.
  ///
  /// - Parameters:
  ///   - mean: `[count]`.
  ///   - covariance: `[count, count]`.
  ///   - batches: number of batches seen.
  ///   - unwhitening: the saved matrix, whose rows' signs are kept.
  package init(mean: [Double], covariance: [Double], batches: Int, unwhitening: [Double] = []) {
    count = mean.count
    self.mean = mean
    self.covariance = covariance
    self.batches = batches
    decompose(previous: unwhitening)
  }

  /// Creates a whitening of saved matrices as they are, to generate and to encode but not to train
  /// on; nil if the unwhitening has no inverse.
  ///
  /// - Parameters:
  ///   - mean: `[count]`.
  ///   - unwhitening: `[count, count]`.
  package init?(mean: [Double], unwhitening: [Double]) {
    guard let whitening = LinearAlgebra.inverse(unwhitening, n: mean.count) else { return nil }
    count = mean.count
    self.mean = mean
    covariance = []
    batches = 0
    self.whitening = whitening
    self.unwhitening = unwhitening
  }

  /// Takes in a batch `[rows, count]`, row major.
  package mutating func update(_ batch: [Double]) {
    let rows = batch.count / count
    guard rows > 0 else { return }
    var batchMean = Array(repeating: 0.0, count: count)
    for i in batch.indices { batchMean[i % count] += batch[i] / Double(rows) }
    var batchCovariance = Array(repeating: 0.0, count: count * count)
    for row in 0..<rows {
      for i in 0..<count {
        let deviation = batch[row * count + i] - batchMean[i]
        for j in 0..<count {
          batchCovariance[i * count + j] +=
            deviation * (batch[row * count + j] - batchMean[j]) / Double(rows)
        }
      }
    }
    let kept = min(Self.decay, Double(batches) / Double(batches + 1))
    for i in mean.indices { mean[i] = kept * mean[i] + (1 - kept) * batchMean[i] }
    for i in covariance.indices {
      covariance[i] = kept * covariance[i] + (1 - kept) * batchCovariance[i]
    }
    batches += 1
    decompose(previous: unwhitening)
  }

  /// Whitens one row (Eq. 7).
  ///
  /// - Parameter x: `[count]`.
  /// - Returns: `[count]`.
  package func whitened(_ x: [Double]) -> [Double] {
    (0..<count).map { j in
      (0..<count).reduce(0) { $0 + (x[$1] - mean[$1]) * whitening[$1 * count + j] }
    }
  }

  /// Inverts `whitened`.
  ///
  /// - Parameter y: `[count]`.
  /// - Returns: `[count]`.
  package func unwhitened(_ y: [Double]) -> [Double] {
    (0..<count).map { j in
      (0..<count).reduce(mean[j]) { $0 + y[$1] * unwhitening[$1 * count + j] }
    }
  }

  /// Computes the matrices from the covariance.
  ///
  /// - Parameter previous: an earlier `unwhitening`, or empty.
  private mutating func decompose(previous: [Double]) {
    var regularized = covariance
    for i in 0..<count { regularized[i * (count + 1)] += Self.epsilon }
    let (values, vectors) = LinearAlgebra.symmetricEigen(regularized, n: count)
    whitening = vectors
    unwhitening = vectors
    for i in 0..<count {
      // An eigenvector's sign is free: keep the one that continues the last batch's.
      var along = 0.0
      if !previous.isEmpty {
        for k in 0..<count { along += previous[i * count + k] * vectors[k * count + i] }
      }
      let sign = along < 0 ? -1.0 : 1.0
      let deviation = max(values[i], Self.epsilon).squareRoot()
      for k in 0..<count {
        whitening[k * count + i] = sign * vectors[k * count + i] / deviation
        unwhitening[i * count + k] = sign * vectors[k * count + i] * deviation
      }
    }
  }
}
