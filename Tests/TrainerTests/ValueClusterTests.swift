import Autodiff
import FloatModel
import Records
import Schema
import Testing

@testable import Trainer

/// Which values of a factored vocabulary share a cluster.
@Suite struct ValueClusterTests {
  /// 36 towns in four counties, whose rows alternate; a column of noise beside them.
  private static func records() -> [Record] {
    (0..<2_000).map { row in
      let town = row * 7 % 36
      return Record(values: [
        .text("town \(town * 11 % 36)"), .integer(Int64(row * 31 % 17)),
        .text("county \(town % 4)"), .real(Double(town % 4) * 10 + Double(row * 13 % 7)),
      ])
    }
  }

  private static func description(factored: Int) throws -> ModelDescription {
    let schema = RecordSchema(
      messageName: "Place",
      leaves: [
        Leaf(path: "town", column: "town", kind: .text, isOptional: false),
        Leaf(path: "noise", column: "noise", kind: .integer, isOptional: false),
        Leaf(path: "county", column: "county", kind: .text, isOptional: false),
        Leaf(path: "height", column: "height", kind: .real(decimals: 1), isOptional: false),
      ], columns: [0, 1, 2, 3],
      root: .tuple(
        name: "",
        elements: [
          .stringLiteral(leaf: 0), .stringLiteral(leaf: 2), .scalarTuple(leaves: [1, 3]),
        ]))
    return try TrainingSource(
      table: Table(schema: schema, records: records()), name: "places.csv", hash: "",
      preset: fixturePreset(
        ["model.vocabularies.maximumValues=40", "model.factoredClasses=\(factored)"]),
      attribution: ""
    ).description
  }

  /// Nine towns of each county, of 36 in clusters of six: the cut in the middle is between counties, and
  /// no cluster has towns of more than two.
  @Test func valuesInLikeRowsShareClusters() throws {
    let description = try Self.description(factored: 36)
    #expect(description.options.factoredClasses == 36)
    let towns = description.knownValues[0]
    #expect(Set(towns) == Set((0..<36).map { "town \($0)" }))
    var counties: [String: String] = [:]
    for record in Self.records() {
      if case (.text(let town), .text(let county)) = (record.values[0], record.values[2]) {
        counties[town] = county
      }
    }
    let clusters = ClassClusters.balanced(classes: 36)
    #expect(clusters.count == 6 && clusters.size == 6)
    let halves = [towns[..<18], towns[18...]].map { Set($0.map { counties[$0] }) }
    #expect(halves.allSatisfy { $0.count == 2 } && halves[0].isDisjoint(with: halves[1]))
    for cluster in 0..<6 {
      #expect(Set(clusters.columns(cluster).map { counties[towns[$0]] }).count <= 2)
    }
    // Three of them would have to be mixed by any order that knows nothing of counties.
    #expect((0..<6).count { Set(clusters.columns($0).map { counties[towns[$0]] }).count == 1 } >= 4)
  }

  /// Fewer values than that keep one softmax and the order of their frequency.
  @Test func fewerValuesAreNotFactored() throws {
    let description = try Self.description(factored: 37)
    let model = RecordModel(description)
    #expect(!model.layout.entries.contains { $0.name.hasSuffix("values/weight") })
    let factored = RecordModel(try Self.description(factored: 36))
    #expect(factored.layout.entries.contains { $0.name == "record/0/values/weight" })
    // 1 + six clusters, and 36 values.
    #expect(
      factored.layout.entries.first { $0.name == "record/0/decoder/bias" }?.slot.count == 7)
    #expect(factored.layout.entries.first { $0.name == "record/0/values/bias" }?.slot.count == 36)
  }

  @Test(arguments: [
    (1, 1, 1), (2, 1, 2), (9, 3, 3), (256, 16, 16), (257, 9, 29), (1_024, 32, 32),
    (7_487, 117, 64), (65_000, 1_016, 64),
  ]) func clustersAreBalanced(classes: Int, count: Int, size: Int) {
    let clusters = ClassClusters.balanced(classes: classes)
    #expect(clusters.count == count && clusters.size == size)
    #expect((0..<count).reduce(0) { $0 + clusters.columns($1).count } == classes)
    #expect((0..<count).allSatisfy { !clusters.columns($0).isEmpty })
  }
}
