import Autodiff
import Testing

@testable import Trainer

@Suite struct AugmenterTests {
  private func augmenter(
    variants: Int, replacement: AugmentationSettings.Replacement = .random
  ) -> Augmenter {
    let settings = AugmentationSettings(
      variants: variants, start: .step(0),
      pSampled: .init(spacing: .constant, minimum: 0, maximum: 0.2), noise: true,
      source: .examples, replacement: replacement, kept: 0.25)
    return Augmenter(settings: settings, width: 2, workers: 3)
  }

  /// The mean lifetime is 1 / p_sampled steps (paper, 5), its distribution geometric.
  @Test(arguments: [0.125, 0.2, 0.5, 1.0]) func lifetimes(probability: Double) {
    var augmenter = augmenter(variants: 256)
    let random = RandomGenerator(seed: 3, stream: 0)
    let fresh = (0..<512).map { Float($0) }
    augmenter.begin(worker: 1, fresh: fresh)
    var (count, sum, ones) = (0, 0.0, 0)
    for _ in 0..<400 {
      let before = augmenter.ages[1]
      let isReplaced = augmenter.replaced(
        probability: probability, fakeProbabilities: [], random: random)
      let report = augmenter.advance(
        worker: 1, fresh: fresh, variants: fresh, isReplaced: isReplaced, random: random)
      #expect(report.replacements == isReplaced.count { $0 })
      for variant in isReplaced.indices where isReplaced[variant] {
        count += 1
        sum += Double(before[variant] + 1)
        if before[variant] == 0 { ones += 1 }
      }
    }
    #expect(abs(sum / Double(count) * probability - 1) < 0.03)
    #expect(abs(Double(ones) / Double(count) - probability) < 0.02)
    #expect(abs(Double(count) / (400 * 256) - probability) < 0.01)
    #expect(augmenter.latents[0].isEmpty && augmenter.latents[2].isEmpty)
  }

  /// Replaced vectors take distinct rows of the batch; the others their variant's vector.
  @Test func replacesWithoutReplacement() {
    var augmenter = augmenter(variants: 6)
    let random = RandomGenerator(seed: 8, stream: 0)
    augmenter.begin(worker: 0, fresh: [10, 11, 20, 21, 30, 31, 40, 41])
    // Fewer fresh vectors than variants: from the first again.
    #expect(augmenter.latents[0] == [10, 11, 20, 21, 30, 31, 40, 41, 10, 11, 20, 21])
    let variants: [Float] = [1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6]
    let isReplaced = [true, false, true, true, false, true]
    var seen: Set<[Float]> = []
    for _ in 0..<50 {
      _ = augmenter.advance(
        worker: 0, fresh: [10, 11, 20, 21, 30, 31, 40, 41], variants: variants,
        isReplaced: isReplaced, random: random)
      let rows = (0..<6).map { Array(augmenter.latents[0][2 * $0..<2 * $0 + 2]) }
      #expect(rows[1] == [2, 2] && rows[4] == [5, 5])
      let taken = [0, 2, 3, 5].map { rows[$0] }
      #expect(Set(taken) == [[10, 11], [20, 21], [30, 31], [40, 41]])
      seen.insert(rows[0])
    }
    #expect(seen.count == 4)
  }

  /// App. L.3: those with the highest p_fake go.
  @Test func keepsTheLeastFake() {
    let random = RandomGenerator(seed: 8, stream: 0)
    let augmenter = augmenter(variants: 8, replacement: .highestFake)
    let fake = [0.9, 0.1, 0.5, 0.7, 0.2, 0.8, 0.6, 0.4]
    let isReplaced = augmenter.replaced(probability: 1, fakeProbabilities: fake, random: random)
    #expect(isReplaced == [true, false, true, true, false, true, true, true])
    let byChance = self.augmenter(variants: 8, replacement: .discriminator)
    var counts = Array(repeating: 0, count: 8)
    for _ in 0..<2000 {
      let isReplaced = byChance.replaced(
        probability: 0, fakeProbabilities: fake, random: random)
      for i in 0..<8 where isReplaced[i] { counts[i] += 1 }
    }
    for i in 0..<8 { #expect(abs(Double(counts[i]) / 2000 - fake[i]) < 0.06) }
  }
}
