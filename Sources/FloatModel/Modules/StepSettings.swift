/// What is the same for all pieces of a step.
package struct StepSettings: Sendable {
  /// Number of rows of the whole step, variants included, whose losses are averaged.
  package var batchSize = 0
  /// The levels of the latent loss.
  package var scales = [Scale()]
  /// The level of all rows, unless a piece says otherwise.
  package var level = 0
  /// Probability that the Tuple decoder is fed the child encoder's embedding (paper, 2.3).
  package var groundTruthProbability = 1.0
  /// Probability that the string decoder is fed the string's own character (2.3).
  package var characterGroundTruthProbability = 1.0

  /// Share of the activations around a Tuple's elements that are set to zero, the others made
  /// greater by as much (dropout: Srivastava et al. 2014); 0 for none.
  package var dropout = 0.0

  /// Creates the settings of an empty step.
  package init() {}

  /// Creates the settings of a step with one level.
  ///
  /// - Parameters:
  ///   - batchSize: rows of the whole step.
  ///   - beta: weight of the KL divergence per latent dimension.
  ///   - groundTruthProbability: that the Tuple decoder is fed the child encoder's embedding.
  package init(batchSize: Int, beta: Double, groundTruthProbability: Double) {
    self.batchSize = batchSize
    scales = [Scale(beta: beta)]
    self.groundTruthProbability = groundTruthProbability
  }
}
