import Foundation
import Schema
import TestSupport
import Testing

@testable import Records

@Suite("Codes, and what is past the greatest of others")
struct CodeRuleTests {
  private static let pattern = KeyPattern.shapes([
    .init(weight: 3, places: ["N", "ba", "-", "9876543210"]),
    .init(weight: 1, places: ["0123456789", "0123456789", "éx"]),
  ])

  private let schema = RecordSchema(
    messageName: "M",
    leaves: [
      Leaf(path: "order", column: "ORDER", kind: .text, isOptional: false),
      Leaf(path: "low", column: "LOW", kind: .integer, isOptional: false),
      Leaf(path: "open", column: "OPEN", kind: .integer, isOptional: true),
      Leaf(path: "high", column: "HIGH", kind: .integer, isOptional: true),
      Leaf(path: "number", column: "number", kind: .integer, isOptional: false),
      Leaf(path: "past", column: "past", kind: .integer, isOptional: true),
    ], columns: [0, 1, 2, 3], root: .tuple(name: "", elements: []),
    derived: [
      RuledLeaf(leaf: 0, rule: .code(leaf: 4, pattern: Self.pattern)),
      RuledLeaf(leaf: 3, rule: .greatest(of: [1, 2], factor: 1, plus: 5)),
    ],
    hidden: [
      RuledLeaf(leaf: 4, rule: .codeNumber(leaf: 0, pattern: Self.pattern)),
      RuledLeaf(leaf: 5, rule: .greatest(of: [1, 2], factor: -1, plus: 3)),
    ])

  /// The texts in the order of their numbers are those that loops over the places give.
  @Test("Each text has a number of its own")
  func numbers() {
    var texts: [String] = []
    for letter in "ab" { texts += (0..<10).map { "N\(letter)-\($0)" } }
    for number in 0..<100 { for end in "xé" { texts.append("\(number / 10)\(number % 10)\(end)") } }
    let codes = CodeNumbers(Self.pattern)
    #expect(texts.indices.map { codes.text(of: Int64($0)) } == texts)
    #expect(texts.map { codes.number(of: $0) } == texts.indices.map { Int64($0) })
    for text in ["", "Na-", "Na-12", "na-1", "Nc-1", "12X", "12e\u{301}", "1२x"] {
      #expect(codes.number(of: text) == nil, "\(text)")
    }
    #expect(codes.text(of: -1) == "Na-0" && codes.text(of: 1_000) == "99é")
    let sequence = KeyPattern.sequence(prefix: "", start: 0, step: 1, width: 0, suffix: "")
    #expect(
      CodeNumbers(sequence).number(of: "1") == nil && CodeNumbers(sequence).text(of: 1) == nil)
  }

  @Test("A table's hidden leaves follow from its columns, and give them back")
  func reading() throws {
    #expect(schema.ruleProblem == nil)
    let folder = try TemporaryFolder()
    let table = try readTable(
      path: folder.write(
        "ORDER,LOW,OPEN,HIGH\nNb-3,3,5,9\n07é,8,2,8\n?,-4,,1\nNa-0,-4,-9,\n", to: "t.csv"),
      schema: schema)
    let hidden = table.records.map { [$0.values[4], $0.values[5]] }
    #expect(
      hidden == [
        [.integer(13), .integer(4)], [.integer(35), .integer(0)], [.null, .null],
        [.integer(0), .null],
      ])
    for (row, record) in table.records.enumerated() where row != 2 {
      var copy = record
      (copy.values[0], copy.values[3]) = (.null, .null)
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
    let sequence = KeyPattern.sequence(prefix: "", start: 0, step: 1, width: 0, suffix: "")
    for (found, expected) in [
      (
        problem { $0.derived[0].rule = .code(leaf: 4, pattern: sequence) },
        "order codes should have 1 to 64 shapes"
      ),
      (
        problem { $0.derived[0] = RuledLeaf(leaf: 1, rule: .code(leaf: 4, pattern: Self.pattern)) },
        "low is a code, which is a text, of an integer"
      ),
      (
        problem { $0.hidden[0].rule = .codeNumber(leaf: 1, pattern: Self.pattern) },
        "number is the number of a code, which is an integer, of a text"
      ),
      (
        problem { $0.hidden[0].rule = .code(leaf: 1, pattern: Self.pattern) },
        "number is a code, which is a text"
      ),
      (
        problem {
          $0.hidden.removeFirst()
          $0.derived[0] = RuledLeaf(leaf: 4, rule: .codeNumber(leaf: 0, pattern: Self.pattern))
        }, "number is the number of a code, which a hidden leaf alone can be"
      ),
      (
        problem { $0.derived[1].rule = .greatest(of: [], factor: 1, plus: 5) },
        "high is past the greatest of others, which numbers alone are"
      ),
      (
        problem { $0.derived[1].rule = .greatest(of: [1, 0], factor: 1, plus: 5) },
        "high is past the greatest of others, which numbers alone are"
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
        "order: a code like N[ab]-[0-9] | [0-9]{2}[xé], by number",
        "high = past + greatest of low, open", "number: the number of order",
        "past = high - greatest of low, open",
      ])
    #expect(schema.derived.map(\.rule.sources) == [[4], [1, 2, 5]])
  }
}
