import Foundation
import Records
import Schema
import Testing

@testable import Evaluation

@Suite struct EvaluateTests {
  /// Leaves: lat, long, number, street, city, postcode.
  static let roles = FieldRoles(latitude: 0, longitude: 1, zip: 5, city: 4, street: 3, number: 2)

  static func address(
    _ number: String, _ street: String, _ city: String, _ zip: String, at place: (Double, Double)
  ) -> Record {
    Record(values: [
      .real(place.0), .real(place.1), .text(number), .text(street), .text(city), .text(zip),
    ])
  }

  static let training = [
    address("1", "ELM ST", "ARDEN", "90001", at: (1, 0)),
    address("2", "ELM ST", "ARDEN", "90001", at: (-1, 0)),
    address("3", "OAK LN", "ARDEN", "90001", at: (0, 1)),
    address("4", "OAK LN", "ARDEN", "90001", at: (0, -1)),
    address("1", "ELM ST", "BIRNAM", "90002", at: (5, 5)),
    address("", "FIR RD", "BIRNAM", "", at: (6, 6)),
  ]

  static let candidates = [
    // A copy, twice; in the middle of its zip.
    address("1", "ELM ST", "ARDEN", "90001", at: (0, 0)),
    address("1", "ELM ST", "ARDEN", "90001", at: (0, 0)),
    // Known street and city, but not together; a zip with too few rows.
    address("9", "OAK LN", "BIRNAM", "90002", at: (5, 5)),
    // Known city and zip, but not together; unknown street.
    address("9", "ASH ST", "BIRNAM", "90001", at: (0, 0)),
    // A copy without number and zip.
    address("", "FIR RD", "BIRNAM", "", at: (6, 6)),
    // All unknown.
    address("1", "YEW CT", "CAWDOR", "90003", at: (0, 0)),
    address("2", "YEW CT", "CAWDOR", "90003", at: (0, 0)),
    address("2", "ELM ST", "ARDEN", "90002", at: (0, 0)),
  ]

  /// U+00E9 and e with U+0301 are one city to a reader and two to the metrics.
  @Test func spellingsOfACityAreTold() {
    let rows = ["\u{E9}", "e\u{301}"].map {
      Self.address("1", "ELM ST", $0, "90001", at: (0, 0))
    }
    let reference = ReferenceData(rows: [rows[0]], roles: Self.roles)
    let metrics = evaluate(rows: rows, reference: reference, heldOutPValues: nil)
    #expect(metrics.knownCity == 0.5)
    #expect(metrics.knownCityZip == 0.5)
    #expect(metrics.copies == 0.5)
    #expect(metrics.unique == 1)
    #expect(metrics.cityTotalVariation == 0.5)
  }

  @Test func everyShareOfASmallTable() throws {
    let reference = ReferenceData(rows: Self.training, roles: Self.roles)
    let metrics = evaluate(rows: Self.candidates, reference: reference, heldOutPValues: [1, 1])
    #expect(metrics.rows == 8)
    #expect(reference.pValues(of: Self.candidates) == [1, 1, 0, 1, 0, 0, 0, 0])
    #expect(metrics.pValues?.mean == 3.0 / 8)
    #expect(metrics.pValues?.median == 0)
    #expect(metrics.pValueDistance == 5.0 / 8)
    #expect(metrics.knownZip == 6.0 / 8)
    #expect(metrics.knownCity == 6.0 / 8)
    #expect(metrics.knownCityZip == 4.0 / 8)
    #expect(metrics.knownStreet == 5.0 / 8)
    #expect(metrics.knownCityStreet == 4.0 / 8)
    #expect(metrics.copies == 3.0 / 8)
    #expect(metrics.unique == 7.0 / 8)
    // Zips 90001, 90002, 90003, none: 3, 2, 2, 1 of 8 against 4, 1, 0, 1 of 6.
    let zips = abs(3.0 / 8 - 4.0 / 6) + abs(2.0 / 8 - 1.0 / 6) + 2.0 / 8 + abs(1.0 / 8 - 1.0 / 6)
    #expect(abs(try #require(metrics.zipTotalVariation) - zips / 2) < 1e-12)
    // Cities ARDEN, BIRNAM, CAWDOR: 3, 3, 2 of 8 against 4, 2, 0 of 6.
    let cities = abs(3.0 / 8 - 4.0 / 6) + abs(3.0 / 8 - 2.0 / 6) + 2.0 / 8
    #expect(abs(try #require(metrics.cityTotalVariation) - cities / 2) < 1e-12)
    #expect(metrics.streetLevenshtein == nil)
  }

  @Test func trainingRowsAgainstThemselves() {
    let reference = ReferenceData(rows: Self.training, roles: Self.roles)
    let own = evaluate(
      rows: Self.training, reference: reference,
      heldOutPValues: reference.pValues(of: Self.training))
    #expect(own.pValueDistance == 0)
    #expect(own.knownCityStreet == 1 && own.knownCityZip == 1 && own.copies == 1)
    #expect(own.zipTotalVariation == 0 && own.cityTotalVariation == 0)
  }

