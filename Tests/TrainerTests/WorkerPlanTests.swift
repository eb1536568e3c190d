import Foundation
import Testing

@testable import Trainer

@Suite struct WorkerPlanTests {
  private func plan(
    levels: Int, workers: Int = 32, workersPerStep: Int = 1,
    spacing: MultiscaleSettings.Spacing = .linear,
    inverse: Bool = false
  ) -> WorkerPlan {
    WorkerPlan(
      workers: workers, workersPerStep: workersPerStep,
      settings: MultiscaleSettings(
        levels: levels, spacing: spacing, ratio: 0.9, inverseWeights: inverse, dealing: .workers),
      capacity: LatentSettings.Capacity(minimum: 10, increment: 0.5))
  }

  /// Every level has as many workers as the others, and levels that follow each other are apart.
  @Test(arguments: [1, 2, 4, 8, 16, 32]) func dealsEvenly(levels: Int) {
    let plan = plan(levels: levels)
    var counts = Array(repeating: 0, count: levels)
    for step in 0..<64 { counts[plan.level(ofWorker: plan.workers(at: step).lowerBound)] += 1 }
    #expect(counts.allSatisfy { $0 == 64 / levels })
    if levels == 32 {
      // Any 8 turns in a row see all quarters of the levels.
      for start in 0..<32 {
        let quarters = Set((start..<start + 8).map { plan.level(ofWorker: $0 % 32) / 8 })
        #expect(quarters.count == 4)
      }
    }
  }

  /// A level is trained in the steps in which at least one of its workers takes part.
  @Test(arguments: [1, 4, 32], [1, 2, 8, 32]) func steps(levels: Int, workersPerStep: Int) {
    let plan = plan(levels: levels, workersPerStep: workersPerStep)
    var counts = Array(repeating: 0, count: levels)
    for step in 0..<100 {
      for level in 0..<levels {
        #expect(plan.stepsTaken(ofLevel: level, before: step) == counts[level])
      }
      let workers = (0..<workersPerStep).map { (step * workersPerStep + $0) % 32 }
      #expect(Array(plan.workers(at: step)) == workers)
      for level in Set(workers.map(plan.level(ofWorker:))) { counts[level] += 1 }
    }
  }

  /// Section 6, App. J, Eqs. 8 and 9.
  @Test func scales() {
    let linear = plan(levels: 32).scales(betaMaximum: 1.28)
    #expect(abs(linear[0].beta - 0.04) < 1e-12 && abs(linear[31].beta - 1.28) < 1e-12)
    #expect(linear.allSatisfy { $0.reconstructionWeight == 1 && $0.latentWeight == $0.beta })
    #expect(linear[0].capacity == 10 && linear[31].capacity == 25.5)
    let geometric = plan(levels: 32, spacing: .geometric).scales(betaMaximum: 2)
    #expect(abs(geometric[0].beta - 2 * pow(0.9, 31)) < 1e-12 && geometric[31].beta == 2)
    for (left, right) in zip(geometric, geometric.dropFirst()) {
      #expect(abs(left.beta / right.beta - 0.9) < 1e-12)
    }
    for (spacing, scales) in [(MultiscaleSettings.Spacing.linear, linear), (.geometric, geometric)]
    {
      let inverse = plan(levels: 32, spacing: spacing, inverse: true).scales(betaMaximum: 0.64)
      for (scale, plain) in zip(inverse, scales) {
        #expect(abs(scale.share - plain.share) < 1e-12)
        #expect(abs(scale.beta - 0.64 * scale.share) < 1e-12)
        #expect(abs(scale.reconstructionWeight - 1 / scale.beta) < 1e-9)
        #expect(abs(scale.latentWeight - 1) < 1e-12)
      }
    }
  }

  /// App. K: the first workers of 32 have p_sampled 0.225 and 0.25, the last has 1.
  @Test func sampledProbabilities() {
    let linear = AugmentationSettings.Probability(spacing: .linear, minimum: 0.2, maximum: 1)
    let geometric = AugmentationSettings.Probability(spacing: .geometric, minimum: 0.2, maximum: 1)
    #expect(abs(linear.value(level: 0, of: 32) - 0.225) < 1e-12)
    #expect(abs(linear.value(level: 1, of: 32) - 0.25) < 1e-12)
    #expect(linear.value(level: 31, of: 32) == 1)
    for level in 0..<32 {
      let expected = pow(5, -Double(31 - level) / 32)
      #expect(abs(geometric.value(level: level, of: 32) - expected) < 1e-12)
    }
  }
}
