import Autodiff
import FloatModel
import Foundation
import Records
import Schema
import TestSupport
import Testing

@testable import Trainer

@Suite struct ExposureTests {
  private let pool = ThreadPool(threads: 2)

  /// With every parameter zero, the latent vectors' distribution for a prior, and so equal weights,
  /// the bound is log p(x) itself, and that can be written down.
  @Test func boundIsExactWhereTheDecoderIgnoresTheLatents() throws {
    let preset = try fixturePreset()
    let source = try fixtureSource(preset)
    let model = RecordModel(source.description)
    let parameters = ParameterVector<Float>(count: model.layout.count)
    var latents = LatentMoments(width: 8, decay: 0.9)
    latents.covariance = latents.covariance.map { $0 / 4 }
    let whitenings = model.scalarTuples.map { Whitening(count: $0.leaves.count) }
    let generator = try #require(
      FloatGenerator<Float>(
        model: model, parameters: parameters, whitenings: whitenings, latents: latents))
    let records = fixtureRecords(20)
    let bounds = LikelihoodBound(generator: generator, samples: 7)
      .values(of: records, seed: 1, stream: 0, pool: pool)

    let perCode = log(Double(source.description.codeCount))
    func text(_ value: FieldValue) -> Double? {
      guard case .text(let text) = value else { return nil }
      return Double(text.unicodeScalars.count + 1) * perCode
    }
    func square(_ value: FieldValue) -> Double {
      switch value {
      case .real(let x): x * x / (1 + Whitening.epsilon)
      case .integer(let x): Double(x * x) / (1 + Whitening.epsilon)
      default: 0
      }
    }
    for (record, bound) in zip(records, bounds) {
      let values = record.values
      var nats = try #require(text(values[0]))
      nats += log(2) + (text(values[1]) ?? 0)
      nats += log(3) + log(2) + (values[3] == .null ? 0 : log(2))
      nats += log(2)
      if let city = text(values[6]) { nats += city + square(values[7]) + log(Double.pi) / 2 }
      nats += square(values[4]) + square(values[5]) + log(Double.pi) + log(2)
      #expect(abs(bound + nats) < 1e-3, "\(bound), \(-nats)")
    }
  }

  /// With one latent dimension the likelihood is an integral over a line.
  @Test func boundApproachesTheIntegral() throws {
    let preset = try fixturePreset(["widths.embedding=1"])
    let source = try fixtureSource(preset)
    let model = RecordModel(source.description)
    let parameters = ParameterVector<Float>(count: model.layout.count)
    let random = RandomGenerator(seed: 6, stream: 0)
    parameters.initialize(model.layout, random: random)
    for i in 0..<parameters.count { parameters.values[i] += 0.2 * Float(random.normal()) }
    // A posterior about as wide as the prior.
    let bias = try #require(model.layout.entries.first { $0.name == "deviation/0/3/bias" })
    parameters.values[bias.slot.offset] = 2
    var latents = LatentMoments(width: 1, decay: 0.9)
    latents.mean = [0.3]
    latents.covariance = [0.49]
    let whitenings = model.scalarTuples.map { Whitening(count: $0.leaves.count) }
    let generator = try #require(
      FloatGenerator<Float>(
        model: model, parameters: parameters, whitenings: whitenings, latents: latents))
    // Small numbers: a squared error of thousands would leave no digits.
    let records = fixtureRecords(3).map { record in
      var record = record
      record.values[5] = .integer(1)
      record.values[7] = .integer(1)
      return record
    }

    let posteriors = generator.posteriors(of: records, pool: pool)
    let grid: [Double] = (0...800).map { (index: Int) -> Double in
      0.3 + Double(index - 400) * (6 * 0.7 / 400)
    }
    for (row, record) in records.enumerated() {
      let piece = generator.newPiece(generator.encoded(GeneratedRows([record])))
      piece.rows = grid.map { _ in 0 }
      piece.keepsRowNats = true
      piece.settings = StepSettings(batchSize: grid.count, beta: 0, groundTruthProbability: 0)
      piece.uniforms = Array(repeating: 0.5, count: grid.count * model.feedbackCount)
      let (mean, deviation) = (
        Double(posteriors.means[row]), Double(posteriors.deviations[row])
      )
      piece.noise = grid.map { Float(($0 - mean) / deviation) }
      model.forward(piece)
      var integral = 0.0
      for (z, nats) in zip(grid, piece.rowNats) {
        let t: Double = (z - 0.3) / 0.7
        integral += exp(-t * t / 2 - nats)
      }
      integral /= 0.7 * (2 * Double.pi).squareRoot()
      integral *= grid[1] - grid[0]
      func bound(_ samples: Int, seed: UInt64) -> Double {
        LikelihoodBound(generator: generator, samples: samples)
          .values(of: [record], seed: seed, stream: 0, pool: pool)[0]
      }
      #expect(abs(bound(4000, seed: 1) - log(integral)) < 0.05)
      // Fewer samples, a lower bound on average.
      let loose = (0..<200).map { bound(1, seed: UInt64($0)) }.reduce(0, +) / 200
      #expect(loose < log(integral))
    }
  }

  /// The nats of the rows are the losses that training counts, for numbers in bins with those of
  /// the values in their cells.
  @Test(arguments: [0, 4]) func natsAreTheLosses(maximumBins: Int) throws {
    let preset = try fixturePreset([
      "model.numbers={maximumBins: \(maximumBins), maximumCells: 3}"
    ])
    let source = try fixtureSource(preset)
    let run = TrainingRun(preset: preset, source: source, threads: 1)
    for _ in 0..<3 { _ = run.advance() }
    let piece = Piece<Float>(
      parameters: run.parameters, table: run.table,
      components: run.model.components.components.count, encodings: run.model.encodingCount)
    piece.whitenings = run.whitenings
    piece.rows = (0..<40).map { Int32($0) }
    piece.noise = Array(repeating: 0.3, count: 40 * 8)
    piece.uniforms = Array(repeating: 0.5, count: 40 * run.model.feedbackCount)
    piece.settings = StepSettings(batchSize: 40, beta: 0, groundTruthProbability: 0)
    piece.keepsRowNats = true
    run.model.forward(piece)
    let components = run.model.components.components
    var expected = piece.characterNats
    for (component, loss) in zip(components, piece.losses) {
      let isText = ["name", "nickname", "home.city"].contains(component.name)
      if !isText, !component.name.hasPrefix("skew:") { expected += loss }
    }
    let rows = piece.rows.map(Int.init)
    if maximumBins == 0 {
      let homes = rows.count { run.table.columns[7].present[$0] }
      expected += (Double(homes) / 2 + 40) * log(Double.pi)
    }
    for case .number(let leaf, let bins) in source.description.schema.root.nodes {
      let column = run.table.columns[leaf]
      for row in rows where column.present[row] {
        let cell = bins.bins[Int(column.classes[row])][Int(column.cells[row])]
        expected += log(Double(cell.count))
      }
    }
    #expect(abs(piece.rowNats.reduce(0, +) - expected) < 1e-3 * expected)
  }

  @Test func ranksOfKnownBounds() {
    let canary = Canaries.Canary(row: 0, secret: "X", insertions: 3)
    let others = (0..<7).map { Double($0) }
    func exposure(_ bound: Double) -> Exposure.CanaryExposure {
      Exposure.exposure(canary, bound: bound, of: others, spaceBits: 20)
    }
    #expect(exposure(10).rank == 1 && exposure(10).exposure == 3)
    #expect(exposure(-1).rank == 8 && exposure(-1).exposure == 0)
    #expect(exposure(4.5).rank == 3)
    #expect(exposure(4).rank == 3.5)
    #expect(exposure(1000).extrapolatedExposure == 20)
    #expect(exposure(10).extrapolatedExposure > 3 && exposure(10).extrapolatedExposure < 20)
    // Nothing to tell secrets apart by: the middle rank, no distribution.
    let flat = Exposure.exposure(
      canary, bound: 1, of: Array(repeating: 1, count: 9), spaceBits: 20)
    #expect(flat.rank == 5.5 && flat.extrapolatedExposure == flat.exposure)
  }

  @Test func skewNormalTailIsScipys() throws {
    var random = SplitMix(seed: 3)
    let samples = (0..<12).map { round in
      (0..<200).map { _ in
        let x = (0..<6).reduce(0.0) { sum, _ in sum + random.uniform() }
        return round % 2 == 0 ? x * x : -5 * x * x * x
      }
    }
    struct Case: Encodable {
      var shape: Double
      var location: Double
      var scale: Double
      var x: [Double]
    }
    let cases = try samples.map { sample in
      let fitted = try #require(SkewNormal(matching: sample))
      return Case(
        shape: fitted.shape, location: fitted.location, scale: fitted.scale,
        x: (-4...8).map { fitted.location + Double($0) * fitted.scale })
    }
    let expected: [[[Double]]] = try Python.evaluate(
      """
      import json, sys
      from scipy.stats import skewnorm
      from scipy.integrate import quad
      def tail(d, x):
          # skewnorm.sf loses its digits far out; its density does not.
          return quad(d.pdf, x, x + 40 * d.std(), epsabs=0, epsrel=1e-11, limit=500)[0]
      out = []
      for c in json.loads(sys.argv[1]):
          d = skewnorm(c["shape"], c["location"], c["scale"])
          out.append([[tail(d, x) for x in c["x"]], [float(v) for v in d.stats("mvs")]])
      print(json.dumps(out))
      """, input: cases)
    for (index, item) in cases.enumerated() {
      let fitted = try #require(SkewNormal(matching: samples[index]))
      for (x, tail) in zip(item.x, expected[index][0]) {
        #expect(abs(fitted.upperTail(x) - tail) < 1e-6 * tail + 1e-36, "\(x)")
      }
      let count = Double(samples[index].count)
      let mean = samples[index].reduce(0, +) / count
      #expect(abs(expected[index][1][0] - mean) < 1e-9 * abs(mean))
      #expect(
        abs(expected[index][1][1].squareRoot() - fitted.deviation) < 1e-9 * fitted.deviation)
    }
  }

  @Test func canariesAreSeededAndInserted() throws {
    let table = Table(schema: fixtureSchema(), records: fixtureRecords(100))
    func canaries(seed: UInt64) throws -> Canaries {
      try Canaries(
        table: table, hash: "", field: "home.city", length: 5, insertions: [0, 1, 4],
        seed: seed)
    }
    let first = try canaries(seed: 1)
    #expect(try first == canaries(seed: 1))
    #expect(try first != canaries(seed: 2))
    // The letters of OSLO and RIGA.
    #expect(first.letters == ["A", "G", "I", "L", "O", "R", "S"])
    #expect(abs(first.spaceBits - 5 * log2(7)) < 1e-12)
    let longer = first.inserted(into: table)
    #expect(longer.records.count == 105)
    for (place, canary) in [(100, 1), (101, 2), (104, 2)] {
      let source = table.records[first.canaries[canary].row]
      #expect(longer.records[place].values[6] == .text(first.canaries[canary].secret))
      #expect(longer.records[place].values[0] == source.values[0])
    }
    #expect(throws: TrainerError.self) {
      try Canaries(
        table: table, hash: "", field: "age", length: 5, insertions: [1], seed: 1)
    }
    #expect(throws: TrainerError.tooManyCanaries(count: 40, maximum: 6)) {
      try Canaries(
        table: table, hash: "", field: nil, length: 1,
        insertions: Array(repeating: 1, count: 40), seed: 1)
    }
  }

  /// What is seen in one row of four is remembered; what is never seen is not.
  @Test func insertedCanariesAreExposed() throws {
    let preset = try fixturePreset([
      "steps=800", "batchSize=24", "learningRate.initial=0.01", "beta=[{at: 0%, value: 0.02}]",
      "tupleGroundTruth=[{at: 0%, value: 0}]",
    ])
    let table = Table(schema: fixtureSchema(), records: fixtureRecords(100))
    let canaries = try Canaries(
      table: table, hash: "", field: "name", length: 6, insertions: [0, 0, 0, 0, 20, 20], seed: 5)
    let source = try TrainingSource(
      table: canaries.inserted(into: table), name: "people.csv", hash: "", preset: preset,
      attribution: "")
    let run = TrainingRun(preset: preset, source: source, threads: 2)
    for _ in 0..<800 { _ = run.advance() }
    let generator = try newGenerator(run)
    let exposure = try Exposure(
      of: canaries, records: table.records,
      bound: LikelihoodBound(generator: generator, samples: 16), candidates: 63, seed: 1,
      pool: pool)
    let never = exposure.canaries.prefix(4).map(\.exposure).reduce(0, +) / 4
    let often = exposure.canaries.suffix(2).map(\.exposure)
    #expect(often.allSatisfy { $0 > 4 }, "\(often)")
    #expect(never < 3, "\(never)")
  }
}
