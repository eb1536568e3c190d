import Foundation
import Records
import TestSupport
import Testing

@testable import Evaluation

/// Column shapes, pair trends, nearest records, distances to centroids, distinct values, intervals.
@Suite struct SimilarityTests {
  /// Two numbers that go together, a class that goes with them, a text, a constant; some missing.
  static func rows(_ count: Int, seed: UInt64, shift: Double = 0) -> [Record] {
    var random = SplitMix(seed: seed)
    return (0..<count).map { _ in
      let x = random.uniform() * 4 + shift
      let group = Int(x) % 3
      return Record(values: [
        .real(x), random.uniform() < 0.1 ? .null : .integer(Int64(x * 10 + 5 * random.uniform())),
        .choice(group), .text(["ELM", "OAK", "", "FIR"][(group + Int(random.uniform() * 2)) % 4]),
        .text("VT"),
      ])
    }
  }

  private static func cells(_ rows: [Record]) -> [[String?]] {
    rows.map { row in
      row.values.map { value in
        switch value {
        case .null: nil
        case .text(let text): text.isEmpty ? nil : text
        case .real(let number): "\(number)"
        case .integer(let number): "\(number)"
        case .choice(let choice): "c\(choice)"
        case .list(let elements): "\(elements.count)"
        }
      }
    }
  }

  /// Against the definitions written down once more with numpy, scipy and collections.
  @Test func scoresAreThoseOfTheDefinitions() throws {
    let reference = Self.rows(300, seed: 1)
    let candidates = [
      Self.rows(200, seed: 2), Self.rows(150, seed: 3, shift: 0.7),
      Self.rows(300, seed: 1).map { row in
        Record(values: [row.values[0]] + row.values.dropFirst().map { $0 })
      },
    ]
    let similarity = ColumnSimilarity(reference: reference)
    struct Input: Encodable {
      var reference: [[String?]]
      var candidates: [[[String?]]]
    }
    let expected: [[Double]] = try Python.evaluate(
      """
      import json, sys, itertools, collections, numpy
      from scipy.stats import ks_2samp
      data = json.loads(sys.argv[1])
      numeric = {0, 1}
      def column(table, i):
          return [float(r[i]) if r[i] is not None else None for r in table] if i in numeric \
              else [r[i] for r in table]
      def there(values): return [v for v in values if v is not None]
      def variation(a, b):
          a, b = collections.Counter(a), collections.Counter(b)
          n, m = sum(a.values()), sum(b.values())
          return sum(abs(a[k] / n - b[k] / m) for k in set(a) | set(b)) / 2
      def binned(values, reference):
          low, high = min(there(reference)), max(there(reference))
          edges = numpy.linspace(low, high, 11)[1:-1]
          return [None if v is None else int(numpy.searchsorted(edges, v, side="right"))
                  for v in values]
      def scores(real, fake):
          columns = [i for i in range(len(real[0])) if len({r[i] for r in real}) > 1]
          shapes, pairs = [], []
          for i in columns:
              a, b = column(real, i), column(fake, i)
              shapes.append(1 - (ks_2samp(there(a), there(b)).statistic if i in numeric
                                 else variation(a, b)))
          for i, j in itertools.combinations(columns, 2):
              r = [column(real, i), column(real, j)]
              f = [column(fake, i), column(fake, j)]
              if i in numeric and j in numeric:
                  def pearson(x, y):
                      both = [(p, q) for p, q in zip(x, y) if p is not None and q is not None]
                      return numpy.corrcoef(*zip(*both))[0, 1]
                  pairs.append(1 - abs(pearson(*r) - pearson(*f)) / 2)
              else:
                  for k, c in ((0, i), (1, j)):
                      if c in numeric: r[k], f[k] = binned(r[k], r[k]), binned(f[k], column(real, c))
                  pairs.append(1 - variation(zip(*r), zip(*f)))
          return [float(numpy.mean(shapes)), float(numpy.mean(pairs))]
      print(json.dumps([scores(data["reference"], c) for c in data["candidates"]]))
      """,
      input: Input(reference: Self.cells(reference), candidates: candidates.map(Self.cells)))
    for (rows, scores) in zip(candidates, expected) {
      let ours = similarity.scores(of: rows)
      #expect(abs(try #require(ours.shapes) - scores[0]) < 1e-9)
      #expect(abs(try #require(ours.pairTrends) - scores[1]) < 1e-9)
    }
    #expect(expected[2] == [1, 1])
    #expect(expected[1][0] < expected[0][0])
    #expect(similarity.scores(of: []).shapes == nil)
    #expect(ColumnSimilarity(reference: []).scores(of: reference).pairTrends == nil)
  }

