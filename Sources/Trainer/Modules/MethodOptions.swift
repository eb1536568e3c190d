/// What of the methods decides on a model's parameters and losses, beside its description.
struct MethodOptions: Hashable, Sendable {
  var weights = ReconstructionWeights()
  /// Levels of the latent loss, each with standard deviations of its own.
  var levels = 1
  /// beta_i / beta_max of the lowest level, the one that measurements of a model are of.
  var lowestShare = 1.0
  var deviation = ArchitectureSettings.Deviation.network
  var conditionedLayers = 0
  var characterEmbedding = ArchitectureSettings.CharacterEmbedding.uniform
  var scalarActivation = ArchitectureSettings.ScalarActivation.sigmoid
}

extension Preset {
  var methodOptions: MethodOptions {
    MethodOptions(
      weights: weights, levels: multiscale.levels, lowestShare: multiscale.share(ofLevel: 0),
      deviation: architecture.deviation, conditionedLayers: architecture.conditionedLayers,
      characterEmbedding: architecture.characterEmbedding,
      scalarActivation: architecture.scalarActivation)
  }
}
