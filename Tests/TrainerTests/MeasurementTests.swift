import Autodiff
import Evaluation
import Foundation
import Records
import Schema
import Testing

@testable import Trainer

/// Encoding, interpolating, reconstructing over and over.
@Suite struct MeasurementTests {
  private let run: TrainingRun
  private let generator: FloatGenerator
  private let pool = ThreadPool(threads: 2)

  init() throws {
    let preset = try fixturePreset(["steps=300", "beta=[{at: 0%, value: 0.01}]"])
    run = TrainingRun(preset: preset, source: try fixtureSource(preset), threads: 1)
    for _ in 0..<300 { _ = run.advance() }
    generator = try #require(
      FloatGenerator(
        model: run.model, parameters: run.parameters, whitenings: run.whitenings,
        latents: run.latents))
  }

  /// The divergences per dimension add up to what the latent loss counts.
  @Test func divergencesAddUp() throws {
    let records = fixtureRecords(300, seed: 8)
    let posteriors = generator.posteriors(of: records, pool: pool)
    #expect(posteriors.count == 300)
    let table = generator.encoded(records)
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
    let ends = generator.decode(
      posteriors.means, isGreedy: true, seed: 3, stream: 0, pool: pool)
    let schema = generator.model.description.schema
    for (row, point) in [greedy[0].points[0], greedy[0].points[20], greedy[1].points[0]]
      .enumerated()
    {
      #expect(point.text == Interpolation.Point(ends[row], fraction: 0, schema).text)
    }
  }

  /// Greedy decoding takes the likeliest at every draw: sampling agrees with it ever more as the
  /// logits are sharpened, here by hand.
  @Test func greedyTakesTheLikeliest() {
    let batch = GeneratedBatch<Double>(
      tape: Tape(), view: ParameterView(.init(count: 1), gradient: .init(count: 1)),
      model: generator.model.description, whitenings: [],
      random: RandomGenerator(seed: 1, stream: 0), isGreedy: true, count: 1)
    let logits = [0.5, 2, -1, 2, 3]
    #expect(batch.sampleClass(logits, count: 5) { _ in true } == 4)
    #expect(batch.sampleClass(logits, count: 5) { $0 != 4 } == 1)
    #expect(batch.sampleClass(logits, count: 5) { _ in false } == 0)
    #expect(batch.sampleBernoulli(logit: 0.1) && !batch.sampleBernoulli(logit: -0.1))
  }

  @Test func roundsStartFromTheRowsThemselves() throws {
    let schema = RecordSchema(
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
    let random = RandomGenerator(seed: 4, stream: 0)
    let rows = (0..<200).map { index in
      Record(values: [
        .real(Double(index % 2) + random.normal()), .real(random.normal()),
        .text(["A", "B"][index % 2]), .text(["ELM", "OAK", "FIR"][index % 3]),
      ])
    }
    let preset = try fixturePreset(["steps=10"])
    let source = try TrainingSource(
      table: Table(schema: schema, records: rows), name: "t.csv", hash: "", preset: preset,
      attribution: "")
    let run = TrainingRun(preset: preset, source: source, threads: 1)
    for _ in 0..<10 { _ = run.advance() }
    let generator = try #require(
      FloatGenerator(
        model: run.model, parameters: run.parameters, whitenings: run.whitenings,
        latents: run.latents))
    let reference = ReferenceData(rows: rows, roles: FieldRoles(schema: schema))
    let rounds = RepeatedReconstruction(
      generator, generated: generator.generate(count: 90, seed: 1, pool: pool), training: rows,
      reference: reference, rounds: 3, seed: 1, pool: pool)
    #expect(rounds.generated.map(\.round) == [0, 1, 2, 3])
    #expect(rounds.reconstructed[0].knownStreet == 1)
    #expect(rounds.reconstructed[0].pValues == BoxPlot(try #require(reference.pValues(of: rows))))
    // An all but untrained model knows no streets: what it decodes is not what it was given.
    #expect(try #require(rounds.reconstructed[1].knownStreet) < 0.5)
    let again = generator.reconstruct(rows, seed: 1, stream: 1 << 43 + 1 << 20, pool: pool)
    #expect(rounds.reconstructed[1].knownStreet == reference.knownStreetShare(of: again))
    let twice = generator.reconstruct(again, seed: 1, stream: 1 << 43 + 2 << 20, pool: pool)
    #expect(rounds.reconstructed[2].pValues == reference.pValues(of: twice).flatMap { BoxPlot($0) })
  }
}
