import Autodiff
import FloatModel

/// The cross-entropy of taking the encoder's latent vectors for the prior's (paper, App. H). The
/// piece's `adversary` is the discriminator, which this loss does not train.
struct AdversarialRegularizer: LatentRegularizer {
  func addLoss<S: Scalar>(_ piece: Piece<S>, statistics: LatentStatistics) {
    guard let latents = piece.latents, let adversary = piece.adversary else { return }
    let logits = adversary.network.logits(latents, piece.tape, adversary.view)
    let targets = piece.tape.scratch(Int32.self, count: latents.rows)
    targets.update(repeating: DiscriminatorNetwork.real, count: latents.rows)
    let weights = piece.tape.scratch(S.self, count: latents.rows)
    for row in 0..<latents.rows {
      weights[row] = S(piece.scale(row: row).latentWeight / Double(piece.settings.batchSize))
    }
    piece.latentLoss += piece.tape.softmaxCrossEntropy(
      logits: logits, targets: targets, weights: weights)
  }
}
