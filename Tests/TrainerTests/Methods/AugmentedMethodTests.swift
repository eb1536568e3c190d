import Foundation
import Testing

@testable import Trainer

/// Augmented training (paper, 5) and its variations.
@Suite struct AugmentedMethodTests {
  /// Steps 6 to 9 begin the four workers' vectors; the 20 that follow replace some of them, each
  /// worker's five times.
  private func expectVariants(_ method: MethodRun) throws {
    #expect(method.reports.prefix(10).allSatisfy { $0.figures[.replacements] == nil })
    #expect(method.values(.replacements).count == 20)
    #expect(method.values(.variants) == Array(repeating: 16, count: 20))
    // Every step that a vector served is among those of a replaced one or of one that is left.
    let served = zip(method.values(.replacements), method.values(.meanLifetime))
      .reduce(0) { $0 + $1.0 * $1.1 }
    let ages = try #require(method.run.augmenter?.ages)
    #expect(abs(served + Double(ages.joined().reduce(0, +)) - 320) < 1e-6)
    #expect(ages.map(\.count) == [16, 16, 16, 16])
    let worker = try lastWorker(method)
    #expect(Double(ages[worker].count { $0 == 0 }) == method.last.figures[.replacements])
  }

  /// 16 draws a step with the probability of its level: 5 standard deviations of all.
  private func expectReplacements(_ method: MethodRun, probability: (Double) -> Double) {
    let probabilities = method.reports.suffix(20).map { probability($0.figures[.level]!) }
    #expect(method.values(.pSampled).count == 20)
    for (found, expected) in zip(method.values(.pSampled), probabilities) {
      #expect(abs(found - expected) < 1e-12)
    }
    let mean = 16 * probabilities.reduce(0, +)
    let variance = 16 * probabilities.reduce(0) { $0 + $1 * (1 - $1) }
    let total = method.values(.replacements).reduce(0, +)
    #expect(abs(total - mean) < 5 * variance.squareRoot(), "\(total)")
    for (count, probability) in zip(method.values(.replacements), probabilities)
    where probability == 1 { #expect(count == 16) }
  }

  private func lastWorker(_ method: MethodRun) throws -> Int {
    try #require(method.run.plan.workers(at: MethodRun.steps - 1).first)
  }

  private enum Origin { case latents, means, prior }

  /// The vectors that the last step replaced come from its own examples' latent vectors, or their
  /// means, or from none of them.
  private func expectFresh(_ method: MethodRun, from origin: Origin) throws {
    let augmenter = try #require(method.run.augmenter)
    let worker = try lastWorker(method)
    let fresh = augmenter.ages[worker].indices.filter { augmenter.ages[worker][$0] == 0 }
      .map { Array(augmenter.latents[worker][16 * $0..<16 * $0 + 16]) }
    try #require(!fresh.isEmpty)
    let batch = try method.lastBatch()
    func distance(_ vector: [Float], _ others: [[Float]]) -> Float {
      others.map { zip($0, vector).reduce(0) { max($0, abs($1.0 - $1.1)) } }.min() ?? .nan
    }
    for vector in fresh {
      let (toLatents, toMeans) = (distance(vector, batch.latents), distance(vector, batch.means))
      #expect((toLatents < 1e-4) == (origin == .latents), "\(toLatents)")
      #expect((toMeans < 1e-4) == (origin == .means), "\(toMeans)")
    }
  }

  @Test func augmented() throws {
    let method = try MethodRun(Method.augmented)
    try expectVariants(method)
    expectReplacements(method) { _ in 0.2 }
    try expectFresh(method, from: .latents)
    #expect(method.run.discriminator == nil)
  }

  @Test func augmentedWithoutNoise() throws {
    let method = try MethodRun(Method.augmentedWithoutNoise)
    try expectVariants(method)
    expectReplacements(method) { _ in 0.2 }
    try expectFresh(method, from: .means)
  }

  @Test func augmentedFromPrior() throws {
    let method = try MethodRun(Method.augmentedFromPrior)
    try expectVariants(method)
    expectReplacements(method) { _ in 0.2 }
    try expectFresh(method, from: .prior)
  }

  @Test func augmentedByDiscriminator() throws {
    let method = try MethodRun(Method.augmentedByDiscriminator)
    try expectVariants(method)
    try expectFresh(method, from: .latents)
    #expect(method.values(.discriminatorLoss).count == 20)
    #expect(method.run.discriminator?.adam.step == 20)
    // Of 32 means of examples and 16 of variants.
    for accuracy in method.values(.discriminatorAccuracy) {
      #expect(abs(accuracy * 48 - (accuracy * 48).rounded()) < 1e-9)
    }
    // Neither none nor all: p_fake is a probability.
    #expect((1..<320).contains(method.values(.replacements).reduce(0, +)))
    #expect(Set(method.values(.replacements)).count > 1)
  }

  @Test func augmentedKeepingHalf() throws {
    let method = try MethodRun(Method.augmentedKeepingHalf)
    try expectVariants(method)
    try expectFresh(method, from: .latents)
    #expect(method.values(.replacements) == Array(repeating: 8, count: 20))
    #expect(method.values(.discriminatorLoss).count == 20)
    #expect(method.values(.discriminatorLoss).allSatisfy { $0 > 0 && $0 < 3 })
    #expect(method.run.discriminator?.adam.step == 20)
  }

  @Test func multiscaleAugmented() throws {
    let method = try MethodRun(Method.multiscaleAugmented)
    try expectVariants(method)
    expectReplacements(method) { _ in 0.2 }
    try expectFresh(method, from: .latents)
    #expect(Set(method.values(.level)) == [0, 1, 2, 3])
  }

  @Test func multiscaleAugmentedLinear() throws {
    let method = try MethodRun(Method.multiscaleAugmentedLinear)
    try expectVariants(method)
    expectReplacements(method) { 0.2 + 0.2 * ($0 + 1) }
    #expect(method.values(.pSampled).contains(1))
  }

  @Test func multiscaleAugmentedGeometric() throws {
    let method = try MethodRun(Method.multiscaleAugmentedGeometric)
    try expectVariants(method)
    expectReplacements(method) { pow(5, ($0 + 1) / 4 - 1) }
  }

  @Test func passThroughAugmented() throws {
    let method = try MethodRun(Method.passThroughAugmented)
    try expectVariants(method)
    expectReplacements(method) { _ in 0.2 }
    try expectFresh(method, from: .latents)
    #expect(method.tensors(suffix: "string/embedding") == 4)
  }
}
