/// One scale of the latent loss.
package struct Scale: Hashable, Sendable {
  /// Weight of the latent loss relative to the reconstruction loss, beta_i.
  package var beta = 0.0
  /// Weight of the reconstruction loss: 1, or 1 / beta_i where weights are inverted (Eq. 8).
  package var reconstructionWeight = 1.0
  /// Target capacity C_i in nats (Eq. 9).
  package var capacity = 0.0
  /// beta_i / beta_max.
  package var share = 1.0

  /// What the latent loss is multiplied with.
  package var latentWeight: Double { reconstructionWeight * beta }

  /// Creates a scale.
  ///
  /// - Parameters:
  ///   - beta: weight of the latent loss relative to the reconstruction loss.
  ///   - reconstructionWeight: weight of the reconstruction loss.
  ///   - capacity: target capacity in nats.
  ///   - share: beta / beta_max.
  package init(
    beta: Double = 0, reconstructionWeight: Double = 1, capacity: Double = 0, share: Double = 1
  ) {
    self.beta = beta
    self.reconstructionWeight = reconstructionWeight
    self.capacity = capacity
    self.share = share
  }
}
