import Foundation
import Records
import TestSupport
import Testing

@testable import Evaluation

@Suite struct PValueTests {
  /// What scripts/research/scipy_pvalues.py prints.
  struct Expectation: Decodable {
    var distributionCount: Int
    var pValues: [Double]
    var mean: Double
    var median: Double
    var standardDeviation: Double
    var distance: Double
  }

  static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Fixtures")
  static let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("scripts/research/scipy_pvalues.py")
  static let roles = FieldRoles(latitude: 0, longitude: 1, zip: 2)

  /// The rows of a fixture, whose cells need no quotes.
  static func rows(_ name: String) throws -> [Record] {
    try String(contentsOf: fixtures.appendingPathComponent(name), encoding: .utf8)
      .split(separator: "\n").dropFirst().map { line in
        let cells = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        return Record(values: [
          .real(try #require(Double(cells[0]))), .real(try #require(Double(cells[1]))),
          .text(cells[2]),
        ])
      }
  }

  func compare(to expected: Expectation) throws {
    let referenceRows = try Self.rows("reference.csv")
    let reference = ReferenceData(rows: referenceRows, roles: Self.roles)
    #expect(reference.distributionCount == expected.distributionCount)

    let candidates = try Self.rows("candidates.csv")
    let pValues = try #require(reference.pValues(of: candidates))
    #expect(pValues.count == expected.pValues.count)
    for (value, expectedValue) in zip(pValues, expected.pValues) {
      #expect(abs(value - expectedValue) < 1e-6)
    }
    let metrics = evaluate(
      rows: candidates, reference: reference, heldOutPValues: reference.pValues(of: referenceRows))
    let statistics = try #require(metrics.pValues)
    #expect(abs(statistics.mean - expected.mean) < 1e-6)
    #expect(abs(statistics.median - expected.median) < 1e-6)
    #expect(abs(statistics.standardDeviation - expected.standardDeviation) < 1e-6)
    #expect(abs(try #require(metrics.pValueDistance) - expected.distance) < 1e-6)
  }

  /// expected.json comes from scipy; its making is described in scripts/research/scipy_pvalues.py.
  @Test func pValuesAreThoseThatScipyComputed() throws {
    let data = try Data(contentsOf: Self.fixtures.appendingPathComponent("expected.json"))
    try compare(to: JSONDecoder().decode(Expectation.self, from: data))
  }

  @Test func pValuesAreThoseThatScipyComputesNow() throws {
    let data = try Python.run(
      [Self.script.path, "measure"]
        + ["reference.csv", "candidates.csv"].map {
          Self.fixtures.appendingPathComponent($0).path
        })
    try compare(to: JSONDecoder().decode(Expectation.self, from: data))
  }

  @Test func pValueIsTheExponentialOfHalfTheSquaredDistance() throws {
    // Four places around (0, 0): variances 2/3, no covariance. Chi-squared with two degrees of
    // freedom has the upper tail exp(-x / 2).
    let places = [(1.0, 0.0), (-1, 0), (0, 1), (0, -1)].map(Coordinates.init)
    let distribution = try #require(CoordinateDistribution(places: places))
    for place in [(0.0, 0.0), (0.5, -0.25), (3, 4)].map(Coordinates.init) {
      let squared = (place.latitude * place.latitude + place.longitude * place.longitude) * 3 / 2
      #expect(abs(distribution.pValue(of: place) - exp(-squared / 2)) < 1e-12)
    }
  }

  @Test func placesThatSpanNoPlaneHaveNoDistribution() {
    func distribution(_ places: [(Double, Double)]) -> CoordinateDistribution? {
      CoordinateDistribution(places: places.map(Coordinates.init))
    }
    #expect(distribution([]) == nil)
    #expect(distribution([(1, 2), (3, 5)]) == nil)
    #expect(distribution([(1, 2), (1, 2), (1, 2), (1, 2)]) == nil)
    #expect(distribution([(44.1, 7.3), (44.2, 7.6), (44.3, 7.9), (44.4, 8.2)]) == nil)
    #expect(distribution([(1, 2), (1, 3), (1, 4)]) == nil)
    #expect(distribution([(1, 2), (2, 2), (3, 2)]) == nil)
    #expect(distribution([(1, 2), (2, 2), (3, 2.1)]) != nil)
    #expect(distribution([(1e200, 2), (-1e200, 2), (3, 2.1)]) == nil)
  }

  @Test func missingAndAbsurdCoordinatesHaveThePValueZero() throws {
    let places: [(Double, Double)] = [(1, 2), (2, 2), (3, 2.1)]
    let rows = places.map { Record(values: [.real($0.0), .real($0.1), .text("Z")]) }
    let reference = ReferenceData(rows: rows, roles: Self.roles)
    #expect(
      reference.pValues(of: [
        Record(values: [.null, .real(2), .text("Z")]),
        Record(values: [.real(.nan), .real(2), .text("Z")]),
        Record(values: [.real(.infinity), .real(2), .text("Z")]),
        Record(values: [.real(1e300), .real(2), .text("Z")]),
        Record(values: [.real(2), .real(2), .null]),
      ]) == [0, 0, 0, 0, 0])
    #expect(ReferenceData(rows: rows, roles: FieldRoles(zip: 2)).pValues(of: rows) == nil)
  }
}
