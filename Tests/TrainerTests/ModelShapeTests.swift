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

  /// Pieces are learned from the texts that are spelled, those that no vocabulary knows.
  @Test func piecesAreOfWhatIsSpelled() throws {
    let schema = RecordSchema(
      messageName: "Place",
      leaves: [Leaf(path: "street", column: "street", kind: .text, isOptional: false)],
      columns: [0], root: .tuple(name: "", elements: [.stringLiteral(leaf: 0)]))
    let rare = "abcdefghijklmnopqrst".map { "\($0)-STREET" }
    let records = (rare + Array(repeating: "COMMON ROAD", count: 20)).map {
      Record(values: [.text($0)])
    }
    let source = try TrainingSource(
      table: Table(schema: schema, records: records), name: "places.csv", hash: "",
      preset: fixturePreset([
        "model.vocabularies.always=[street]", "model.pieces={maximum: 8, minimumCount: 3}",
        "model.softmaxClusters=2",
      ]), attribution: "")
    #expect(source.description.knownValues[0] == ["COMMON ROAD"])
    #expect(source.description.pieces == ["-STREET"])
  }

  /// Digits are never negative unless some in the data are, and stay within their type.
  @Test func digitsAreNotNegativeUnlessTheDataAre() throws {
    func range(_ codes: [String], in type: IntegerRange) throws -> ClosedRange<Int64>? {
      let schema = RecordSchema(
        messageName: "Item",
        leaves: [
          Leaf(path: "code", column: "code", kind: .digits, isOptional: false, typeRange: type),
          Leaf(path: "name", column: "name", kind: .text, isOptional: false),
        ], columns: [0, 1],
        root: .tuple(name: "", elements: [.stringLiteral(leaf: 0), .stringLiteral(leaf: 1)]))
      let table = Table(
        schema: schema, records: codes.map { Record(values: [.text($0), .text("x-y")]) })
      let source = try TrainingSource(
        table: table, name: "items.csv", hash: "", preset: fixturePreset(), attribution: "")
      return source.description.digitRange(0)
    }
    let small = IntegerRange(minimum: -2_147_483_648, maximum: 2_147_483_647)
    let unsigned = IntegerRange(minimum: 0, maximum: 4_294_967_295)
    #expect(try range(["12", "7", "0"], in: small) == 0...small.maximum)
    #expect(try range(["12", "-7", "0"], in: small) == small.minimum...small.maximum)
    #expect(try range(["12", "7"], in: unsigned) == 0...unsigned.maximum)
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

  private func elements(_ description: ModelDescription) -> [ModuleNode] {
    guard case .tuple(_, let elements) = description.schema.root else { return [] }
    return elements
  }

  @Test func numbersTakeTheScalarTuplesPlace() throws {
    let numbers = "model.numbers={maximumBins: 8, maximumCells: 4}"
    let description = try shaped([numbers])
    let found = elements(description)
    #expect(found.map(\.leaves) == [[0], [1], [2], [3], [6, 7], [4], [5]])
    #expect(found.map(\.kind.name).suffix(2) == ["Number", "Number"])
    guard case .number(5, let ages) = found[6],
      case .optional(.tuple(_, let nested)) = found[4], case .number(7, let floors) = nested[1]
    else {
      Issue.record("expected numbers, found \(found)")
      return
    }
    #expect(floors.bins == (0...4).map { [$0...$0] })
    #expect(ages.count <= 8 && ages.size <= 4)
    // A number weighs 1, with no head for its null.
    #expect(description.schema.root.weight(in: description.schema) == 11)
    // By path, or in the place that the ScalarTuple had.
    let ordered = try shaped([numbers, "model.order=[age, home, tier]"])
    #expect(elements(ordered).map(\.leaves) == [[5], [6, 7], [2], [0], [1], [3], [4]])
    let replaced = try shaped([numbers, "model.order=[tier, age, scalars, home.scalars]"])
    #expect(elements(replaced).map(\.leaves) == [[2], [5], [4], [0], [1], [3], [7, 6]])
    // None without the key.
    #expect(try !shaped([]).schema.root.nodes.contains { $0.kind.name == "Number" })
  }

  /// A leaf without values is left to the ScalarTuple, and so is one with too great values, which
  /// then do not fit a model file.
  @Test func numbersNeedValuesThatFit() throws {
    func source(real: Double?) throws -> TrainingSource {
      let records = fixtureRecords(30).map { record in
        var record = record
        if let real { record.values[4] = .real(real) }
        record.values[5] = .null
        return record
      }
      return try TrainingSource(
        table: Table(schema: fixtureSchema(), records: records), name: "people.csv", hash: "",
        preset: fixturePreset(["model.numbers.maximumBins=8"]), attribution: "")
    }
    #expect(elements(try source(real: nil).description).last == .scalarTuple(leaves: [5]))
    let error = #expect(throws: TrainerError.self) { try source(real: 1e17) }
    #expect(error?.description.contains("field 'height'") == true)
  }

  @Test func numbersBeyondTheirBoundsAreRefused() {
    for (override, part) in [
      ("model.numbers.maximumBins=-1", "model.numbers.maximumBins: expected 0 to 65535"),
      ("model.numbers.maximumCells=0", "model.numbers.maximumCells: expected 1 to 65535"),
      ("model.numbers={maximumBins: 256, maximumCells: 256}", "model.numbers: expected at most"),
    ] {
      let error = #expect(throws: PresetError.self) { try fixturePreset([override]) }
      #expect(error?.description.contains(part) == true)
    }
    let error = #expect(throws: PresetError.self) {
      try fixturePreset(["model.numbers.maximumBins=8", "architecture.tree=passThrough"])
    }
    #expect(error?.description.contains("architecture.tree: expected tuple") == true)
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
