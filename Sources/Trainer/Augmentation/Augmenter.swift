import Autodiff

/// The augmented latent vectors of every logical worker (paper, 5): what variants of the worker's
/// next batch are generated from.
struct Augmenter: Sendable {
  /// What became of a worker's vectors after a step.
  struct Report: Sendable {
    /// Vectors that were replaced.
    var replacements = 0
    /// Sum of the numbers of its worker's steps that each of the replaced ones served.
    var lifetimes = 0.0

    /// Mean number of steps that the replaced ones served; 0 if there are none.
    var meanLifetime: Double { replacements > 0 ? lifetimes / Double(replacements) : 0 }

    /// Adds another worker's.
    mutating func add(_ other: Self) {
      replacements += other.replacements
      lifetimes += other.lifetimes
    }
  }

  let settings: AugmentationSettings
  let width: Int
  /// `[variants, width]` for each worker; empty until the worker has begun.
  var latents: [[Float]]
  /// `[variants]` steps that each vector's line has gone on without being replaced.
  var ages: [[Float]]

  init(settings: AugmentationSettings, width: Int, workers: Int) {
    self.settings = settings
    self.width = width
    latents = Array(repeating: [], count: workers)
    ages = latents
  }

  /// Starts a worker's vectors from the first of `fresh [any, width]`, again from its first when
  /// there are too few.
  mutating func begin(worker: Int, fresh: [Float]) {
    let count = fresh.count / width
    latents[worker] = (0..<settings.variants).flatMap { variant in
      fresh[variant % count * width..<(variant % count + 1) * width]
    }
    ages[worker] = Array(repeating: 0, count: settings.variants)
  }

  /// Replaces each of a worker's vectors by a fresh one or by the latent vector of the variant
  /// generated from it.
  ///
  /// - Parameters:
  ///   - fresh: `[any, width]`, taken without replacement, in random order; all anew once they
  ///     are used up.
  ///   - variants: `[variants, width]` latent vectors of the variants.
  ///   - isReplaced: `[variants]` which take a fresh one.
  mutating func advance(
    worker: Int, fresh: [Float], variants: [Float], isReplaced: [Bool], random: RandomGenerator
  ) -> Report {
    var order = (0..<Int32(fresh.count / width)).map { $0 }
    random.shuffle(&order)
    var report = Report()
    latents[worker] = variants
    for variant in isReplaced.indices {
      ages[worker][variant] += 1
      guard isReplaced[variant] else { continue }
      let source = Int(order[report.replacements % order.count])
      for i in 0..<width { latents[worker][variant * width + i] = fresh[source * width + i] }
      report.replacements += 1
      report.lifetimes += Double(ages[worker][variant])
      ages[worker][variant] = 0
    }
    return report
  }

  /// Chooses which variants are replaced.
  ///
  /// - Parameters:
  ///   - probability: p_sampled.
  ///   - fakeProbabilities: `[variants]` p_fake, for the replacements that ask for it.
  func replaced(
    probability: Double, fakeProbabilities: [Double], random: RandomGenerator
  ) -> [Bool] {
    switch settings.replacement {
    case .random: return (0..<settings.variants).map { _ in random.uniform() < probability }
    case .discriminator: return fakeProbabilities.map { random.uniform() < $0 }
    case .highestFake:
      let kept = Int((settings.kept * Double(settings.variants)).rounded())
      let order = fakeProbabilities.indices.sorted {
        (fakeProbabilities[$0], $0) < (fakeProbabilities[$1], $1)
      }
      var result = Array(repeating: true, count: settings.variants)
      for variant in order.prefix(kept) { result[variant] = false }
      return result
    }
  }
}