  @Test func nearestRecordsByHand() throws {
    func row(_ x: Double?, _ text: String) -> Record {
      Record(values: [x.map(FieldValue.real) ?? .null, .text(text), .text("VT")])
    }
    // The range is 10; two fields count.
    let nearest = NearestRecords(
      training: [row(0, "A"), row(10, "B")], heldOut: [row(5, "A"), row(nil, "C")])
    let rows = [row(0, "A"), row(5, "A"), row(2.5, "A"), row(100, "B"), row(nil, "C"), row(7, "D")]
    let distances = try #require(nearest.distances(of: rows))
    #expect(
      distances.map(\.training) == [0, 0.25, 0.125, 0.5, 1, 0.65].map { Double(Float($0)) }
        || zip(distances.map(\.training), [0, 0.25, 0.125, 0.5, 1, 0.65]).allSatisfy {
          abs($0 - $1) < 1e-6
        })
    for (found, expected) in zip(distances.map(\.heldOut), [0.25, 0, 0.125, 1, 0, 0.6]) {
      #expect(abs(found - expected) < 1e-6)
    }
    let metrics = evaluate(
      rows: rows, reference: ReferenceData(rows: rows, roles: FieldRoles()), heldOutPValues: nil,
      distances: distances)
    // Nearer, farther, tie, nearer, farther, farther.
    #expect(metrics.nearerTraining == 2.5 / 6)
    // Held-out rows are not compared with themselves.
    let own = try #require(
      nearest.distances(of: [row(5, "A"), row(nil, "C")], areHeldOut: true))
    #expect(own.map(\.heldOut) == [1, 1])
    #expect(NearestRecords(training: [], heldOut: rows).distances(of: rows) == nil)
  }

  @Test func kilometresOnTheSphere() throws {
    // A quarter of the equator, and Montpelier to Burlington.
    let quarter = Coordinates(latitude: 0, longitude: 0)
      .kilometres(to: Coordinates(latitude: 0, longitude: 90))
    #expect(abs(quarter - 6371 * Double.pi / 2) < 1e-9)
    let montpelier = Coordinates(latitude: 44.2601, longitude: -72.5754)
    let burlington = Coordinates(latitude: 44.4759, longitude: -73.2121)
    #expect(abs(montpelier.kilometres(to: burlington) - 56.1) < 0.3)

    let roles = FieldRoles(latitude: 0, longitude: 1, zip: 2)
    func row(_ latitude: Double, _ longitude: Double, _ zip: String) -> Record {
      Record(values: [.real(latitude), .real(longitude), .text(zip)])
    }
    let reference = ReferenceData(
      rows: [row(0, 0, "A"), row(0, 2, "A"), row(50, 50, "B")], roles: roles)
    let metrics = evaluate(
      rows: [row(0, 1, "A"), row(0, 2, "A"), row(0, 4, "A"), row(9, 9, "C")],
      reference: reference, heldOutPValues: nil)
    let degree = 6371 * Double.pi / 180
    #expect(abs(try #require(metrics.zipKilometres) - degree) < 1e-9)
    #expect(abs(try #require(metrics.zipKilometres90) - 2.6 * degree) < 1e-9)
  }

  @Test func distinctValuesAreThoseOfDraws() throws {
    var random = SplitMix(seed: 5)
    let values = (0..<400).map { _ in
      let x = random.uniform()
      return FieldValue.text("\(Int(x * x * 80))")
    }
    let expected = try #require(expectedDistinct(values, among: 60))
    var total = 0
    var deck = values
    for _ in 0..<4000 {
      for i in 0..<60 { deck.swapAt(i, Int.random(in: i..<deck.count, using: &random)) }
      total += Set(deck.prefix(60)).count
    }
    #expect(abs(Double(total) / 4000 - expected) < 0.2)
    #expect(
      abs(try #require(expectedDistinct(values, among: 400)) - Double(Set(values).count)) < 1e-9)
    #expect(expectedDistinct(values, among: 401) == nil)
  }

  @Test func noveltyCountsNewKeysOnce() {
    let reference = ReferenceData(rows: EvaluateTests.training, roles: EvaluateTests.roles)
    let metrics = evaluate(
      rows: EvaluateTests.candidates, reference: reference, heldOutPValues: nil)
    // Of 8 rows, 3 are copies; the other 5 differ from each other.
    #expect(metrics.novelty == 5.0 / 8)
  }

  /// The interval of a share is the binomial's.
  @Test func intervalsCoverABinomialShare() throws {
    var random = SplitMix(seed: 9)
    let values = (0..<2000).map { _ in random.uniform() < 0.3 ? 1.0 : 0 }
    func measure(_ places: [Int]) -> Metrics {
      var metrics = Metrics(rows: places.count)
      metrics.knownZip = places.reduce(0) { $0 + values[$1] } / Double(places.count)
      return metrics
    }
    var metrics = measure(Array(0..<2000))
    metrics.addIntervals(
      rows: 2000, halves: 400, shuffle: { $0.shuffle(using: &random) }, measure: measure)
    let share = try #require(metrics.knownZip)
    let interval = try #require(metrics.intervals?["known zip"])
    let deviation = (share * (1 - share) / 2000).squareRoot()
    #expect(abs((interval.upper - interval.lower) / (2 * 1.96 * deviation) - 1) < 0.15)
    #expect(abs((interval.upper + interval.lower) / 2 - share) < 1e-12)
    #expect(metrics.intervals?.count == 1)
    let table = MetricsTable(columns: [.init(title: "rows", metrics: metrics)]).description
    #expect(table.contains("["))
  }
}
