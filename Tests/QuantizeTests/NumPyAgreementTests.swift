import FloatModel
import Schema
import TestModels
import Testing

@testable import Quantize

/// The float network against a second implementation: every activation of a walk, the same choices
/// given to both.
@Suite struct NumPyAgreementTests {
  /// The paper's modules, and every option with each kind of feedback.
  @Test(arguments: [nil] + ModelOptions.Feedback.allCases.map(Optional.init))
  func activationsAgree(feedback: ModelOptions.Feedback?) throws {
    try expectAgreement(
      feedback.map { SyntheticCheckpoint(seed: 1, options: .every($0)) }
        ?? SyntheticCheckpoint(seed: 1))
  }

  @Test(arguments: ModelOptions.Feedback.allCases)
  func activationsOfNumbersAgree(feedback: ModelOptions.Feedback) throws {
    let found = try expectAgreement(.withNumbers(seed: 1, feedback: feedback))
    #expect(found.contains("record/2/cells") && found.contains("record/3/cells"))
    #expect(found.contains("record/2/feedback") == (feedback != .own))
  }

  @Test func activationsWithoutLatentVectorsAgree() throws {
    let found = try expectAgreement(.table(seed: 1))
    #expect(found.contains("record/2/cells") && found.contains("record/0/classes"))
  }

  @Test(arguments: [false, true]) func activationsOfFactoredClassesAgree(areClosed: Bool) throws {
    let synthetic =
      areClosed ? SyntheticCheckpoint.table(seed: 2) : .withNumbers(seed: 2, feedback: .state)
    let found = try expectAgreement(synthetic.withFactoredClasses())
    #expect(found.contains("record/0/values") && found.contains("record/2/bins"))
    #expect(found.contains("record/0/codes") == !areClosed)
  }

  /// - Returns: the names of what was compared.
  @discardableResult
  private func expectAgreement(_ synthetic: SyntheticCheckpoint) throws -> Set<String> {
    let width = synthetic.description.widths.embedding
    let choices = [0, 1, 2].map { variant in
      GenerationReference.Choices(
        noise: (0..<width).map { (-2 + 4 * Double($0) / Double(width - 1)) / Double(1 + variant) },
        codes: [[5, 2, 13, 20], [7], []][variant], index: variant, isPresent: variant != 1,
        component: 2 * variant, componentNoise: [0.7, -1.3], presence: [variant == 1, true])
    }
    let references = try GenerationReference.walk(
      synthetic.checkpoint, synthetic.description, choices)
    #expect(references.count == choices.count)
    for (choices, reference) in zip(choices, references) {
      let walk = try FloatModelWalk(synthetic.checkpoint, choices)
      #expect(walk.figures.keys.sorted() == reference.keys.sorted())
      #expect(reference.count > 15)
      for (name, expected) in reference {
        let found = try #require(walk.figures[name])
        #expect(found.map(\.count) == expected.map(\.count), "\(name)")
        let differences = zip(found.joined(), expected.joined()).map {
          abs($0 - $1) / max(1, abs($1))
        }
        #expect(differences.allSatisfy { $0 < 1e-11 }, "\(name)")
      }
    }
    return Set(references.flatMap(\.keys))
  }

  /// The choices above reach every kind of module.
  @Test func everyKindIsCompared() throws {
    let synthetic = SyntheticCheckpoint(seed: 1, options: .every(.state))
    let choices = GenerationReference.Choices(
      noise: Array(repeating: 0, count: synthetic.description.widths.embedding), codes: [3],
      index: 0, isPresent: true, component: 0, componentNoise: [0, 0], presence: [true])
    let figures = try #require(
      try GenerationReference.walk(synthetic.checkpoint, synthetic.description, [choices]).first)
    let kinds = Set(figures.keys.map { $0.split(separator: "/").last.map(String.init) })
    #expect(
      kinds == [
        "latent", "state", "embedding", "classes", "codes", "clusters", "components", "whitened",
        "values", "presence", "feedback",
      ])
    // A nested message's own elements, and an escaped vocabulary's string.
    #expect(figures["record/6/value/0/whitened"] != nil)
    #expect(figures["record/0/codes"] != nil)
  }
}
