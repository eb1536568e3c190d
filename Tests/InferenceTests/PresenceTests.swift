import FakeGen
import Records
import Schema
import TestSupport
import Testing

@testable import Inference

/// Columns that hold nothing in the same rows, or wherever others do.
@Suite struct PresenceTests {
  private let count = 400
  /// Numbers that a seed repeats.
  private func draws(_ range: ClosedRange<Int>, seed: UInt64) -> [Int] {
    var random = SplitMix(seed: seed)
    return (0..<count).map { _ in Int.random(in: range, using: &random) }
  }

  private func values(_ seed: UInt64, nothingIn rows: Set<Int>) -> [String?] {
    draws(100...999, seed: seed).enumerated().map {
      rows.contains($0.offset) ? nil : "\($0.element)"
    }
  }

  private func words(_ seed: UInt64, nothingIn rows: Set<Int>) -> [String?] {
    draws(0...2, seed: seed).enumerated().map { rows.contains($0.offset) ? nil : "w\($0.element)" }
  }

  /// The leaf that says whether a row has a column, and the node that is there then.
  private func chosen(_ plan: TablePlan, _ part: ColumnPart) throws -> (leaf: Int, node: ModuleNode)
  {
    let place = try #require(plan.order.firstIndex(of: part))
    guard case .chosen(let leaf, 0, let node) = plan.schema.root.children[place] else {
      Issue.record("\(part.text) is always there")
      throw InferenceError.noColumns
    }
    #expect(
      plan.schema.root.children[..<place].contains { $0.leaves == [leaf] },
      "what chooses it comes first")
    return (leaf, node)
  }

  private func expectTable(_ table: RawTable, _ plan: TablePlan) throws {
    #expect(plan.schema.ruleProblem == nil)
    let derived = DerivedValues(schema: plan.schema)
    for record in try plan.records(of: table) { #expect(derived.recomputed(record) == record) }
    let again = try plan.readBack(table)
    #expect(again.schema == plan.schema && again.order == plan.order)
  }

  /// As of penguins that were not measured: two rows are enough, as chance has not them both.
  @Test func sameRows() throws {
    let table = try makeTable([
      ("species", words(1, nothingIn: [])), ("bill", values(2, nothingIn: [3, 271])),
      ("depth", values(3, nothingIn: [3, 271])), ("sex", words(4, nothingIn: [3, 8, 9, 40, 271])),
      ("mass", values(5, nothingIn: [3, 271])), ("site", words(6, nothingIn: [3, 271])),
    ])
    let plan = try TablePlan(table: table)
    let leaf = try chosen(plan, ColumnPart("bill")).leaf
    #expect(
      plan.schema.hidden == [RuledLeaf(leaf: leaf, rule: .choice(alternatives: [[1, 2, 4, 5]]))])
    for name in ["depth", "mass", "site"] {
      let found = try chosen(plan, ColumnPart(name))
      #expect(found.leaf == leaf)
      // Nothing is left to the module itself.
      if case .optional = found.node { Issue.record("\(name) has a presence of its own") }
    }
    #expect(plan.schema.leaves[1].isOptional == false && plan.schema.leaves[5].isOptional)
    #expect(plan.order.contains(ColumnPart("bill", .presence)))
    #expect(plan.choices[2].why.hasSuffix("there in the same rows as 'bill'"))
    // What is nothing there too may be so by chance.
    #expect(plan.node(3) == .optional(.closedVocabulary(leaf: 3)))
    #expect(plan.messageText(source: "t.csv").contains("optional int32 bill = "))
    try expectTable(table, plan)
  }

  /// One row, if it is three columns.
  @Test func oneRow() throws {
    func hidden(_ names: [String]) throws -> Int {
      try TablePlan(
        table: makeTable(
          names.enumerated().map { ($0.element, values(UInt64($0.offset), nothingIn: [9])) })
      ).schema.hidden.count
    }
    #expect(try hidden(["a", "b", "c"]) == 1)
    #expect(try hidden(["a", "b"]) == 0)
  }

  /// A flight that has not left has not arrived.
  @Test func withinOthers() throws {
    let left = Set(0..<40)
    let arrived = left.union(100..<120)
    let plan = try TablePlan(
      table: makeTable([
        ("air", values(1, nothingIn: arrived.union(200..<215))),
        ("left", values(2, nothingIn: left)),
        ("arrived", values(3, nothingIn: arrived)), ("late", values(4, nothingIn: arrived)),
        ("tail", words(5, nothingIn: Set(150..<200))),
      ]))
    let first = try chosen(plan, ColumnPart("left")).leaf
    let second = try chosen(plan, ColumnPart("late"))
    #expect(try chosen(plan, ColumnPart("arrived")).leaf == second.leaf)
    let within = try chosen(plan, ColumnPart("arrived", .presence))
    #expect(within.leaf == first && within.node.leaves == [second.leaf])
    // The number has a bin for nothing, where there might be one.
    let air = try chosen(plan, ColumnPart("air"))
    #expect(air.leaf == second.leaf && plan.schema.leaves[0].isOptional)
    #expect(plan.node(4) == .optional(.closedVocabulary(leaf: 4)))
    #expect(plan.choices[0].why.hasSuffix("nothing wherever 'arrived' is nothing"))
    try expectTable(
      makeTable([
        ("air", values(1, nothingIn: arrived.union(200..<215))),
        ("left", values(2, nothingIn: left)),
        ("arrived", values(3, nothingIn: arrived)), ("late", values(4, nothingIn: arrived)),
        ("tail", words(5, nothingIn: Set(150..<200))),
      ]), plan)
  }

  /// A row alone, rows that are others once, and rows that chance has.
  @Test func chance() throws {
    for (one, other) in [
      ([7], [7]), (Set(0..<40), Set(0..<39).union([90])),
      (Set([5, 6]), Set(0..<300)),
      (Set(draws(0...399, seed: 8).prefix(50)), Set(draws(0...399, seed: 9).prefix(90))),
    ] as [(Set<Int>, Set<Int>)] {
      let plan = try TablePlan(
        table: makeTable([
          ("a", values(1, nothingIn: one)), ("b", values(2, nothingIn: other)),
        ]))
      #expect(plan.schema.hidden.isEmpty && plan.schema.root.chosenLeaves.isEmpty)
    }
  }

  /// All parts of a moment are there, or none; the end of an interval too.
  @Test func moments() throws {
    let layout = try #require(MomentLayout(checked: "%Y-%m-%d %H:%M"))
    let start = draws(1_500_000_000...1_600_000_000, seed: 3).map { $0 / 60 * 60 }
    let open = Set(draws(0...399, seed: 4).prefix(80))
    let table = try makeTable([
      ("start", start.map { layout.text(Int64($0)) }),
      (
        "end",
        zip(start, draws(0...3_000, seed: 5)).enumerated().map { row, pair in
          open.contains(row) ? nil : layout.text(Int64(pair.0 + 60 * pair.1))
        }
      ),
      (
        "seen",
        draws(1_500_000_000...1_600_000_000, seed: 6).enumerated().map { row, seconds in
          row % 5 == 0 ? nil : layout.text(Int64(seconds / 60 * 60))
        }
      ),
    ])
    let plan = try TablePlan(table: table)
    #expect(plan.kind("end") == "after: start")
    _ = try chosen(plan, ColumnPart("end", .difference))
    let leaf = try chosen(plan, ColumnPart("seen", .week)).leaf
    for part in [ColumnPart.Part.weekday, .time] {
      let found = try chosen(plan, ColumnPart("seen", part))
      #expect(found.leaf == leaf)
      #expect(found.node.leaves.allSatisfy { !plan.schema.leaves[$0].isOptional })
    }
    #expect(plan.schema.leaves[2].isOptional)
    try expectTable(table, plan)
  }
}
