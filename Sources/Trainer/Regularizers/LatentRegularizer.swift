import Autodiff
import FloatModel

/// A loss on latent vectors that keeps them near the prior.
///
/// A step takes each piece's `sums`, adds them up in the order of the pieces, makes the
/// batch's statistics of the total, and asks each piece to add its loss.
protocol LatentRegularizer: Sendable {
  /// Returns how many numbers a piece's `sums` have; 0 if the loss of a row depends on that row
  /// alone.
  func sumCount(width: Int) -> Int

  /// Adds the piece's share of the batch's statistics to `sums`, of `sumCount` numbers.
  func addSums<S: Scalar>(of piece: Piece<S>, to sums: UnsafeMutableBufferPointer<Double>)

  /// Returns what the pieces' losses need to know of the whole batch.
  ///
  /// - Parameters:
  ///   - sums: the pieces' sums, added up.
  ///   - count: rows of the batch.
  func statistics(sums: [Double], width: Int, count: Int) -> LatentStatistics

  /// Records the loss of the piece's rows and counts it in `piece.latentLoss`.
  func addLoss<S: Scalar>(_ piece: Piece<S>, statistics: LatentStatistics)
}

/// What a batch's latent vectors are like, for regularizers that look at them as a whole.
enum LatentStatistics: Sendable {
  case none
  /// Weight of each dimension's KL divergence, and what the loss is without its weight.
  case dimensions(weights: [Double], loss: Double)
  case moments(GaussianMoments, WassersteinDistance)
}

extension LatentRegularizer {
  func sumCount(width: Int) -> Int { 0 }
  func addSums<S: Scalar>(of piece: Piece<S>, to sums: UnsafeMutableBufferPointer<Double>) {}
  func statistics(sums: [Double], width: Int, count: Int) -> LatentStatistics { .none }

  /// Computes the statistics of a batch.
  ///
  /// - Parameter pieceSums: `[pieces, sumCount]`, added up in order.
  func statistics(pieceSums: [Double], width: Int, count: Int) -> LatentStatistics {
    let sumCount = sumCount(width: width)
    guard sumCount > 0 else { return .none }
    var sums = Array(pieceSums.prefix(sumCount))
    for start in stride(from: sumCount, to: pieceSums.count, by: sumCount) {
      for i in 0..<sumCount { sums[i] += pieceSums[start + i] }
    }
    return statistics(sums: sums, width: width, count: count)
  }

  /// Computes the statistics of a batch cut into pieces.
  func statistics<S: Scalar>(of pieces: [Piece<S>], width: Int) -> LatentStatistics {
    let sumCount = sumCount(width: width)
    var sums = [Double](repeating: 0, count: pieces.count * sumCount)
    sums.withUnsafeMutableBufferPointer { sums in
      for (index, piece) in pieces.enumerated() {
        addSums(
          of: piece,
          to: UnsafeMutableBufferPointer(
            rebasing: sums[index * sumCount..<(index + 1) * sumCount]))
      }
    }
    return statistics(
      pieceSums: sums, width: width, count: pieces.reduce(0) { $0 + $1.rows.count })
  }
}

/// No loss on latent vectors.
struct NoRegularizer: LatentRegularizer {
  func addLoss<S: Scalar>(_ piece: Piece<S>, statistics: LatentStatistics) {}
}

extension LatentSettings {
  func makeRegularizer() -> any LatentRegularizer {
    switch regularizer {
    case .divergence: DivergenceRegularizer()
    case .capacity: CapacityRegularizer(isTwoSided: false)
    case .absoluteCapacity: CapacityRegularizer(isTwoSided: true)
    case .freeBits:
      FreeBitsRegularizer(minimum: freeBits.minimum, groupSize: freeBits.groupSize)
    case .adversarial: AdversarialRegularizer()
    case .wasserstein: WassersteinRegularizer()
    case .none: NoRegularizer()
    }
  }
}
