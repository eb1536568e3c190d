import Foundation
import Schema
import TestSupport
import Testing

@testable import Records

@Suite("Ends of which some rows lack the start")
struct SumOrElseRuleTests {
  private let schema = RecordSchema(
    messageName: "M",
    leaves: [
      Leaf(path: "low", column: "LOW", kind: .integer, isOptional: true),
      Leaf(path: "high", column: "HIGH", kind: .integer, isOptional: true),
      Leaf(path: "past", column: "past", kind: .integer, isOptional: true),
      Leaf(path: "alone", column: "alone", kind: .integer, isOptional: true),
      Leaf(path: "name", column: "NAME", kind: .text, isOptional: false),
    ], columns: [0, 1, 4], root: .tuple(name: "", elements: []),
    derived: [
      RuledLeaf(
        leaf: 1,
        rule: .sumOrElse(
          terms: [.init(leaf: 2, factor: 1), .init(leaf: 0, factor: 1)], constant: 0, otherwise: 3))
    ],
    hidden: [
      RuledLeaf(
        leaf: 2,
        rule: .sum(terms: [.init(leaf: 1, factor: 1), .init(leaf: 0, factor: -1)], constant: 0)),
      RuledLeaf(leaf: 3, rule: .without(leaf: 1, other: 0)),
    ])

  @Test("A table's hidden leaves follow from its columns, and give them back")
  func reading() throws {
    #expect(schema.ruleProblem == nil)
    let folder = try TemporaryFolder()
    let table = try readTable(
      path: folder.write("LOW,HIGH,NAME\n3,5,a\n,8,b\n-4,,c\n,,d\n", to: "t.csv"), schema: schema)
    #expect(
      table.records.map { [$0.values[2], $0.values[3]] } == [
        [.integer(2), .null], [.null, .integer(8)], [.null, .null], [.null, .null],
      ])
    for record in table.records {
      var copy = record
      copy.values[1] = .null
      copy.compute(schema.derived, schema: schema)
      #expect(copy == record)
    }
  }

  @Test("What they cannot be")
  func problems() {
    func problem(_ change: (inout RecordSchema) -> Void) -> String {
      var changed = schema
      change(&changed)
      return changed.ruleProblem ?? "none"
    }
    for (found, expected) in [
      (
        problem {
          $0.derived[0].rule = .sumOrElse(terms: [], constant: 0, otherwise: 4)
        }, "high is a sum, which numbers alone have"
      ),
      (
        problem { $0.derived[0].rule = .without(leaf: 3, other: 0) },
        "high is what another leaf is missing for, which a hidden leaf alone can be"
      ),
      (
        problem { $0.hidden[1].rule = .without(leaf: 4, other: 0) },
        "alone is the number of another, which integers alone are"
      ),
    ] {
      #expect(found.hasPrefix(expected), "\(found), expected \(expected)")
    }
  }

  @Test("Rules survive being encoded, and are told in words")
  func coding() throws {
    let data = try JSONEncoder().encode(schema)
    #expect(try JSONDecoder().decode(RecordSchema.self, from: data) == schema)
    #expect(
      (schema.derived + schema.hidden).map(schema.text(of:)) == [
        "high = past + low, else alone", "past = high - low", "alone = high without low",
      ])
  }
}
