import Autodiff
import Checkpoint
import FloatModel
import Records
import Testing

@testable import Trainer

/// Augmented training in a run: where augmented latent vectors come from, what is decoded from
/// them, and that it is trained on (paper, 5).
@Suite struct VariantTests {
  private static let width = 8

  /// A run whose parameters stay as they are, unless `rate` says otherwise.
  private func newRun(_ overrides: [String], rate: String = "1e-30") throws -> TrainingRun {
    let preset = try fixturePreset(
      [
        "learningRate.initial=\(rate)", "workers=2", "augmentation.variants=9",
        "augmentation.start=0%", "augmentation.pSampled.maximum=0",
      ] + overrides)
    return TrainingRun(preset: preset, source: try fixtureSource(preset), threads: 2)
  }

  /// Mean vectors of records, by the model as it is.
  private func means(_ run: TrainingRun, _ records: [Record]) throws -> [[Float]] {
    let checkpoint = try Checkpoint(
      decoding: run.checkpoint(compact: true).encoded(), path: "x")
    let posteriors = try FloatGenerator<Float>(checkpoint, path: "x")
      .posteriors(of: records, pool: run.pool)
    return (0..<posteriors.count).map { Array(posteriors.mean($0)) }
  }

  private func vectors(_ values: [Float]) -> [[Float]] {
    stride(from: 0, to: values.count, by: Self.width).map { Array(values[$0..<$0 + Self.width]) }
  }

  private func distance(_ a: [Float], _ b: [Float]) -> Float {
    zip(a, b).map { abs($0 - $1) }.max() ?? 0
  }

  /// Sampled latent vectors of the batch's examples; mean vectors without noise; neither, if they
  /// are drawn from the prior (App. L.2).
  @Test(arguments: ["examples", "no noise", "prior"]) func source(kind: String) throws {
    let overrides =
      switch kind {
      case "no noise": ["augmentation.noise=false"]
      case "prior": ["augmentation.source=prior"]
      default: [String]()
      }
    let run = try newRun(overrides)
    _ = run.advance()
    let known = try means(run, fixtureRecords(100))
    let latents = vectors(try #require(run.augmenter?.latents[0]))
    #expect(latents.count == 9)
    let nearest = latents.map { latent in known.map { distance($0, latent) }.min() ?? .infinity }
    let average = nearest.reduce(0, +) / 9
    switch kind {
    case "no noise": #expect(nearest.allSatisfy { $0 < 1e-5 })
    case "prior": #expect(average > 0.02, "\(nearest)")
    // Standard deviations are 0.0067 at first; the largest of 8 numbers counts.
    default: #expect(nearest.allSatisfy { $0 > 1e-5 } && average < 0.02, "\(nearest)")
    }
  }

  /// The next batch's variants are decoded from the worker's vectors, and their mean vectors are
  /// the next augmented latent vectors.
  @Test func goesOnFromVariants() throws {
    let run = try newRun(["augmentation.noise=false"])
    for _ in 0..<2 { _ = run.advance() }
    let before = try #require(run.augmenter?.latents[0])
    let other = run.augmenter?.latents[1]
    _ = run.advance()
    let generator = VariantGenerator(parameters: run.parameters)
    let records = (0..<3).flatMap { piece in
      generator.generate(
        before[piece * 3 * Self.width..<(piece + 1) * 3 * Self.width], model: run.model,
        whitenings: run.whitenings,
        random: RandomGenerator(
          seed: 1, stream: RandomStreams.variants[step: 2, piece: piece, of: 3])
      ).records
    }
    let expected = try means(run, records)
    let found = vectors(try #require(run.augmenter?.latents[0]))
    #expect(expected.count == 9 && found.count == 9)
    for (a, b) in zip(expected, found) { #expect(distance(a, b) < 1e-5) }
    #expect(run.augmenter?.latents[1] == other)
  }

  /// A variant is like the example whose latent vector it is decoded from.
  @Test func variantsAreLikeTheirOrigin() throws {
    let run = try newRun(["steps=400", "augmentation.start=100%"], rate: "0.01")
    for _ in 0..<400 { _ = run.advance() }
    let records = fixtureRecords(100)
    let height = 4
    func real(_ record: Record) -> Double {
      if case .real(let value) = record.values[height] { value } else { .nan }
    }
    let means = try means(run, records)
    let generator = VariantGenerator(parameters: run.parameters)
    let byHeight = records.indices.sorted { real(records[$0]) < real(records[$1]) }
    let averages = [byHeight[5], byHeight[94]].map { row in
      let variants = generator.generate(
        Array(repeating: means[row], count: 50).flatMap { $0 }[...], model: run.model,
        whitenings: run.whitenings, random: RandomGenerator(seed: 1, stream: 9))
      return variants.records.map(real).reduce(0, +) / 50
    }
    // People are from 1.5 to 1.9 high.
    #expect(averages[1] - averages[0] > 0.15, "\(averages)")
  }

  /// Other variants, other losses and gradients.
  @Test func variantsAreTrainedOn() throws {
    let runs = try (0..<2).map { _ in try newRun([], rate: "0.01") }
    for run in runs { for _ in 0..<2 { _ = run.advance() } }
    #expect(runs[0].parameters.isEqual(to: runs[1].parameters))
    let count = try #require(runs[1].augmenter?.latents[0].count)
    runs[1].augmenter?.latents[0] = Array(repeating: 3, count: count)
    let reports = runs.map { $0.advance() }
    #expect(reports[0].reconstruction != reports[1].reconstruction)
    #expect(!runs[0].parameters.isEqual(to: runs[1].parameters))
  }
}

extension ParameterVector<Float> {
  fileprivate func isEqual(to other: ParameterVector) -> Bool {
    count == other.count && (0..<count).allSatisfy { values[$0] == other.values[$0] }
  }
}
