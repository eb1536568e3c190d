import Autodiff
import FloatModel

/// The squared W_2 distance, per latent dimension, of the Gaussian closest to the batch's latent
/// vectors to the unit Gaussian (paper, App. I).
struct WassersteinRegularizer: LatentRegularizer {
  func sumCount(width: Int) -> Int { width + width * width }

  func addSums<S: Scalar>(of piece: Piece<S>, to sums: UnsafeMutableBufferPointer<Double>) {
    guard let latents = piece.latents else { return }
    GaussianMoments.addSums(of: latents, to: sums)
  }

  func statistics(sums: [Double], width: Int, count: Int) -> LatentStatistics {
    let moments = GaussianMoments(sums: sums, width: width, count: count)
    return .moments(moments, WassersteinDistance(moments))
  }

  func addLoss<S: Scalar>(_ piece: Piece<S>, statistics: LatentStatistics) {
    guard let latents = piece.latents, case .moments(let moments, let distance) = statistics
    else { return }
    let batchSize = piece.settings.batchSize
    let weight =
      piece.settings.scales[piece.settings.level].latentWeight / piece.latentDenominator
    piece.latentLoss += weight * distance.value * Double(latents.rows) / Double(batchSize)
    piece.tape.addWassersteinDistance(
      latents, moments: moments, distance: distance, count: batchSize, weight: weight)
  }
}
