import Autodiff
import Foundation
import Testing

@testable import Trainer

/// The multiscale VAE (paper, 6) and its variations.
@Suite struct MultiscaleMethodTests {
  @Test func multiscale() throws {
    let method = try MethodRun(Method.multiscale)
    method.expectLevels(deviationNetworks: 4)
  }

  @Test func conditioned() throws {
    let method = try MethodRun(Method.conditioned)
    method.expectLevels(deviationNetworks: 1)
  }

  @Test func geometric() throws {
    let method = try MethodRun(Method.geometric)
    for (step, report) in method.reports.enumerated() {
      let share = pow(0.5, 3 - report.figures[.level]!)
      #expect(abs(report.beta - share * 0.384 * Double(step) / 30) < 1e-12)
    }
    #expect(Set(method.values(.level)) == [0, 1, 2, 3])
  }

  /// Eq. 8: the loss is reconstruction / beta + KL per dimension.
  @Test func inverseWeights() throws {
    let method = try MethodRun(Method.inverseWeights)
    for report in method.reports {
      let expected = report.reconstruction / report.beta + report.divergence / 16
      #expect(abs(report.loss - expected) < 1e-9 * expected)
    }
    #expect(Set(method.reports.map(\.beta)) == [0.25, 0.5, 0.75, 1])
  }

  @Test func rowsWithBetas() throws {
    let method = try MethodRun(Method.rowsWithBetas)
    let levels = dealtLevels(method.run)
    #expect(levels == (0..<400).map { $0 % 4 })
    expectNetworks(method.run)
    expectRowWeights(method, tolerance: 0.05)
  }

  @Test func randomRowsWithBetas() throws {
    let method = try MethodRun(Method.randomRowsWithBetas)
    let levels = dealtLevels(method.run)
    #expect(levels != (0..<400).map { $0 % 4 })
    // 400 draws with probability 1/4: 4.6 standard deviations.
    for level in 0..<4 { #expect(abs(levels.count { $0 == level } - 100) < 40) }
    expectNetworks(method.run)
    expectRowWeights(method, tolerance: 0.25)
  }

  private func dealtLevels(_ run: TrainingRun) -> [Int] {
    run.levels(
      of: 0..<400, run.settings(level: 3, batchSize: 400), RandomGenerator(seed: 2, stream: 0))
  }

  /// All four networks have learned: their output biases have moved, each its own way.
  private func expectNetworks(_ run: TrainingRun) {
    let biases = run.model.layout.entries.filter {
      $0.name.hasPrefix("deviation/") && $0.name.hasSuffix("/3/bias")
    }.map { entry in
      (0..<16).map { run.parameters.values[entry.slot.offset + $0] }
    }
    #expect(biases.count == 4 && Set(biases).count == 4)
    #expect(biases.allSatisfy { !$0.contains(-5) })
  }

  /// A row's KL divergence weighs with the beta of its own level (App. L.4), in the run's steps as
  /// in a piece whose levels are known.
  private func expectRowWeights(_ method: MethodRun, tolerance: Double) {
    let run = method.run
    for report in method.reports[1...3] {
      // All rows' divergences are alike at first; betas are 5/8 of the greatest on average, of 32
      // rows that draw their levels within 5 standard deviations.
      let latentLoss = report.loss - report.reconstruction
      let share = latentLoss * 16 / (report.beta * report.divergence)
      #expect(abs(share - 0.625) < tolerance, "\(share)")
    }
    let count = 40
    let piece = MethodRun.piece(run, rows: count, level: 3)
    piece.levels = run.levels(
      of: 0..<count, piece.settings, RandomGenerator(seed: 3, stream: 0))
    run.model.forward(piece, run.regularizer)
    var expected = 0.0
    for row in 0..<count {
      let beta = 0.384 * Double(piece.levels[row] + 1) / 4
      expected += beta * piece.rowDivergences[row] / Double(16 * count)
    }
    #expect(abs(piece.latentLoss - expected) < 1e-9)
    // A row has its level's standard deviations.
    for level in 0..<4 {
      let whole = MethodRun.piece(run, rows: count, level: level)
      run.model.sampleLatents(whole)
      let own = (0..<count).filter { piece.levels[$0] == level }
      let near = (0..<count).filter {
        abs(whole.rowDivergences[$0] - piece.rowDivergences[$0]) < 1e-4
      }
      #expect(Set(near).isSuperset(of: own) && near.count < own.count + 5, "\(level)")
    }
  }

  /// A worker's step moves what all levels share and its own level's standard deviations, and
  /// leaves other levels', moments included, as they are (6).
  @Test(arguments: [
    ["multiscale.levels=4"], ["multiscale.levels=4", "architecture.deviation=lastLayer"],
    ["multiscale.levels=4", "multiscale.dealing=rows"],
  ]) func otherLevelsRest(overrides: [String]) throws {
    let preset = try fixturePreset(overrides + ["workers=4"])
    let source = try fixtureSource(preset)
    let run = TrainingRun(preset: preset, source: source, threads: 2)
    func numbers(level: Int?) -> [[Float]] {
      let prefix = "deviation/"
      let entries = run.model.layout.entries.filter { entry in
        level.map { entry.name.hasPrefix("\(prefix)\($0)/") } ?? !entry.name.hasPrefix(prefix)
      }
      return [run.parameters, run.adam.firstMoment, run.adam.secondMoment].map { vector in
        entries.flatMap { entry in
          (0..<entry.slot.count).map { vector.values[entry.slot.offset + $0] }
        }
      }
    }
    for step in 0..<12 {
      let before = (0..<4).map { numbers(level: $0) }
      let sharedBefore = numbers(level: nil)
      let trained = Int(run.advance().figures[.level]!)
      #expect(numbers(level: nil) != sharedBefore)
      for level in 0..<4 {
        let isTrained = overrides.contains("multiscale.dealing=rows") || level == trained
        #expect((numbers(level: level) != before[level]) == isTrained, "\(step), \(level)")
      }
    }
  }
}

extension MethodRun {
  /// The workers' betas are spaced linearly, and levels have standard deviations of their own, if
  /// only by what one network is told.
  func expectLevels(deviationNetworks: Int) {
    for (step, report) in reports.enumerated() {
      let share = (report.figures[.level]! + 1) / 4
      #expect(abs(report.beta - share * 0.384 * Double(step) / 30) < 1e-12)
    }
    #expect(Set(values(.level)) == [0, 1, 2, 3])
    #expect(tensors(suffix: "/3/weight") == deviationNetworks)
    let deviations = (0..<4).map { level in
      let piece = Self.piece(run, rows: 1, level: level)
      run.model.sampleLatents(piece)
      return (0..<Self.width).map { piece.deviation!.values[$0] }
    }
    #expect(Set(deviations).count == 4)
  }
}
