import FloatModel
import Records
import Schema
import Testing

@testable import Trainer

@Suite struct ModelShapeTests {
  @Test func learnsWhatTheStringsShare() {
    let texts = ["MAPLE ST": 40, "ELM ST": 30, "OAK ST": 20, "MAPLE RD": 10, "12 ST": 9, "QX": 1]
    let alphabet = Alphabet(texts: texts.keys)
    let pieces = PieceLearner.learn(texts, alphabet: alphabet, maximum: 4, minimumCount: 5)
    #expect(pieces.count <= 4)
    #expect(pieces.contains("MAPLE ST"))
    let codes = StringCodes(alphabet: alphabet, pieces: pieces)
    let spelled = texts.reduce(0) { $0 + codes.encode($1.key).count * $1.value }
    let characters = texts.reduce(0) { $0 + $1.key.count * $1.value }
    #expect(spelled * 2 < characters)
    // Digits stay alone; a string seen less often than the threshold is not learned.
    #expect(!pieces.contains { $0.contains("1") || $0.contains("Q") })
    #expect(
      PieceLearner.learn(texts, alphabet: alphabet, maximum: 0, minimumCount: 5).isEmpty)
  }

  private func shaped(_ overrides: [String]) throws -> ModelDescription {
    try fixtureSource(fixturePreset(overrides)).description
  }

  @Test func vocabulariesFollowTheRule() throws {
    // 5 names, 5 nicknames of at most 2 letters, 3 cities of which one is empty.
    let all = try shaped(["model.vocabularies.maximumValues=5"])
    #expect(all.knownValues[0].count == 5 && all.knownValues[6].count == 3)
    #expect(all.knownValues[1].count == 5)
    let small = try shaped(["model.vocabularies.maximumValues=3"])
    #expect(small.knownValues[0].isEmpty && small.knownValues[6].count == 3)
    let chosen = try shaped(
      [
        "model.vocabularies.maximumValues=3", "model.vocabularies.always=[name]",
        "model.vocabularies.never=[home.city]",
      ])
    #expect(chosen.knownValues[0].count == 5 && chosen.knownValues[6].isEmpty)
    // A coverage that rare values break.
    let covered = try shaped(
      ["model.vocabularies.maximumValues=5", "model.vocabularies.minimumCount=24"])
    #expect(covered.knownValues[0].isEmpty)
  }

  @Test func elementsComeInTheOrderAskedFor() throws {
    let description = try shaped(["model.order=[scalars, home, tier, home.scalars]"])
    guard case .tuple(_, let elements) = description.schema.root,
      case .optional(.tuple(_, let nested)) = elements[1]
    else {
      Issue.record("expected the root's elements, the nested message second")
      return
    }
    #expect(elements[0] == .scalarTuple(leaves: [4, 5]))
    #expect(elements[2] == .categorical(leaf: 2, classes: 3))
    #expect(elements[3] == .stringLiteral(leaf: 0))
    #expect(nested.map(\.leaves) == [[7], [6]])
  }

  @Test func unknownFieldsAreNamed() throws {
    for (override, key) in [
      ("model.order=[nmae]", "model.order"),
      ("model.vocabularies.always=[nmae]", "model.vocabularies.always"),
      ("model.softmaxContext=nmae", "model.softmaxContext"),
    ] {
      let error = #expect(throws: TrainerError.self) { try shaped([override]) }
      #expect(try #require(error).description.contains("\(key): the message has no 'nmae'"))
    }
  }

  @Test func stringsThatNeverChangeAreLeftOut() throws {
    let preset = try fixturePreset(["model.constants=true"])
    let records = fixtureRecords(30).map { record in
      var record = record
      record.values[0] = .text("SAME")
      return record
    }
    let source = try TrainingSource(
      table: Table(schema: fixtureSchema(), records: records), name: "people.csv", hash: "",
      preset: preset, attribution: "")
    guard case .tuple(_, let elements) = source.description.schema.root else {
      Issue.record("the root is no tuple")
      return
    }
    #expect(elements[0] == .constant(leaf: 0))
    #expect(source.description.knownValues[0] == ["SAME"])
    // It has no parameters and is there in every generated record.
    let run = TrainingRun(preset: preset, source: source, threads: 1)
    #expect(!run.model.layout.entries.contains { $0.name.hasPrefix("record/0") })
    _ = run.advance()
    let generator = try FloatGenerator<Float>(run.checkpoint(compact: true), path: "memory")
    let generated = generator.generate(
      count: 20, seed: 1, stream: RandomStreams.generation.first, pool: run.pool)
    #expect(generated.records.allSatisfy { $0.values[0] == .text("SAME") })
  }

  /// Frequent codes first, the others by the value they are seen with.
  @Test func clustersFollowTheContext() throws {
    let description = try shaped(
      [
        "model.pieces={maximum: 8, minimumCount: 2}", "model.softmaxClusters=3",
        "model.softmaxContext=home.city",
      ])
    #expect(description.softmaxOrder.sorted() == Array(0..<description.codeCount))
    #expect(description.softmaxOrder.first == Int(Alphabet.endCode))
    let frequencyAlone = try shaped(
      ["model.pieces={maximum: 8, minimumCount: 2}", "model.softmaxClusters=3"])
    #expect(description.softmaxOrder != frequencyAlone.softmaxOrder)
  }
}
