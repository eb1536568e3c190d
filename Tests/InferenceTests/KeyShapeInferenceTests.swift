import ProtobufSchema
import Records
import Schema
import TestSupport
import Testing

@testable import Inference

/// Keys of which another column says what they look like.
@Suite struct KeyShapeInferenceTests {
  private let count = 600
  private static let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

  /// Tail numbers whose shape the maker says, a few rows of a third shape, one of none.
  private func table(_ digits: Int = 5) throws -> RawTable {
    var random = SplitMix(seed: 5)
    func digit() -> String { "\(Int.random(in: 0...9, using: &random))" }
    func text(_ count: Int) -> String { (0..<count).map { _ in digit() }.joined() }
    func letter() -> String { String(Self.letters.randomElement(using: &random) ?? "A") }
    var (makers, tails, seats): ([String?], [String?], [String?]) = ([], [], [])
    for row in 0..<count {
      let maker = ["BOEING", "AIRBUS", "CESSNA"][row % 7 % 3]
      makers.append(maker)
      seats.append("\(Int.random(in: 1...50, using: &random))")
      if row == 77 {
        tails.append("D-ABCD")
      } else if row % 60 == 59 {
        tails.append("N" + text(4) + letter())
      } else {
        tails.append("N" + (maker == "BOEING" ? text(3) + letter() + letter() : text(digits)))
      }
    }
    return try makeTable([("tail", tails), ("maker", makers), ("seats", seats)])
  }

  private func shape(_ plan: TablePlan) throws -> (leaf: Int, pattern: KeyPattern) {
    let ruled = try #require(plan.schema.derived.first { $0.leaf == 0 })
    guard case .key(let pattern, let shape?) = ruled.rule else {
      Issue.record("\(ruled)")
      throw CancellationError()
    }
    return (shape, pattern)
  }

  @Test func theShapeIsModelled() throws {
    let plan = try TablePlan(table: table())
    #expect(plan.kind("tail")?.hasPrefix("key ") == true)
    #expect(plan.schema.ruleProblem == nil)
    let (leaf, pattern) = try shape(plan)
    guard case .shapes(let shapes) = pattern else {
      Issue.record("\(pattern)")
      return
    }
    #expect(shapes.count == 3)
    #expect(plan.schema.hidden == [RuledLeaf(leaf: leaf, rule: .shape(leaf: 0, pattern: pattern))])
    #expect(plan.schema.leaves[leaf].kind == .integer && !plan.schema.leaves[leaf].isOptional)
    #expect(plan.schema.leaves[leaf].path == "tail_shape")
    guard case .number(leaf, let bins)? = plan.node(leaf) else {
      Issue.record("\(plan.schema.root)")
      return
    }
    #expect(bins == NumberBins([[0...0], [1...1], [2...2]]))
    // What the two tell of each other brings them together, before what says nothing.
    #expect(plan.order.last == ColumnPart("seats"))
    #expect(plan.order.contains(ColumnPart("tail", .shape)))
    #expect(
      plan.schema.describe().contains(", the shape by tail_shape\n")
        && plan.schema.describe().contains("  tail_shape: the shape of tail\n"))
  }

  @Test func recordsHaveTheirShapes() throws {
    let table = try table()
    let plan = try TablePlan(table: table)
    let (leaf, _) = try shape(plan)
    let records = try plan.records(of: table)
    let numbers = records.map { $0.values[leaf] }
    var found: [String: Set<FieldValue>] = [:]
    for row in 0..<count where row % 60 != 59 && row != 77 {
      found[table.texts("maker")[row] ?? "", default: []].insert(numbers[row])
    }
    #expect(found["BOEING"]?.count == 1 && found["AIRBUS"]?.count == 1)
    #expect(found["BOEING"] != found["AIRBUS"] && found["AIRBUS"] == found["CESSNA"])
    #expect(numbers[59] == .integer(2) && numbers[77] == .integer(0))
    #expect(!numbers.contains(.null))
    // Records computes the same by itself.
    for record in records {
      var again = record
      again.values[leaf] = .null
      again.compute(plan.schema.hidden, schema: plan.schema)
      #expect(again == record)
    }
  }

  @Test func aMessageSaysTheSame() throws {
    let folder = try TemporaryFolder()
    let table = try table()
    let plan = try TablePlan(table: table)
    let text = plan.messageText(source: "t.csv")
    #expect(text.contains("option (fakegen.order) = \"tail.shape\";"))
    let message = try DeclaredMessages(path: folder.write(text, to: "t.proto"))
    let again = try TablePlan(table: table, messages: message)
    #expect(again.schema == plan.schema)
    #expect(again.order == plan.order)
    #expect(ColumnPart(text: "tail.shape") == ColumnPart("tail", .shape))
  }

  /// What the shape determines is looked up by it.
  @Test func lookupsByShape() throws {
    let table = try table()
    let tails = table.texts("tail")
    let pattern = try shape(TablePlan(table: table)).pattern
    let names = tails.map { Optional("s\(pattern.shape(of: $0 ?? ""))") }
    let plan = try TablePlan(
      table: makeTable([
        ("tail", tails), ("maker", table.texts("maker")), ("series", names),
      ]))
    #expect(plan.kind("series") == "lookup: tail.shape")
    let records = try plan.records(
      of: makeTable([
        ("tail", tails), ("maker", table.texts("maker")), ("series", names),
      ]))
    for (record, name) in zip(records, names) {
      #expect(DerivedValues(schema: plan.schema).recomputed(record).values[2] == .text(name ?? ""))
    }
  }

  /// One shape, a sequence, or shapes that have hardly more texts than the table has rows.
  @Test func otherKeysStayAsTheyAre() throws {
    for table in [
      try makeTable([("tail", (0..<count).map { "N\(1_000 + $0 * 7 % 9_000)" })]),
      try makeTable([("tail", (0..<count).map { "\($0)" })]),
      try self.table(2),
    ] {
      let plan = try TablePlan(
        table: table, options: InferenceOptions(keys: ["tail"]))
      #expect(
        !plan.schema.derived.contains {
          if case .key(_, _?) = $0.rule { true } else { false }
        })
      #expect(!plan.order.contains(ColumnPart("tail", .shape)))
    }
  }
}
