import Autodiff
import Foundation
import Testing

@testable import Trainer

/// The beta-VAE, its schedules, and what else keeps its latent vectors near the prior.
@Suite struct VAEMethodTests {
  @Test func betaVAE() throws {
    let method = try MethodRun(Method.betaVAE)
    #expect(method.tensors(suffix: "string/embedding") == 1)
    #expect(method.tensors(suffix: "encoder/initial_state") == 1)
    #expect(method.tensors(suffix: "deviation/0/weight") == 0)
    #expect(method.tensors(suffix: "deviation/0/3/weight") == 1)
    #expect(abs(method.last.beta - 0.384 * 29 / 30) < 1e-12)
    let divergences = try method.lastBatch().divergences
    let dimensions = (0..<MethodRun.width).map { i in
      divergences.reduce(0) { $0 + $1[i] } / Double(MethodRun.batchSize)
    }.sorted()
    expectNear(method.last.divergence, dimensions.reduce(0, +))
    expectNear(method.last.figures[.largestDivergence], dimensions[15])
    expectNear(method.last.figures[.medianDivergence], (dimensions[7] + dimensions[8]) / 2)
    #expect(method.last.figures[.activeUnits] == Double(dimensions.count { $0 > 0.01 }))
    let loss = method.last.beta * dimensions.reduce(0, +) / 16
    expectNear(method.last.loss - method.last.reconstruction, loss)
  }

  @Test func warmUpAndCoolDown() throws {
    let method = try MethodRun(Method.warmUpAndCoolDown)
    #expect(method.reports[0].beta == 0 && abs(method.reports[15].beta - 0.64) < 1e-12)
    #expect(abs(method.last.beta - (0.64 - 0.512 * 14 / 15)) < 1e-12)
  }

  @Test func lastLayer() throws {
    let method = try MethodRun(Method.lastLayer)
    #expect(method.tensors(suffix: "deviation/0/weight") == 1)
    #expect(method.tensors(suffix: "deviation/0/3/weight") == 0)
    #expect(method.tensors(suffix: "encoder/initial_state") == 1)
    let divergences = try method.lastBatch().divergences
    expectNear(method.last.divergence, divergences.joined().reduce(0, +) / 32)
  }

  /// Characters begin around zero, and the scalars' embeddings leave the range of a sigmoid.
  @Test func symmetricEmbeddings() throws {
    let method = try MethodRun(Method.symmetricEmbeddings)
    let model = method.run.model
    let slot = try #require(model.layout.entries.first { $0.name == "string/embedding" }).slot
    let parameters = ParameterVector<Float>(count: model.layout.count)
    parameters.initialize(model.layout, random: RandomGenerator(seed: 1, stream: 0))
    let characters = (0..<slot.count).map { parameters.values[slot.offset + $0] }
    let variance = characters.reduce(0) { $0 + $1 * $1 } / Float(characters.count)
    #expect(abs(variance - 1) < 0.2, "\(variance)")
    #expect(abs(characters.reduce(0, +) / Float(characters.count)) < 0.2)
    let piece = MethodRun.piece(method.run, rows: 64)
    model.sampleLatents(piece)
    // The root's last element is the ScalarTuple.
    let scalars = try #require(piece.encodings.last ?? nil)
    #expect((0..<scalars.count).contains { scalars.values[$0] < 0 || scalars.values[$0] > 1 })
  }

  @Test func tupleAlwaysSampling() throws {
    let method = try MethodRun(Method.tupleAlwaysSampling)
    #expect(method.reports.allSatisfy { $0.groundTruthProbability == 0 })
    #expect(method.values(.sampledCharacters) == Array(repeating: 0, count: MethodRun.steps))
  }

  @Test func alwaysSampling() throws {
    let method = try MethodRun(Method.alwaysSampling)
    #expect(method.reports.allSatisfy { $0.groundTruthProbability == 0 })
    #expect(method.values(.sampledCharacters) == Array(repeating: 1, count: MethodRun.steps))
  }

