import Autodiff
import Evaluation
import FloatModel
import Foundation
import Records
import Schema
import Testing

@testable import Trainer

/// Encoding, interpolating, reconstructing over and over.
@Suite struct MeasurementTests {
  private let run: TrainingRun
  private let generator: FloatGenerator<Float>
  private let pool = ThreadPool(threads: 2)

  init() throws {
    let preset = try fixturePreset(["steps=300", "beta=[{at: 0%, value: 0.01}]"])
    run = TrainingRun(preset: preset, source: try fixtureSource(preset), threads: 1)
    for _ in 0..<300 { _ = run.advance() }
    generator = try newGenerator(run)
  }

  /// The divergences per dimension add up to what the latent loss counts.
  @Test func divergencesAddUp() throws {
    let records = fixtureRecords(300, seed: 8)
    let posteriors = generator.posteriors(of: records, pool: pool)
    #expect(posteriors.count == 300)
    let table = generator.encoded(GeneratedRows(records))
    let losses = run.losses(of: table, rows: (0..<300).map { Int32($0) }, stream: 5)
    let sum = posteriors.divergences.reduce(0, +)
    #expect(abs(sum - losses.divergence) < 1e-4 * sum)
    let first = (0..<300).map { Double(posteriors.mean($0).first!) }
    let mean = first.reduce(0, +) / 300
    let variance = first.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 300
    #expect(abs(posteriors.meanVariances[0] - variance) < 1e-9)
    #expect(posteriors.activeUnits == posteriors.meanVariances.count { $0 > 0.01 })
    #expect(posteriors.activeUnits > 0)
  }

  /// A multiscale model's posteriors are those of its lowest level, wherever a level's standard
  /// deviations come from (6, App. L.5).
  @Test(arguments: ["network", "conditioned", "lastLayer"])
  func posteriorsAreOfTheLowestBeta(deviation: String) throws {
    let preset = try fixturePreset([
      "workers=4", "multiscale.levels=4", "architecture.deviation=\(deviation)",
    ])
    let run = TrainingRun(preset: preset, source: try fixtureSource(preset), threads: 1)
    for _ in 0..<40 { _ = run.advance() }
    let generator = try newGenerator(run)
    let rows = fixtureRecords(20)
    let found = generator.posteriors(of: rows, pool: pool).deviations
    for level in 0..<4 {
      let piece = generator.newPiece(generator.encoded(GeneratedRows(rows)))
      piece.rows = (0..<20).map { $0 }
      piece.settings = run.settings(level: level, batchSize: 20)
      piece.noise = Array(repeating: 0, count: 20 * 8)
      run.model.sampleLatents(piece)
      let deviations = (0..<20 * 8).map { piece.deviation!.values[$0] }
      #expect((found == deviations) == (level == 0), "\(level)")
    }
  }

  @Test func interpolationsRunFromRowToRow() throws {
    let records = fixtureRecords(4, seed: 9)
    let pairs = [(records[0], records[1]), (records[2], records[3])]
    func interpolate(isGreedy: Bool, seed: UInt64, pool: ThreadPool) -> [Interpolation] {
      Interpolation.between(
        pairs, count: 21, isGreedy: isGreedy, generator: generator, seed: seed, pool: pool)
    }
    let sampled = interpolate(isGreedy: false, seed: 1, pool: pool)
    #expect(sampled.count == 2)
    #expect(sampled[0].points.map(\.fraction).first == 0)
    #expect(sampled[0].points.map(\.fraction).last == 1)
    #expect(sampled[0].points.count == 21 && sampled[0].ends.count == 2)
    #expect(sampled == interpolate(isGreedy: false, seed: 1, pool: ThreadPool(threads: 1)))
    #expect(sampled != interpolate(isGreedy: false, seed: 2, pool: pool))
    let greedy = interpolate(isGreedy: true, seed: 1, pool: pool)
    #expect(greedy == interpolate(isGreedy: true, seed: 2, pool: pool))
    // The ends decode to what the rows' own mean vectors do.
    let posteriors = generator.posteriors(of: records, pool: pool)
    let ends = texts(posteriors.means)
    #expect(greedy[0].points[0].text == ends[0] && greedy[0].points[20].text == ends[1])
    #expect(greedy[1].points[0].text == ends[2])
    // Between them lie the mean vectors' weighted means.
    var between: [Float] = []
    for (first, second) in [(0, 1), (2, 3)] {
      let (start, end) = (posteriors.mean(first), posteriors.mean(second))
      between += zip(start, end).map { ($0 + $1) / 2 }
      between += zip(start, end).map { 0.75 * $0 + 0.25 * $1 }
    }
    let points = greedy.flatMap { [$0.points[10], $0.points[5]] }
    #expect(points.map(\.fraction) == [0.5, 0.25, 0.5, 0.25])
    #expect(points.map(\.text) == texts(between))
    #expect(!ends.contains(points[0].text) || !ends.contains(points[2].text))
  }

  /// What latent vectors `[rows, latent]` are decoded to by the likeliest values.
  private func texts(_ latents: [Float]) -> [String] {
    let schema = generator.model.description.schema
    return generator.decode(latents, isGreedy: true, seed: 3, stream: 0, pool: pool).records.map {
      Interpolation.Point($0, fraction: 0, schema).text
    }
  }

