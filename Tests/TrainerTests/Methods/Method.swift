/// The methods of the paper, as overrides of the default preset.
enum Method {
  private static let variants = "augmentation.variants=16"
  private static let levels = "multiscale.levels=4"

  static let betaVAE: [String] = []
  static let warmUpAndCoolDown = [
    "beta=[{at: 0%, value: 0}, {at: 50%, value: 0.64}, {at: 100%, value: 0.128}]"
  ]
  static let lastLayer = ["architecture.deviation=lastLayer"]
  static let symmetricEmbeddings = [
    "architecture={characterEmbedding: symmetric, scalarActivation: celu}"
  ]

  static let tupleAlwaysSampling = ["tupleGroundTruth=[{at: 0%, value: 0}]"]
  static let alwaysSampling = tupleAlwaysSampling + ["stringGroundTruth=[{at: 0%, value: 0}]"]
  static let scheduledSampling = [
    "stringGroundTruth=[{at: 0%, value: 1}, {at: 100%, value: 0}]"
  ]
  static let teacherForcing = ["tupleGroundTruth=[{at: 0%, value: 1}]"]

  static let capacity = [
    levels, "multiscale.spacing=constant", "beta=[{at: 0%, value: 16}]",
    "latent={regularizer: capacity, capacity: {minimum: 5, increment: 2}}",
  ]
  static let absoluteCapacity = [
    "beta=[{at: 0%, value: 16}]",
    "latent={regularizer: absoluteCapacity, capacity: {minimum: 5, increment: 0}}",
  ]
  static let freeBits = ["latent={regularizer: freeBits, freeBits: {minimum: 1, groupSize: 4}}"]

  static let augmented = [variants]
  static let augmentedWithoutNoise = [variants, "augmentation.noise=false"]
  static let augmentedFromPrior = [variants, "augmentation.source=prior"]
  static let augmentedByDiscriminator = [variants, "augmentation.replacement=discriminator"]
  static let augmentedKeepingHalf = [variants, "augmentation.replacement=highestFake"]
  static let multiscaleAugmented = [levels, variants]
  static let multiscaleAugmentedLinear = [
    levels, variants, "augmentation.pSampled={spacing: linear, minimum: 0.2, maximum: 1}",
  ]
  static let multiscaleAugmentedGeometric = [
    levels, variants, "augmentation.pSampled={spacing: geometric, minimum: 0.2, maximum: 1}",
  ]

  static let multiscale = [levels]
  static let conditioned = [levels, "architecture.deviation=conditioned"]
  static let geometric = [levels, "multiscale.spacing=geometric", "multiscale.ratio=0.5"]
  static let inverseWeights = [
    levels, "multiscale.inverseWeights=true", "beta=[{at: 0%, value: 1}]",
  ]
  static let rowsWithBetas = [levels, "multiscale.dealing=rows"]
  static let randomRowsWithBetas = [levels, "multiscale.dealing=randomRows"]

  static let text = [
    "architecture.tree=text", "model.constants=true", "maximumStringLength=96",
  ]
  static let textMultiscale = text + [levels]
  static let passThrough = ["architecture.tree=passThrough", "model.constants=true"]
  static let passThroughAugmented = passThrough + [variants]
  static let passThroughMultiscale = passThrough + [levels]

  static let adversarial = [
    "latent.regularizer=adversarial", "architecture.deviation=none", "beta=[{at: 0%, value: 1}]",
  ]
  static let wasserstein = [
    "latent.regularizer=wasserstein", "architecture.deviation=none", "beta=[{at: 0%, value: 2}]",
  ]
}
