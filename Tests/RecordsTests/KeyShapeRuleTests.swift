import Foundation
import Schema
import TestSupport
import Testing

@testable import Records

@Suite("The shapes of keys")
struct KeyShapeRuleTests {
  private static let pattern = KeyPattern.shapes([
    .init(weight: 3, places: ["N", "0123456789", "ABé"]),
    .init(weight: 1, places: ["N", "0123456789", "0123456789"]),
    .init(weight: 1, places: ["123456789", "0123456789", "0123456789", "0123456789"]),
  ])

  private let schema = RecordSchema(
    messageName: "M",
    leaves: [
      Leaf(path: "tail", column: "TAIL", kind: .text, isOptional: false),
      Leaf(path: "maker", column: "MAKER", kind: .text, isOptional: false),
      Leaf(path: "shape", column: "shape", kind: .integer, isOptional: false),
    ], columns: [0, 1], root: .tuple(name: "", elements: []),
    derived: [RuledLeaf(leaf: 0, rule: .key(Self.pattern, shape: 2))],
    hidden: [RuledLeaf(leaf: 2, rule: .shape(leaf: 0, pattern: Self.pattern))])

  @Test("Texts have the first shape that fits, and the first of all if none does")
  func shapes() {
    for (text, shape) in [
      ("N1A", 0), ("N1é", 0), ("N12", 1), ("1234", 2), ("", 0), ("N1", 0), ("N123", 0),
      ("n12", 0), ("N1e\u{301}", 0), ("0123", 0), ("N1२", 0),
    ] {
      #expect(Self.pattern.shape(of: text) == shape, "\(text)")
      #expect(Self.pattern.shape(of: .text(text)) == shape)
    }
    #expect(Self.pattern.shape(of: .integer(9_876)) == 2)
    #expect(Self.pattern.shape(of: .null) == 0)
    #expect(
      KeyPattern.sequence(prefix: "", start: 0, step: 1, width: 0, suffix: "").shape(of: "1") == 0)
  }

  @Test("A table's hidden leaf is the shape of its key")
  func reading() throws {
    #expect(schema.ruleProblem == nil)
    let folder = try TemporaryFolder()
    let table = try readTable(
      path: folder.write("TAIL,MAKER\nN1A,a\nN12,b\n4321,c\n?,d\n", to: "t.csv"), schema: schema)
    #expect(table.records.map { $0.values[2] } == [0, 1, 2, 0].map { .integer($0) })
  }

  @Test("What shapes cannot be")
  func problems() {
    func problem(_ change: (inout RecordSchema) -> Void) -> String {
      var changed = schema
      change(&changed)
      return changed.ruleProblem ?? "none"
    }
    let sequence = KeyPattern.sequence(prefix: "", start: 0, step: 1, width: 0, suffix: "")
    for (found, expected) in [
      (
        problem { $0.derived[0].rule = .key(Self.pattern, shape: 1) },
        "tail is a key whose shape maker says, which an integer alone can"
      ),
      (
        problem { $0.derived[0].rule = .key(sequence, shape: 2) },
        "tail is a sequence, which has no shapes"
      ),
      (
        problem { $0.derived[0].rule = .key(Self.pattern, shape: 3) },
        "its derived leaves should be distinct leaves, and follow from leaves"
      ),
      (
        problem { $0.derived[0].rule = .key(Self.pattern, shape: 0) },
        "tail should come after tail"
      ),
      (
        problem { $0.hidden[0].rule = .shape(leaf: 0, pattern: sequence) },
        "shape is the shape of a key, which is an integer, of a key that has shapes"
      ),
      (
        problem { $0.hidden[0].rule = .shape(leaf: 0, pattern: .shapes([])) },
        "shape is the shape of a key that keys should have 1 to 64 shapes"
      ),
      (
        problem {
          $0.hidden = []
          $0.derived.append(RuledLeaf(leaf: 2, rule: .shape(leaf: 1, pattern: Self.pattern)))
          $0.derived.reverse()
        }, "shape is the shape of a key, which a hidden leaf alone can be"
      ),
    ] {
      #expect(found.hasPrefix(expected), "\(found), expected \(expected)")
    }
  }

  @Test("Rules survive being encoded, and those without a shape are read")
  func coding() throws {
    let data = try JSONEncoder().encode(schema)
    #expect(try JSONDecoder().decode(RecordSchema.self, from: data) == schema)
    let rule = try JSONDecoder().decode(
      Rule.self,
      from: Data(
        #"{"key":{"_0":{"shapes":{"_0":[{"weight":1,"places":["ab"]}]}}}}"#.utf8))
    #expect(rule == .key(.shapes([.init(weight: 1, places: ["ab"])])))
    #expect(rule.sources.isEmpty)
    #expect(schema.derived[0].rule.sources == [2] && schema.hidden[0].rule.sources == [0])
  }
}