  /// Greedy decoding takes the likeliest at every draw: sampling agrees with it ever more as the
  /// logits are sharpened, here by hand.
  @Test func greedyTakesTheLikeliest() {
    let batch = GeneratedBatch<Double>(
      tape: Tape(), view: ParameterView(.init(count: 1), gradient: .init(count: 1)),
      model: generator.model.description, whitenings: [],
      draws: SequentialDraws(RandomGenerator(seed: 1, stream: 0)), isGreedy: true, count: 1)
    let logits = [0.5, 2, -1, 2, 3]
    #expect(batch.sampleClass(logits, count: 5, stream: 1, row: 0) { _ in true } == 4)
    #expect(batch.sampleClass(logits, count: 5, stream: 1, row: 0) { $0 != 4 } == 1)
    #expect(batch.sampleClass(logits, count: 5, stream: 1, row: 0) { _ in false } == 0)
    #expect(batch.sampleBernoulli(logit: 0.1, stream: 1, row: 0))
    #expect(!batch.sampleBernoulli(logit: -0.1, stream: 1, row: 0))
  }

  private static let addressSchema = RecordSchema(
    messageName: "T",
    leaves: [
      ("lat", LeafKind.real(decimals: 3)), ("long", .real(decimals: 3)),
      ("postcode", .text), ("street", .text),
    ].map {
      Leaf(path: $0.0, column: $0.0, kind: $0.1, isOptional: false)
    }, columns: [0, 1, 2, 3],
    root: .tuple(
      name: "",
      elements: [
        .stringLiteral(leaf: 3), .stringLiteral(leaf: 2), .scalarTuple(leaves: [0, 1]),
      ]))

  private static func addresses(_ count: Int) -> [Record] {
    let random = RandomGenerator(seed: 4, stream: 0)
    return (0..<count).map { index in
      Record(values: [
        .real(Double(index % 2) + random.normal()), .real(random.normal()),
        .text(["A", "B"][index % 2]), .text(["ELM", "OAK", "FIR"][index % 3]),
      ])
    }
  }

  /// An all but untrained model of addresses.
  private func addressGenerator(_ rows: [Record]) throws -> FloatGenerator<Float> {
    let preset = try fixturePreset(["steps=10"])
    let source = try TrainingSource(
      table: Table(schema: Self.addressSchema, records: rows), name: "t.csv", hash: "",
      preset: preset, attribution: "")
    let run = TrainingRun(preset: preset, source: source, threads: 1)
    for _ in 0..<10 { _ = run.advance() }
    return try newGenerator(run)
  }

  @Test func roundsStartFromTheRowsThemselves() throws {
    let rows = Self.addresses(200)
    let generator = try addressGenerator(rows)
    let reference = ReferenceData(rows: rows, roles: FieldRoles(schema: Self.addressSchema))
    let rounds = RepeatedReconstruction(
      generator,
      generated: generator.generate(
        count: 90, seed: 1, stream: RandomStreams.generation.first, pool: pool), training: rows,
      reference: reference, rounds: 3, seed: 1, pool: pool)
    #expect(rounds.generated.map(\.round) == [0, 1, 2, 3])
    #expect(rounds.reconstructed[0].knownStreet == 1)
    #expect(rounds.reconstructed[0].pValues == BoxPlot(try #require(reference.pValues(of: rows))))
    // The model knows no streets: what it decodes is not what it was given.
    #expect(try #require(rounds.reconstructed[1].knownStreet) < 0.5)
    let again = generator.reconstruct(
      GeneratedRows(rows), seed: 1, stream: 1 << 43 + 1 << 20, pool: pool)
    #expect(rounds.reconstructed[1].knownStreet == reference.knownStreetShare(of: again.records))
    let twice = generator.reconstruct(again, seed: 1, stream: 1 << 43 + 2 << 20, pool: pool)
    #expect(
      rounds.reconstructed[2].pValues
        == reference.pValues(of: twice.records).flatMap { BoxPlot($0) })
  }

  /// The streets of the first training rows in their order, ten or as many as there are, and the
  /// distance of random training rows' streets to what comes back of them (paper, 2.4).
  @Test(arguments: [4, 200]) func streetsAndTheirDistance(count: Int) throws {
    let rows = Self.addresses(count)
    let generator = try addressGenerator(rows)
    var plan = MeasurementPlan()
    (plan.rows, plan.rounds, plan.pairs, plan.points) = (150, 0, 1, 2)
    let found = Measurements(
      generator, about: "", training: rows, heldOut: nil, plan: plan, pool: pool
    ) { _ in }
    let first = Array(rows.prefix(10))
    let copies = generator.reconstruct(
      GeneratedRows(first), seed: plan.seed, stream: RandomStreams.reconstruction.first, pool: pool
    ).records
    func streets(_ records: [Record]) -> [String] {
      records.map { if case .text(let street) = $0.values[3] { street } else { "no text" } }
    }
    #expect(found.streets.count == min(10, count))
    #expect(found.streets.map(\.original) == streets(first))
    #expect(found.streets.map(\.reconstruction) == streets(copies))

    var order = rows.indices.map { Int32($0) }
    RandomGenerator(seed: plan.seed, stream: 3).shuffle(&order)
    let sample = order.prefix(150).map { rows[Int($0)] }
    let expected = reconstructionDistance(sample, leaf: 3, generator)
    let distance = try #require(found.generated.streetLevenshtein)
    #expect(distance > 0 && abs(distance - expected) < 1e-12)
  }
}
