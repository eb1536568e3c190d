extension Preset {
  /// Checks the sections of the paper's methods, each alone and with each other.
  func checkMethods(_ require: (Bool, String, String) throws -> Void) throws {
    try checkMultiscale(require)
    try checkLatent(require)
    try checkAugmentation(require)
    try require(
      model.latent == .gaussian
        || model.feedback == .state && architecture.deviation == .none
          && latent.regularizer == .none && weights.skew == 0 && !augmentation.isActive,
      "model.latent",
      "expected gaussian, unless model.feedback is state, architecture.deviation and "
        + "latent.regularizer none, weights.skew 0, and there are no variants")
    let stringsAreSampled = stringGroundTruth.points.contains { $0.value < 1 }
    try require(
      !stringsAreSampled || (model.softmaxClusters == 0 && model.feedback == .own),
      "stringGroundTruth",
      "expected 1 throughout: only feedback 'own' and a single softmax have scheduled sampling")
    try require(
      architecture.tree == .tuple
        || model.isOfThePaper,
      "architecture.tree",
      "expected tuple, for model has more than the paper's modules and constants")
    try require(
      architecture.tree != .text || architecture.deviation != .lastLayer, "architecture.deviation",
      "expected another than lastLayer for a model of text")
    try require(
      (1...3).contains(architecture.conditionedLayers), "architecture.conditionedLayers",
      "expected 1 to 3, found \(architecture.conditionedLayers)")
  }

  private func checkMultiscale(_ require: (Bool, String, String) throws -> Void) throws {
    try require(
      (1...workers).contains(multiscale.levels) && workers % multiscale.levels == 0,
      "multiscale.levels",
      "expected a divisor of workers, \(workers), found \(multiscale.levels)")
    try require(
      multiscale.ratio > 0 && multiscale.ratio <= 1, "multiscale.ratio",
      "expected a ratio in (0, 1], found \(multiscale.ratio)")
    if multiscale.inverseWeights {
      try require(
        multiscale.dealing == .workers && workersPerStep == 1, "multiscale.inverseWeights",
        "expected dealing: workers and workersPerStep: 1, "
          + "for the reconstruction loss has one weight a step")
      try require(
        beta.points.allSatisfy { $0.value > 0 }, "beta",
        "expected more than 0 everywhere where weights are inverted")
    }
  }

  private func checkLatent(_ require: (Bool, String, String) throws -> Void) throws {
    let isOfBatch =
      latent.regularizer == .wasserstein || latent.regularizer == .adversarial
    try require(
      isOfBatch || latent.regularizer == .none || architecture.deviation != .none,
      "architecture.deviation",
      "expected standard deviations, for latent.regularizer is "
        + "\(latent.regularizer.rawValue)")
    try require(
      !isOfBatch || multiscale.levels == 1, "multiscale.levels",
      "expected 1, for latent.regularizer is \(latent.regularizer.rawValue)")
    try require(
      latent.capacity.minimum.isFinite && latent.capacity.minimum >= 0
        && latent.capacity.increment.isFinite && latent.capacity.increment >= 0,
      "latent.capacity", "expected numbers of nats of at least 0")
    try require(
      latent.freeBits.minimum.isFinite && latent.freeBits.minimum >= 0, "latent.freeBits.minimum",
      "expected a number of nats of at least 0")
    try require(
      latent.freeBits.groupSize >= 1, "latent.freeBits.groupSize",
      "expected at least 1, found \(latent.freeBits.groupSize)")
  }

  private func checkAugmentation(_ require: (Bool, String, String) throws -> Void) throws {
    try require(
      (0...1 << 16).contains(augmentation.variants), "augmentation.variants",
      "expected 0 to 65536, found \(augmentation.variants)")
    let probability = augmentation.pSampled
    try require(
      (0...1).contains(probability.minimum) && (0...1).contains(probability.maximum)
        && probability.minimum <= probability.maximum,
      "augmentation.pSampled", "expected probabilities, minimum up to maximum")
    try require(
      probability.spacing != .geometric || probability.minimum > 0,
      "augmentation.pSampled.minimum", "expected more than 0 for geometric spacing")
    try require(
      (0...1).contains(augmentation.kept), "augmentation.kept",
      "expected a share in [0, 1], found \(augmentation.kept)")
    try require(
      !augmentation.isActive || multiscale.dealing == .workers, "multiscale.dealing",
      "expected workers where there are variants")
    try require(
      !augmentation.isActive || augmentation.replacement == .random
        || latent.regularizer != .adversarial,
      "augmentation.replacement", "expected random, for the discriminator is in use already")
  }
}
