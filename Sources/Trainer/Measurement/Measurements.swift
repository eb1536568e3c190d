import Autodiff
import Evaluation
import FloatModel
import Foundation
import Records
import Schema

/// What `trainer measure` finds out about a model and writes down for `trainer report`.
struct Measurements: Codable, Hashable, Sendable {
  /// A training row's street and what comes back of it.
  struct Reconstruction: Codable, Hashable, Sendable {
    var original: String
    var reconstruction: String
  }

  /// Counts in equal parts of 0...1.
  struct Histogram: Codable, Hashable, Sendable {
    var generated: [Int]
    var training: [Int]
    var heldOut: [Int]?
  }

  /// How much each latent dimension is used, over random training rows.
  struct Latents: Codable, Hashable, Sendable {
    /// KL(q(z | x) || N(0, 1)) per dimension in nats, greatest first.
    var divergences: [Double]
    /// Dimensions whose mean varies by more than 0.01 (Burda et al. 2015).
    var activeUnits: Int
  }

  var provenance: Provenance
  /// What the preset says of itself.
  var about: String
  var seed: UInt64
  /// Rows generated.
  var generated: Metrics
  /// Held-out rows by the same measures; nil without them.
  var heldOut: Metrics?
  /// p-values of the coordinates given the zip; nil without the fields.
  var pValues: Histogram?
  var latents: Latents
  var rounds: RepeatedReconstruction
  /// Whether the interpolations take the likeliest values instead of draws.
  var interpolationIsGreedy: Bool
  var interpolations: [Interpolation]
  /// Places of random training rows, latitude and longitude in degrees.
  var ground: [[Double]]
  /// Streets of the first training rows; empty without the field.
  var streets: [Reconstruction]
}

/// How much to measure.
struct MeasurementPlan: Hashable, Sendable {
  /// Rows to generate, and training rows to draw for everything that takes random ones.
  var rows = 10_000
  /// Rounds of encoding and decoding.
  var rounds = 9
  /// Pairs of training rows to interpolate between: the first and the second, the third and the
  /// fourth ...
  var pairs = 5
  /// Rows of each interpolation.
  var points = 200
  var isGreedy = false
  /// Training rows drawn on the map.
  var ground = 8000
  /// First training rows whose streets are shown.
  var streets = 10
  var seed: UInt64 = 1

  /// Bins of the histograms of p-values.
  static let bins = 20
}

extension Measurements {
  /// Measures a model.
  ///
  /// - Parameters:
  ///   - training: the training rows, at least one.
  ///   - heldOut: rows held out of training; nil leaves out what needs them.
  ///   - progress: called with what comes next.
  init(
    _ generator: FloatGenerator<Float>, about: String, training: [Record], heldOut: [Record]?,
    plan: MeasurementPlan, pool: ThreadPool, progress: (String) -> Void
  ) {
    let schema = generator.model.description.schema
    let roles = FieldRoles(schema: schema)
    let reference = ReferenceData(rows: training, roles: roles)
    let seed = plan.seed
    let random = RandomGenerator(seed: seed, stream: RandomStreams.trainingRows.first)
    var order = training.indices.map { Int32($0) }
    random.shuffle(&order)
    let sample = order.prefix(plan.rows).map { training[Int($0)] }

    provenance = generator.model.description.provenance
    self.about = about
    self.seed = seed

    progress("generating \(plan.rows) rows")
    let made = generator.generate(
      count: plan.rows, seed: seed, stream: RandomStreams.generation.first, pool: pool)
    let rows = made.records
    let heldOutPValues = heldOut.flatMap { reference.pValues(of: $0) }
    generated = evaluate(rows: rows, reference: reference, heldOutPValues: heldOutPValues)
    generated.malformed = generator.malformedShare(of: made)
    self.heldOut = heldOut.map {
      evaluate(rows: $0, reference: reference, heldOutPValues: heldOutPValues)
    }
    pValues = reference.pValues(of: rows).flatMap { generated in
      reference.pValues(of: training).map { training in
        Histogram(
          generated: Self.counts(generated), training: Self.counts(training),
          heldOut: heldOutPValues.map(Self.counts))
      }
    }

    progress("encoding")
    let posteriors = generator.posteriors(of: sample, pool: pool)
    latents = Latents(
      divergences: posteriors.divergences.sorted(by: >), activeUnits: posteriors.activeUnits)

    progress("\(plan.rounds) rounds of encoding and decoding")
    rounds = RepeatedReconstruction(
      generator, generated: made, training: sample, reference: reference, rounds: plan.rounds,
      seed: seed, pool: pool)

    progress("streets")
    streets = []
    if let street = roles.street {
      func text(_ record: Record) -> String {
        if case .text(let text) = record.values[street] { text } else { "" }
      }
      let copies = generator.reconstruct(
        GeneratedRows(sample), seed: seed, stream: RandomStreams.reconstruction.first, pool: pool
      )
      .records
      generated.streetLevenshtein = meanLevenshteinDistancePerCharacter(
        zip(sample, copies).map { (text($0), text($1)) })
      let first = Array(training.prefix(plan.streets))
      let firstCopies = generator.reconstruct(
        GeneratedRows(first), seed: seed, stream: RandomStreams.reconstruction.first, pool: pool
      )
      .records
      streets = zip(first, firstCopies).map {
        Reconstruction(original: text($0), reconstruction: text($1))
      }
    }

    progress("interpolation")
    let pairs = (0..<min(plan.pairs, training.count / 2)).map {
      (training[2 * $0], training[2 * $0 + 1])
    }
    interpolationIsGreedy = plan.isGreedy
    interpolations = Interpolation.between(
      pairs, count: plan.points, isGreedy: plan.isGreedy, generator: generator, seed: seed,
      pool: pool)
    ground = order.prefix(plan.ground).compactMap { row in
      training[Int(row)].place(roles).map { [$0.latitude, $0.longitude] }
    }
  }

  private static func counts(_ pValues: [Double]) -> [Int] {
    var counts = Array(repeating: 0, count: MeasurementPlan.bins)
    for value in pValues {
      counts[min(MeasurementPlan.bins - 1, Int(value * Double(MeasurementPlan.bins)))] += 1
    }
    return counts
  }
}
