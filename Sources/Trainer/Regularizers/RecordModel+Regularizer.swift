import Autodiff
import FloatModel

extension RecordModel {
  /// Computes the losses of a piece that is the whole batch and leaves them in it, ready for
  /// `piece.tape.backward()`.
  func forward<S: Scalar>(
    _ piece: Piece<S>, _ regularizer: any LatentRegularizer = DivergenceRegularizer()
  ) {
    sampleLatents(piece)
    addLosses(
      piece, regularizer,
      statistics: regularizer.statistics(of: [piece], width: description.widths.embedding))
  }

  /// Adds the losses of decoding the sampled latent vectors and those on the vectors themselves.
  ///
  /// - Parameter statistics: the regularizer's, of the whole batch.
  func addLosses<S: Scalar>(
    _ piece: Piece<S>, _ regularizer: any LatentRegularizer, statistics: LatentStatistics
  ) {
    addReconstructionLosses(piece)
    regularizer.addLoss(piece, statistics: statistics)
  }
}
