import Autodiff
import Evaluation
import FloatModel
import Records
import Schema
import Testing

@testable import Trainer

/// A message with every module kind: strings, an optional string, an enum, a bool, an optional
/// enum, reals and integers with and without presence, and a nested message.
func fixtureSchema() -> RecordSchema {
  let leaves = [
    Leaf(path: "name", column: "name", kind: .text, isOptional: false),
    Leaf(path: "nickname", column: "nickname", kind: .text, isOptional: true),
    Leaf(
      path: "tier", column: "tier",
      kind: .enumeration(names: ["A", "B", "C"], numbers: [0, 1, 2]),
      isOptional: false),
    Leaf(path: "active", column: "active", kind: .boolean, isOptional: true),
    Leaf(path: "height", column: "height", kind: .real(decimals: 2), isOptional: false),
    Leaf(path: "age", column: "age", kind: .integer, isOptional: true),
    Leaf(path: "home.city", column: "city", kind: .text, isOptional: false),
    Leaf(path: "home.floor", column: "floor", kind: .integer, isOptional: false),
  ]
  return RecordSchema(
    messageName: "Person", leaves: leaves, columns: Array(leaves.indices),
    root: .tuple(
      name: "",
      elements: [
        .stringLiteral(leaf: 0), .optional(.stringLiteral(leaf: 1)),
        .categorical(leaf: 2, classes: 3), .optional(.categorical(leaf: 3, classes: 2)),
        .optional(
          .tuple(name: "home", elements: [.stringLiteral(leaf: 6), .scalarTuple(leaves: [7])])),
        .scalarTuple(leaves: [4, 5]),
      ]))
}

/// Invented people whose fields depend on each other; nulls at known rates.
func fixtureRecords(_ count: Int, seed: UInt64 = 3) -> [Record] {
  let random = RandomGenerator(seed: seed, stream: 77)
  let names = ["ANA", "BO", "CLEO", "DIMITRI", "E"]
  let cities = ["OSLO", "RIGA", ""]
  return (0..<count).map { _ in
    let who = random.uniform(below: names.count)
    let hasHome = random.uniform() < 0.7
    return Record(values: [
      .text(names[who]),
      random.uniform() < 0.4 ? .null : .text(String(names[who].prefix(2))),
      .choice(who % 3),
      random.uniform() < 0.25 ? .null : .choice(who % 2),
      .real(1.5 + 0.1 * Double(who) + 0.05 * random.normal()),
      random.uniform() < 0.1 ? .null : .integer(Int64(20 + 10 * who + random.uniform(below: 5))),
      hasHome ? .text(cities[who % 3]) : .null,
      hasHome ? .integer(Int64(who)) : .null,
    ])
  }
}

func fixturePreset(_ overrides: [String] = []) throws -> Preset {
  try Preset.load(
    path: nil,
    overrides: [
      "steps=40", "batchSize=12", "pieces=3", "learningRate.initial=0.01",
      "learningRate.every=10%", "widths.character=3", "widths.embedding=8",
      "widths.stringState=7", "widths.tupleState=6", "widths.deviation=5",
      "maximumStringLength=12",
    ] + overrides)
}

func fixtureSource(_ preset: Preset, rows: Int = 100) throws -> TrainingSource {
  let table = Table(schema: fixtureSchema(), records: fixtureRecords(rows))
  return try TrainingSource(
    table: table, name: "people.csv", hash: "", preset: preset, attribution: "")
}

/// Mean Levenshtein distance per character of a text field's values to what comes back of them when
/// they are encoded and decoded with seed 1 (paper, 2.4).
func reconstructionDistance(
  _ records: [Record], leaf: Int, _ generator: FloatGenerator<Float>
) -> Double {
  let copies = generator.reconstruct(
    GeneratedRows(records), seed: 1, stream: RandomStreams.reconstruction.first,
    pool: ThreadPool(threads: 1)
  ).records
  let distances = zip(records, copies).map { record, copy -> Double in
    guard case .text(let original) = record.values[leaf],
      case .text(let other) = copy.values[leaf]
    else { return .nan }
    return Double(levenshteinDistance(original, other)) / Double(max(1, original.count))
  }
  return distances.reduce(0, +) / Double(distances.count)
}

/// A generator of the run's state as it is.
func newGenerator(_ run: TrainingRun) throws -> FloatGenerator<Float> {
  try #require(
    FloatGenerator<Float>(
      model: run.model, parameters: run.parameters, whitenings: run.whitenings,
      latents: run.latents))
}
