import FloatModel

/// Variants of the module tree: the preset's section `architecture`.
struct ArchitectureSettings: Codable, Hashable, Sendable {
  /// What a record becomes.
  var tree: ModelOptions.Tree
  var deviation: MethodOptions.Deviation
  /// Layers of a conditioned standard-deviation network, from the first, that take beta / beta_max.
  var conditionedLayers: Int
  var characterEmbedding: MethodOptions.CharacterEmbedding
  var scalarActivation: MethodOptions.ScalarActivation
}

extension Preset {
  /// What of the preset decides on a model's parameters and losses.
  var methodOptions: MethodOptions {
    var options = MethodOptions()
    options.weights = weights
    options.levels = multiscale.levels
    options.lowestShare = multiscale.share(ofLevel: 0)
    options.deviation = architecture.deviation
    options.conditionedLayers = architecture.conditionedLayers
    options.characterEmbedding = architecture.characterEmbedding
    options.scalarActivation = architecture.scalarActivation
    return options
  }
}
