import Autodiff
import Evaluation
import FloatModel
import Records
import Schema

/// Rows decoded from the straight line between the mean vectors of two training rows (paper,
/// App. D).
struct Interpolation: Codable, Hashable, Sendable {
  /// A row for a map and a list.
  struct Point: Codable, Hashable, Sendable {
    /// 0 at the first row, 1 at the second.
    var fraction: Double
    /// Degrees; nil without the fields.
    var latitude: Double?
    var longitude: Double?
    /// The row's cells that are not empty, coordinates first.
    var text: String
  }

  /// The two training rows themselves.
  var ends: [Point]
  /// Decoded rows, from the first end's mean vector to the second's.
  var points: [Point]

  /// Decodes rows on the way between pairs of training rows.
  ///
  /// - Parameters:
  ///   - pairs: pairs of training rows.
  ///   - count: rows to decode per pair, at least 2.
  ///   - isGreedy: take the likeliest values instead of draws.
  static func between(
    _ pairs: [(Record, Record)], count: Int, isGreedy: Bool, generator: FloatGenerator<Float>,
    seed: UInt64, pool: ThreadPool
  ) -> [Interpolation] {
    let schema = generator.model.description.schema
    let posteriors = generator.posteriors(of: pairs.flatMap { [$0.0, $0.1] }, pool: pool)
    let fractions = (0..<count).map { Double($0) / Double(count - 1) }
    var latents: [Float] = []
    for pair in pairs.indices {
      let (first, second) = (posteriors.mean(2 * pair), posteriors.mean(2 * pair + 1))
      for fraction in fractions {
        for (start, end) in zip(first, second) {
          latents.append(start + Float(fraction) * (end - start))
        }
      }
    }
    let records = generator.decode(
      latents, isGreedy: isGreedy, seed: seed, stream: RandomStreams.interpolation.first,
      pool: pool
    ).records
    return pairs.indices.map { pair in
      Interpolation(
        ends: [
          Point(pairs[pair].0, fraction: 0, schema), Point(pairs[pair].1, fraction: 1, schema),
        ],
        points: fractions.enumerated().map {
          Point(records[pair * count + $0], fraction: $1, schema)
        })
    }
  }
}

extension Interpolation.Point {
  init(_ record: Record, fraction: Double, _ schema: RecordSchema) {
    let roles = FieldRoles(schema: schema)
    let formatter = RecordFormatter(schema: schema, format: .csv)
    self.fraction = fraction
    let place = record.place(roles)
    (latitude, longitude) = (place?.latitude, place?.longitude)
    text = schema.columns.map { formatter.text(record.values[$0], schema.leaves[$0].kind) }
      .filter { !$0.isEmpty }.joined(separator: ", ")
  }
}
