import TestModels
import Testing

@testable import FakeGen

/// Keys whose shape another leaf says.
@Suite struct KeyShapeTests {
  private static let shapes = [
    KeyShape(weight: 5, places: ["N", "0123456789", "0123456789", "0123456789"]),
    KeyShape(weight: 3, places: ["xy", "éè", "ab", "abcd"]),
    KeyShape(weight: 1, places: ["AB", "01"]),
  ]
  private static let capacities = [1_000, 32, 4]

  private func keys(
    _ rows: some Sequence<UInt64>, seed: UInt64 = 1, _ choice: (UInt64) -> Int64?
  ) -> [String] {
    let rule = DerivedLeaf.Rule.shapes(KeyShapes(stream: 1, shapes: Self.shapes, leaf: 4))
    return rows.map { rule.key(row: $0, seed: seed, choice: choice($0)) ?? "" }
  }

  /// Choices that use up the shapes in turn, at once or never.
  private static let choices: [@Sendable (UInt64) -> Int64?] = [
    { _ in 0 }, { _ in 1 }, { _ in 2 }, { Int64($0 % 3) }, { $0 < 40 ? 1 : 0 },
    { $0 < 500 ? 0 : 1 }, { $0 < 1_500 ? 2 : 0 }, { Int64(($0 / 7) % 3) },
    { $0 % 5 == 0 ? nil : Int64($0 % 9) - 4 },
    { Int64($0 &* 0x9E37_79B9_7F4A_7C15 >> 40) % 3 },
  ]

  @Test(arguments: choices.indices, [0, 1 << 33] as [UInt64])
  func noChoiceRepeatsAKey(number: Int, seed: UInt64) {
    let rows = keys(0..<13_000, seed: seed, Self.choices[number])
    #expect(Set(rows).count == rows.count)
    // What is longer is longer than all shapes.
    #expect(rows.allSatisfy { [2, 4, 5].contains($0.unicodeScalars.count) || $0.count == 6 })
    // Shards have the rows that the whole has.
    let shards = [5_000..<13_000, 0..<5_000, 12_999..<13_000].flatMap {
      keys($0 as Range<UInt64>, seed: seed, Self.choices[number])
    }
    #expect(shards == Array(rows[5_000...] + rows[..<5_000] + rows[12_999...]))
  }

  /// A row's key is its own whatever it and others have for shapes: all choices of all rows together.
  @Test func keysOfAllChoicesAreApart() {
    var owners: [String: UInt64] = [:]
    let starts: [UInt64] = [0, 1_000 - 50, 11_000 - 50, 1 << 32, 1 << 62, .max - 100]
    for start in starts {
      for row in start..<start + 100 {
        for choice in -1...3 as ClosedRange<Int64> {
          let key = keys([row]) { _ in choice }[0]
          #expect(owners[key, default: row] == row, "\(key)")
          owners[key] = row
          #expect(key.unicodeScalars.count < 70)
        }
      }
    }
  }

  @Test func rowsHaveTheirShapes() {
    for (shape, capacity) in Self.capacities.enumerated() {
      for row in 0..<2_000 as Range<UInt64> {
        let key = keys([row]) { _ in Int64(shape) }[0]
        let found = [
          key.unicodeScalars.count == 4 && key.hasPrefix("N"),
          key.unicodeScalars.count == 4 && !key.hasPrefix("N"), key.unicodeScalars.count == 2,
        ]
        // Beyond a shape's texts the first shape that has enough takes over.
        let expected = row < UInt64(capacity) ? shape : row < 1_000 ? 0 : nil
        #expect(found.firstIndex(of: true) == expected)
      }
    }
    for wrong in [nil, -1, 3, .min, .max] as [Int64?] {
      #expect(keys(0..<100) { _ in wrong } == keys(0..<100) { _ in 0 })
    }
    #expect(keys(0..<1_000) { _ in 0 } != keys(0..<1_000) { _ in 0 }.sorted())
    #expect(Set(keys(0..<32) { _ in 1 }).count == 32)
  }

  private func rules(shapeLeaf: Int, key: Int = 0) -> RowRules {
    var rules = RuleModel.rules
    rules.derived[key] = DerivedLeaf(
      leaf: key,
      rule: .shapes(KeyShapes(stream: 1, shapes: RuleModel.shapes, leaf: shapeLeaf)))
    return rules
  }

  /// In a model file: the weekday, 0 to 6, chooses among three shapes.
  @Test func modelsHaveTheShapesOfTheirLeaves() throws {
    let content = RuleModel.content(rules: rules(shapeLeaf: 8))
    let bytes = content.encoded()
    let model = try Model(bytes: bytes)
    #expect(model.content.rules == content.rules)
    #expect(model.content.encoded() == bytes)
    #expect(model.columns.first { $0.name == "ID" }?.isOptional == false)
    let id = try #require(model.columns.firstIndex { $0.name == "ID" })
    let day = try #require(model.columns.firstIndex { $0.name == "DAY" })
    var generator = Generator(model: model, seed: 3, batchSize: 7)
    var one = Generator(model: model, seed: 3)
    var found: [Int: Set<String>] = [:]
    var keys: Set<String> = []
    for row in 0..<400 as Range<UInt64> {
      let fields = try generator.row(row).fields
      #expect(try one.row(row).fields == fields)
      guard case .text(let key) = fields[id], case .text(let date) = fields[day] else {
        Issue.record("\(fields)")
        return
      }
      keys.insert(key)
      let days = try #require(try MomentLayout("%Y-%m-%d").units(of: Array(date.utf8))) / 86_400
      let shape =
        key.unicodeScalars.count == 20 ? 2 : key.hasPrefix("N") ? 0 : 1
      // The second shape has 32 texts. Day 0 is a Thursday.
      if row < 32 || shape != 0 { found[Int((days + 3) % 7), default: []].insert("\(shape)") }
    }
    #expect(keys.count == 400)
    #expect(found[1] == nil || found[1] == ["1"])
    #expect(found[2] == nil || found[2] == ["2"])
    #expect(Set(found.keys).count > 3)
    for weekday in [0, 3, 4, 5, 6] { #expect(found[weekday] == nil || found[weekday] == ["0"]) }
  }

  /// A leaf that may be null, or that has anything, leaves a key that is never null.
  @Test func leavesThatMayBeNull() throws {
    var rules = RuleModel.rules
    let key = rules.derived.removeFirst()
    #expect(key.leaf == 0)
    rules.derived.append(
      DerivedLeaf(
        leaf: 0, rule: .shapes(KeyShapes(stream: 1, shapes: RuleModel.shapes, leaf: 11))))
    let model = try Model(bytes: RuleModel.content(rules: rules).encoded())
    #expect(model.columns.first { $0.name == "ID" }?.isOptional == false)
  }

  @Test func hostileChoicesAreRefused() {
    func reason(_ rules: RowRules) -> String {
      do {
        _ = try Model(bytes: RuleModel.content(rules: rules).encoded())
        return "accepted"
      } catch {
        return "\(error)"
      }
    }
    for (found, part) in [
      (reason(rules(shapeLeaf: 3)), "leaf 3, which chooses a text, is not an integer"),
      (reason(rules(shapeLeaf: 12)), "leaf 12, which chooses a text, is not an integer"),
      (reason(rules(shapeLeaf: 11)), "leaf 0 follows from leaf 11, which comes later"),
      (reason(rules(shapeLeaf: 99)), "99"),
    ] {
      #expect(found.contains(part), "\(found), expected \(part)")
    }
  }
}