  @Test func scheduledSampling() throws {
    let method = try MethodRun(Method.scheduledSampling)
    for (step, report) in method.reports.enumerated() {
      let sampled = Double(step) / 30
      #expect(abs(report.groundTruthProbability - (1 - sampled)) < 1e-12)
      #expect(abs(report.figures[.stringGroundTruth]! - (1 - sampled)) < 1e-12)
      // Some 1000 characters a step: 5 standard deviations.
      #expect(abs(report.figures[.sampledCharacters]! - sampled) < 0.08, "step \(step)")
    }
  }

  @Test func teacherForcing() throws {
    let method = try MethodRun(Method.teacherForcing)
    #expect(method.reports.allSatisfy { $0.groundTruthProbability == 1 })
    #expect(method.values(.sampledCharacters) == Array(repeating: 0, count: MethodRun.steps))
  }

  @Test func capacity() throws {
    let method = try MethodRun(Method.capacity)
    // Every row is above its capacity at first.
    #expect(Set(method.values(.level).prefix(4)) == [0, 1, 2, 3])
    for report in method.reports.prefix(4) {
      let excess = report.divergence - (5 + 2 * report.figures[.level]!)
      #expect(abs(report.figures[.latentLoss]! - excess / 16) < 1e-6)
    }
    let capacity = 5 + 2 * method.last.figures[.level]!
    let penalties = try method.lastBatch().divergences.map { max(0, $0.reduce(0, +) - capacity) }
    expectNear(method.last.figures[.latentLoss], penalties.reduce(0, +) / (32 * 16))
  }

  @Test func absoluteCapacity() throws {
    let method = try MethodRun(Method.absoluteCapacity)
    let first = method.reports[0]
    #expect(abs(first.figures[.latentLoss]! - (first.divergence - 5) / 16) < 1e-6)
    let penalties = try method.lastBatch().divergences.map { abs($0.reduce(0, +) - 5) }
    expectNear(method.last.figures[.latentLoss], penalties.reduce(0, +) / (32 * 16))
  }

  @Test func freeBits() throws {
    let method = try MethodRun(Method.freeBits)
    // Beta is 0 at first. Of four groups each costs its own nats, or the one that it has free.
    #expect(method.values(.latentLoss)[0] == 0)
    let divergences = try method.lastBatch().divergences
    let groups = (0..<4).map { group in
      divergences.reduce(0) { $0 + $1[4 * group..<4 * group + 4].reduce(0, +) } / 32
    }
    expectNear(
      method.last.figures[.latentLoss], groups.reduce(0) { $0 + max(1, $1) } / 16)
  }

  /// Examples below their capacity have no latent loss (Eq. 9), but in the two-sided form the whole
  /// distance (App. J).
  @Test(arguments: [false, true]) func belowCapacity(isTwoSided: Bool) throws {
    let method = isTwoSided ? Method.absoluteCapacity : Method.capacity
    let run = try MethodRun.new(method + ["latent.capacity={minimum: 1000, increment: 0}"])
    let report = run.advance()
    #expect((16..<500).contains(report.divergence))
    let expected = isTwoSided ? (1000 - report.divergence) / 16 : 0
    let latentLoss = try #require(report.figures[.latentLoss])
    #expect(abs(latentLoss - expected) < 1e-6)
  }

  /// Groups that are below what they have free cost just that, the last with fewer dimensions too.
  @Test(arguments: [(4, 4), (3, 6)]) func belowFreeBits(groupSize: Int, groups: Int) throws {
    let run = try MethodRun.new(
      Method.freeBits + [
        "latent.freeBits={minimum: 1000, groupSize: \(groupSize)}", "beta=[{at: 0%, value: 0.1}]",
      ])
    for _ in 0..<3 {
      let report = run.advance()
      #expect((16..<500).contains(report.divergence))
      let latentLoss = try #require(report.figures[.latentLoss])
      #expect(abs(latentLoss - 1000 * Double(groups) / 16) < 1e-6)
    }
  }
}

/// Two numbers agree as far as single precision lets them.
func expectNear(
  _ found: Double?, _ expected: Double, sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(
    abs((found ?? .nan) - expected) < 1e-4 * max(0.01, abs(expected)),
    sourceLocation: sourceLocation)
}
