import FloatModel
import Inference
import TestSupport
import Testing

@testable import Trainer

/// Training until the held-out loss stops falling, and going on after an interruption.
@Suite struct LearnerTests {
  private let table: LearnedTable
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    var random = SplitMix(seed: 3)
    let rows = (0..<300).map { row -> [String?] in
      let value = Int(random.next() % 50)
      return [value < 10 ? nil : String(value), value % 2 == 0 ? "even" : "odd", "x\(row % 7)"]
    }
    let raw = try RawTable(header: ["number", "parity", "name"], rows: rows)
    table = try LearnedTable(plan: TablePlan(table: raw), raw: raw, seed: 1)
  }

  private func learner(_ name: String, steps: Int = 60, threads: Int = 1) throws -> Learner {
    var settings = LearningSettings(
      rows: table.trainingRows.count, elements: 3, size: .small, seed: 1)
    settings.take(steps: steps)
    let source = try TrainingSource(
      plan: table.plan, records: table.trainingRecords, name: "t.csv", hash: "0",
      preset: settings.preset(), attribution: "")
    let run = TrainingRun(preset: try settings.preset(), source: source, threads: threads)
    return Learner(
      run: run,
      heldOut: EncodedTable(table.lossRecords(limit: 100), description: source.description),
      state: LearningState(
        origin: .init(dataHash: "0", rows: 300, options: [:]), settings: settings),
      folder: LearningFolder(path: folder.path(name)))
  }

  private func parameters(_ learner: Learner) -> [Float] {
    (0..<learner.run.parameters.count).map { learner.run.parameters.values[$0] }
  }

  /// Interrupted after any number of steps, also between looks, it ends where it would have ended.
  @Test(arguments: [1, 10, 17, 43])
  func resumesExactly(after: Int) throws {
    let whole = try learner("whole")
    #expect(try whole.train(isStopped: { false }))
    let first = try learner("parted")
    #expect(try !first.train(isStopped: { first.run.step == after }))
    #expect(first.run.step == after)
    let second = try learner("parted", threads: 2)
    try second.resume()
    #expect(second.run.step == after)
    #expect(try second.train(isStopped: { false }))
    #expect(parameters(second) == parameters(whole))
    #expect(second.state.looks == whole.state.looks)
    for name in ["whole", "parted"] { LearningFolder(path: folder.path(name)).remove() }
    #expect(try folder.names().isEmpty)
  }

  /// What is kept is the best of the states that were looked at.
  @Test func bestStateIsKept() throws {
    let learner = try learner("best")
    #expect(try learner.train(isStopped: { false }))
    let best = try #require(learner.state.best)
    #expect(learner.state.looks.allSatisfy { $0.heldOut >= best.heldOut })
    #expect(best.heldOut < learner.state.looks[0].heldOut)
    let heldOut = EncodedTable(
      table.lossRecords(limit: 100), description: learner.run.model.description)
    let again = HeldOutLoss(
      of: heldOut, parameters: learner.run.parameters, run: learner.run
    ).value()
    #expect(abs(again - best.heldOut) < 1e-6)
  }

  /// However badly trained, generated rows have each class as often as training rows have it.
  @Test func calibratedHeadsAgreeWithTheTable() throws {
    let learner = try learner("calibrated", steps: 4)
    #expect(try learner.train(isStopped: { false }))
    let run = learner.run
    let heads = run.model.root.heads
    #expect(heads.count == 3)
    func differences() throws -> [Double] {
      let generator = try #require(
        FloatGenerator<Float>(
          model: run.model, parameters: run.parameters, whitenings: [], latents: run.latents))
      let probabilities = generator.probabilities(
        of: heads, count: 2_000, seed: 7, stream: RandomStreams.generation[0], pool: run.pool)
      return zip(heads, probabilities.sums).map { head, sums in
        let (counts, generated) = (head.counts(run.table), sums.reduce(0, +))
        let rows = Double(counts.reduce(0, +))
        return zip(counts, sums).reduce(0) {
          $0 + abs(Double($1.0) / rows - $1.1 / generated) / 2
        }
      }
    }
    let before = try differences()
    HeadCalibration.apply(to: run)
    let after = try differences()
    #expect(before.reduce(0, +) > 0.3)
    #expect(after.allSatisfy { $0 < 0.03 }, "\(before) -> \(after)")
  }

  /// What the options were, and what they are now.
  @Test func otherOptionsAreTold() throws {
    let first = try learner("other")
    #expect(try !first.train(isStopped: { first.run.step == 10 }))
    func refusal(_ change: (inout LearningState.Origin) -> Void) throws -> String {
      let learner = try learner("other")
      var state = learner.state
      change(&state.origin)
      let other = Learner(
        run: learner.run,
        heldOut: EncodedTable(
          table.lossRecords(limit: 100), description: learner.run.model.description),
        state: state, folder: LearningFolder(path: folder.path("other")))
      return try #require(throws: TrainerError.self) { try other.resume() }.description
    }
    let options = try refusal { $0.options = ["--size": "small", "--time": ""] }
    #expect(
      options.contains("the interrupted run had --size none, now small: resume"), "\(options)")
    #expect(try refusal { $0.dataHash = "1" }.contains("had another table:"))
    #expect(try refusal { $0.rows = 7 }.contains("had 300 rows of it, now 7:"))
    #expect(try refusal { $0.message = "x" }.contains("had columns taken for something else"))
    LearningFolder(path: folder.path("other")).remove()
  }

  /// Of few rows spelling cannot be learned: they are left out, where they are few of all.
  @Test(arguments: [(300, 18, true), (300, 45, false), (2_000, 30, true), (2_000, 60, false)])
  func fewRareValuesAreLeftOut(count: Int, rare: Int, areLeftOut: Bool) throws {
    let rows = (0..<count).map { row in
      [row < rare ? "rare \(row)" : ["Rome", "Oslo", "Bonn"][row % 3]]
    }
    let raw = try RawTable(header: ["town"], rows: rows)
    let table = try LearnedTable(plan: TablePlan(table: raw), raw: raw, seed: 1)
    #expect(table.rareValues.map(\.areLeftOut) == [areLeftOut])
  }

  @Test func stopsWhenTheLossHasStoppedFalling() {
    var state = LearningState(
      origin: .init(dataHash: "", rows: 1, options: [:]),
      settings: LearningSettings(rows: 100, elements: 2, size: .small, seed: 1))
    for step in 0..<LearningState.patience + 1 {
      #expect(!state.hasStoppedFalling)
      state.looks.append(.init(step: step, heldOut: step == 0 ? 1 : 2, training: 1))
    }
    #expect(state.hasStoppedFalling)
    state.goBack(to: 3)
    #expect(!state.hasStoppedFalling && state.looks.count == 4)
  }

  /// A tenth is held out, and no row is both.
  @Test func aTenthIsHeldOut() {
    #expect(table.heldOutRows.count == 30 && table.trainingRows.count == 270)
    #expect(Set(table.heldOutRows).isDisjoint(with: table.trainingRows))
  }

  /// Wide tables get narrower models, whose parameters stay within bounds.
  @Test func widthsFollowFromTheTable() {
    func settings(_ rows: Int, _ elements: Int) -> LearningSettings {
      LearningSettings(rows: rows, elements: elements, size: .large, seed: 1)
    }
    #expect(settings(30_000, 15).state == 128)
    #expect(settings(1_000, 1_000).state < 128)
    #expect(settings(100, 5).steps == 1_000 && settings(5_000_000, 5).steps == 12_000)
    #expect(settings(100, 5).batchSize < settings(100_000, 5).batchSize)
  }
}
