/// What decides on a model beside its description.
struct ModelOptions: Hashable, Sendable {
  /// Whether skew losses count in the denominator of the weighted average.
  var skewInDenominator = false
  /// Levels of the latent loss, each with standard deviations of its own.
  var levels = 1
  var deviation = ArchitectureSettings.Deviation.network
  var conditionedLayers = 0
  var characterEmbedding = ArchitectureSettings.CharacterEmbedding.uniform
  var scalarActivation = ArchitectureSettings.ScalarActivation.sigmoid
}

extension Preset {
  var modelOptions: ModelOptions {
    ModelOptions(
      skewInDenominator: skewInDenominator, levels: multiscale.levels,
      deviation: architecture.deviation, conditionedLayers: architecture.conditionedLayers,
      characterEmbedding: architecture.characterEmbedding,
      scalarActivation: architecture.scalarActivation)
  }
}
