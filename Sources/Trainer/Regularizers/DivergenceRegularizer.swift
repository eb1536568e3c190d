import Autodiff
import FloatModel

/// Beta times the KL divergence to the unit Gaussian per latent dimension (paper, 2.3).
struct DivergenceRegularizer: LatentRegularizer {
  func addLoss<S: Scalar>(_ piece: Piece<S>, statistics: LatentStatistics) {
    guard let mean = piece.mean, let deviation = piece.deviation else { return }
    let weights = piece.tape.scratch(S.self, count: piece.rows.count)
    for row in piece.rows.indices {
      let weight = piece.latentWeight(row: row)
      weights[row] = S(weight)
      piece.latentLoss += weight * piece.rowDivergences[row]
    }
    piece.tape.addGaussianDivergence(mean: mean, deviation: deviation, rowWeights: weights)
  }
}

/// Gamma times what the KL divergence of an example is above its level's target capacity C, per
/// latent dimension (Eq. 9); or, two-sided, what it is away from it.
struct CapacityRegularizer: LatentRegularizer {
  let isTwoSided: Bool

  func addLoss<S: Scalar>(_ piece: Piece<S>, statistics: LatentStatistics) {
    guard let mean = piece.mean, let deviation = piece.deviation else { return }
    let weights = piece.tape.scratch(S.self, count: piece.rows.count)
    for row in piece.rows.indices {
      let excess = piece.rowDivergences[row] - piece.scale(row: row).capacity
      let slope = excess > 0 ? 1.0 : isTwoSided ? -1 : 0
      let weight = slope * piece.latentWeight(row: row)
      weights[row] = S(weight)
      piece.latentLoss += weight * excess
    }
    piece.tape.addGaussianDivergence(mean: mean, deviation: deviation, rowWeights: weights)
  }
}

/// Beta times the sum over groups of dimensions of `max(minimum, KL of the group)` per latent
/// dimension, the KL divergence being the batch's mean (free bits: Kingma et al. 2016, App. C.8).
struct FreeBitsRegularizer: LatentRegularizer {
  /// Nats that each group has free.
  let minimum: Double
  /// Dimensions of a group.
  let groupSize: Int

  func sumCount(width: Int) -> Int { width }

  func addSums<S: Scalar>(of piece: Piece<S>, to sums: UnsafeMutableBufferPointer<Double>) {
    for i in sums.indices { sums[i] += piece.dimensionDivergences[i] }
  }

  func statistics(sums: [Double], width: Int, count: Int) -> LatentStatistics {
    var weights = [Double](repeating: 0, count: width)
    var loss = 0.0
    for start in stride(from: 0, to: width, by: groupSize) {
      let group = start..<min(width, start + groupSize)
      let divergence = sums[group].reduce(0, +) / Double(count)
      loss += max(minimum, divergence)
      if divergence > minimum { for i in group { weights[i] = 1 } }
    }
    return .dimensions(weights: weights, loss: loss)
  }

  func addLoss<S: Scalar>(_ piece: Piece<S>, statistics: LatentStatistics) {
    guard let mean = piece.mean, let deviation = piece.deviation,
      case .dimensions(let dimensionWeights, let loss) = statistics
    else { return }
    let rowWeights = piece.tape.scratch(S.self, count: piece.rows.count)
    let columnWeights = piece.tape.scratch(S.self, count: mean.columns)
    for i in dimensionWeights.indices { columnWeights[i] = S(dimensionWeights[i]) }
    for row in piece.rows.indices {
      let weight = piece.latentWeight(row: row)
      rowWeights[row] = S(weight)
      piece.latentLoss += weight * loss
    }
    piece.tape.addGaussianDivergence(
      mean: mean, deviation: deviation, rowWeights: rowWeights, columnWeights: columnWeights)
  }
}