  @Test func nullIsTheSameValueAsEmptyText() {
    let reference = ReferenceData(rows: Self.training, roles: Self.roles)
    let row = Record(values: [
      .real(6), .real(6), .null, .text("FIR RD"), .text("BIRNAM"), .null,
    ])
    let metrics = evaluate(rows: [row], reference: reference, heldOutPValues: nil)
    #expect(metrics.copies == 1 && metrics.knownCityZip == 1 && metrics.knownZip == 1)
  }

  @Test func metricsWithoutTheirRolesOrRowsAreAbsent() {
    let noRows = evaluate(
      rows: [], reference: ReferenceData(rows: Self.training, roles: Self.roles),
      heldOutPValues: [0.5])
    #expect(noRows == Metrics(rows: 0))
    let noRoles = evaluate(
      rows: Self.candidates, reference: ReferenceData(rows: Self.training, roles: FieldRoles()),
      heldOutPValues: nil)
    // Columns are compared whatever they mean.
    var columns = Metrics(rows: 8)
    columns.columnShapes = noRoles.columnShapes
    columns.pairTrends = noRoles.pairTrends
    #expect(noRoles == columns)
    #expect(noRoles.columnShapes != nil && noRoles.pairTrends != nil)
    var onlyCity = Metrics(rows: 8)
    onlyCity.knownCity = 6.0 / 8
    let cities = evaluate(
      rows: Self.candidates,
      reference: ReferenceData(rows: Self.training, roles: FieldRoles(city: 4)),
      heldOutPValues: nil)
    onlyCity.cityTotalVariation = cities.cityTotalVariation
    onlyCity.columnShapes = columns.columnShapes
    onlyCity.pairTrends = columns.pairTrends
    #expect(cities == onlyCity)
    #expect(cities.cityTotalVariation != nil)
  }

  @Test func noTrainingRows() {
    let metrics = evaluate(
      rows: Self.candidates, reference: ReferenceData(rows: [], roles: Self.roles),
      heldOutPValues: [])
    #expect(metrics.pValues?.mean == 0)
    #expect(metrics.pValueDistance == nil)
    #expect(metrics.knownZip == 0 && metrics.copies == 0)
    #expect(metrics.zipTotalVariation == nil)
  }

  @Test func rolesFollowFieldNames() {
    func schema(_ fields: [(String, LeafKind)]) -> RecordSchema {
      RecordSchema(
        messageName: "Test",
        leaves: fields.map { Leaf(path: $0.0, column: $0.0, kind: $0.1, isOptional: false) },
        columns: Array(fields.indices), root: .tuple(name: "", elements: []))
    }
    let real = LeafKind.real(decimals: 6)
    #expect(
      FieldRoles(
        schema: schema([
          ("long", real), ("lat", real), ("number", .digits), ("street", .text), ("unit", .text),
          ("city", .text), ("postcode", .digits),
        ])) == FieldRoles(latitude: 1, longitude: 0, zip: 6, city: 5, street: 3, number: 2))
    #expect(
      FieldRoles(schema: schema([("name", .text), ("home.city", .text), ("home.lat", real)]))
        == FieldRoles(latitude: 2, city: 1))
    #expect(
      FieldRoles(
        schema: schema([
          ("home.city", .text), ("work.city", .text), ("lat", .text), ("long", .text),
        ]))
        == FieldRoles())
    let other = FieldRoles(
      schema: schema([
        ("home.Latitude", real), ("home.lng", real), ("zip_code", .digits), ("town", .text),
        ("houseNumber", .text), ("suburb", .text), ("zip", .text), ("street_number", .text),
      ]))
    // The first of a role's names counts.
    #expect(other == FieldRoles(latitude: 0, longitude: 1, zip: 6, city: 3, number: 4))
    #expect(
      other.missing
        == ["street: expected one field named street or streetname, found none or several"])
    #expect(FieldRoles().missing.count == 6)
  }

  @Test func metricsSurviveJSON() throws {
    let reference = ReferenceData(rows: Self.training, roles: Self.roles)
    let metrics = evaluate(rows: Self.candidates, reference: reference, heldOutPValues: [1])
    let data = try JSONEncoder().encode(metrics)
    #expect(try JSONDecoder().decode(Metrics.self, from: data) == metrics)
  }

  @Test func tablePutsColumnsSideBySide() {
    var candidate = Metrics(rows: 10_000)
    candidate.pValues = SampleStatistics([0.25, 0.25, 0.75, 0.5])
    candidate.knownZip = 0.92345
    candidate.streetLevenshtein = 0.3
    var heldOut = Metrics(rows: 6)
    heldOut.knownZip = 1
    let table = MetricsTable(columns: [
      .init(title: "candidate", metrics: candidate), .init(title: "held-out", metrics: heldOut),
    ])
    #expect(
      table.description == """
                                          candidate  held-out
        rows                                  10000         6
        p mean                                0.438         -
        p median                              0.375         -
        p standard deviation                  0.207         -
        known zip                             0.923     1.000
        street Levenshtein per character      0.300         -
        """)
  }
}
