import FakeGen
import Foundation
import Schema
import TestSupport
import Testing

@testable import Records

@Suite("Texts that are made of other leaves")
struct CompositionRuleTests {
  private static let composition = Composition(
    templates: [
      [
        .value(leaf: 0, form: TextForm(letters: .small, marks: .spelled)), .literal("."),
        .value(leaf: 1, form: TextForm(letters: .small)), .literal("@é.org"),
      ],
      [
        .value(leaf: 1, form: TextForm(part: 1)), .literal("-"), .number(0, width: 3),
        .literal("/"), .number(1, width: 0),
      ],
      [.value(leaf: 2, form: TextForm(width: 5)), .value(leaf: 3, form: TextForm(part: 4))],
    ], usualNumbers: [7, 8])

  private let schema = RecordSchema(
    messageName: "M",
    leaves: [
      Leaf(path: "first", column: "FIRST", kind: .text, isOptional: false),
      Leaf(path: "last", column: "LAST", kind: .text, isOptional: true),
      Leaf(path: "id", column: "ID", kind: .integer, isOptional: false),
      Leaf(path: "day", column: "DAY", kind: .moment(layout: "%Y-%m-%d"), isOptional: false),
      Leaf(path: "name", column: "NAME", kind: .text, isOptional: true),
      Leaf(path: "which", column: "which", kind: .integer, isOptional: true),
      Leaf(path: "one", column: "one", kind: .integer, isOptional: true),
      Leaf(path: "two", column: "two", kind: .integer, isOptional: true),
    ], columns: [0, 1, 2, 3, 4], root: .tuple(name: "", elements: []),
    derived: [
      RuledLeaf(leaf: 4, rule: .composed(Self.composition, choice: 5, numbers: [6, 7]))
    ],
    hidden: [
      RuledLeaf(leaf: 5, rule: .template(Self.composition, leaf: 4)),
      RuledLeaf(leaf: 6, rule: .templateNumber(Self.composition, leaf: 4, place: 0)),
      RuledLeaf(leaf: 7, rule: .templateNumber(Self.composition, leaf: 4, place: 1)),
    ])

  @Test("A table's hidden leaves follow from its texts, and give them back")
  func reading() throws {
    #expect(schema.ruleProblem == nil)
    let folder = try TemporaryFolder()
    let table = try readTable(
      path: folder.write(
        """
        FIRST,LAST,ID,DAY,NAME
        Jörg,Ab,1,2024-02-29,joerg.ab@é.org
        Jörg,Ab,1,2024-02-29,A-042/9
        Jörg,éb,1,2024-02-29,é-1234/0
        J,,42,2023-12-31,000422023
        J,Ab,1,2024-02-29,
        J,Ab,1,2024-02-29,A-42/9

        """, to: "t.csv"),
      schema: schema)
    let hidden = table.records.map { Array($0.values[5...7]) }
    let none = FieldValue.null
    #expect(
      hidden == [
        [.integer(0), none, none], [.integer(1), .integer(42), .integer(9)],
        [.integer(1), .integer(1_234), .integer(0)], [.integer(2), none, none],
        [none, none, none],
        // Of no template: as if of the first one.
        [.integer(0), .integer(7), .integer(8)],
      ])
    for (row, record) in table.records.enumerated() {
      var copy = record
      copy.values[4] = .null
      copy.compute(schema.derived, schema: schema)
      if row == 5 {
        #expect(copy.values[4] == .text("j.ab@é.org"))
      } else {
        #expect(copy == record)
      }
    }
    // Where something is missing another template is taken.
    var record = table.records[3]
    record.values[5] = .integer(0)
    record.compute(schema.derived, schema: schema)
    #expect(record == table.records[3].settingValue(5, .integer(0)))
    record.values[5] = .integer(99)
    record.compute(schema.derived, schema: schema)
    #expect(record.values[4] == .text("000422023"))
  }

  @Test("What they cannot be")
  func problems() {
    func problem(_ change: (inout RecordSchema) -> Void) -> String {
      var changed = schema
      change(&changed)
      return changed.ruleProblem ?? "none"
    }
    func composed(_ templates: [[Composition.Piece]]) -> Rule {
      .composed(Composition(templates: templates), choice: nil, numbers: [6])
    }
    for (found, expected) in [
      (problem { $0.derived[0].rule = composed([]) }, "name should have 1 to 64 templates"),
      (problem { $0.derived[0].rule = composed([[]]) }, "name should have 1 to 64 templates"),
      (
        problem { $0.derived[0].rule = composed([[.number(1, width: 0)]]) },
        "name is made of more numbers than it has"
      ),
      (
        problem { $0.derived[0].rule = composed([[.number(0, width: 19)]]) },
        "name has a number of too many digits"
      ),
      (
        problem {
          $0.derived[0].rule = composed([[.literal(String(repeating: "x", count: 5_000))]])
        }, "name has a template longer than 4096 characters"
      ),
      (
        problem { $0.derived[0].rule = .composed(Self.composition, choice: 0, numbers: [6, 7]) },
        "name is made of others, which is a text, and its numbers are integers"
      ),
      (
        problem { $0.hidden[0].rule = .template(Self.composition, leaf: 2) },
        "which is a part of a text, which is an integer, of a text"
      ),
      (
        problem {
          $0.hidden.removeFirst()
          $0.derived = [RuledLeaf(leaf: 5, rule: .template(Self.composition, leaf: 4))]
        }, "which is a part of a text, which a hidden leaf alone can be"
      ),
      (
        problem { $0.derived[0].rule = composed([[.value(leaf: 99, form: TextForm())]]) },
        "its derived leaves should be distinct leaves"
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
        "name = {first}.{last}@é.org or {last}-{one}/{two} or {id}{day}, by which",
        "which: the template of name", "one: number 1 in name", "two: number 2 in name",
      ])
    #expect(schema.derived[0].rule.sources == [5, 6, 7, 0, 1, 2, 3])
  }
}

extension Record {
  fileprivate func settingValue(_ leaf: Int, _ value: FieldValue) -> Record {
    var record = self
    record.values[leaf] = value
    return record
  }
}
