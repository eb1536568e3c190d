import Autodiff
import Foundation
import Testing

@testable import Trainer

/// Deterministic encoders, whose latent vectors other losses keep near the prior (paper, Apps. H
/// and I).
@Suite struct AutoencoderMethodTests {
  @Test func adversarial() throws {
    let method = try MethodRun(Method.adversarial)
    #expect(method.values(.latentLoss).count == MethodRun.steps)
    #expect(method.values(.discriminatorLoss).count == MethodRun.steps)
    #expect(method.values(.discriminatorAccuracy).count == MethodRun.steps)
    #expect(method.run.discriminator?.adam.step == MethodRun.steps)
    #expect(method.values(.activeUnits).isEmpty)
    // The last step's figures, from the outputs of the discriminator that it found.
    let batch = try method.lastBatch()
    let discriminator = try method.lastDiscriminator()
    let fake = discriminator.fakeProbabilities(batch.latents.flatMap { $0 })
    let prior = (0..<MethodRun.batchSize * MethodRun.width).map { _ in
      Float(batch.random.normal())
    }
    let real = discriminator.fakeProbabilities(prior)
    let right = fake.count { $0 > 0.5 } + real.count { $0 <= 0.5 }
    expectNear(method.last.figures[.discriminatorAccuracy], Double(right) / 64)
    let loss = -(fake.reduce(0) { $0 + log($1) } + real.reduce(0) { $0 + log(1 - $1) }) / 64
    expectNear(method.last.figures[.discriminatorLoss], loss)
    expectNear(
      method.last.figures[.latentLoss], -fake.reduce(0) { $0 + log(1 - $1) } / 32)
  }

  @Test func wasserstein() throws {
    let method = try MethodRun(Method.wasserstein)
    let losses = method.values(.latentLoss)
    #expect(losses.count == MethodRun.steps)
    #expect(losses[MethodRun.steps - 1] < 0.9 * losses[0])
    let latents = try method.lastBatch().latents
    var sums = [Double](repeating: 0, count: 16 + 16 * 16)
    for vector in latents {
      for i in 0..<16 {
        sums[i] += Double(vector[i])
        for j in 0..<16 { sums[16 + 16 * i + j] += Double(vector[i]) * Double(vector[j]) }
      }
    }
    let distance = WassersteinDistance(GaussianMoments(sums: sums, width: 16, count: 32))
    expectNear(losses[MethodRun.steps - 1], distance.value / 16)
    #expect(method.values(.activeUnits).isEmpty)
  }

  /// Where the encoder does not resist, the discriminator learns that latent vectors are the fakes
  /// and that draws from the unit Gaussian are not (App. H).
  @Test func discriminatorTellsLatentsFromThePrior() throws {
    let run = try MethodRun.new(Method.adversarial + ["beta=[{at: 0%, value: 1e-6}]"])
    for _ in 0..<MethodRun.steps { _ = run.advance() }
    let discriminator = try #require(run.discriminator)
    let count = 200
    let piece = MethodRun.piece(run, rows: count)
    run.model.sampleLatents(piece)
    let latents = try #require(piece.latents)
    let random = RandomGenerator(seed: 7, stream: 0)
    let found = (0..<latents.count).map { latents.values[$0] }
    let prior = found.map { _ in Float(random.normal()) }
    func mean(_ vectors: [Float]) -> Double {
      discriminator.fakeProbabilities(vectors).reduce(0, +) / Double(count)
    }
    #expect(mean(found) > mean(prior) + 0.15, "\(mean(found)), \(mean(prior))")
  }
}
