import Records
import Schema
import TestSupport
import Testing

@testable import Inference

/// Numbers that are often rounded to a power of ten.
@Suite struct RoundedNumberTests {
  private func draws(_ count: Int, _ range: ClosedRange<Int>, seed: UInt64) -> [Int] {
    var random = SplitMix(seed: seed)
    return (0..<count).map { _ in Int.random(in: range, using: &random) }
  }

  private func parts(_ plan: TablePlan) -> [ColumnPart.Part] { plan.order.compactMap(\.part) }

  /// Two of three rows are whole thousands.
  @Test func wholeThousands() throws {
    let numbers = draws(3_000, -400_000...900_000, seed: 3).enumerated().map {
      $0 % 3 == 0 ? $1 : $1 / 1_000 * 1_000
    }
    let table = try makeTable([("x", numbers.map { "\($0)" })])
    let plan = try TablePlan(table: table)
    #expect(plan.kind("x") == "number decimals:0")
    #expect(plan.choices[0].why.hasSuffix("; often a multiple of 1000"))
    #expect(Set(parts(plan)) == [.multiple, .remainder])
    let records = try plan.records(of: table)
    let derived = DerivedValues(schema: plan.schema)
    for record in records { #expect(derived.recomputed(record) == record) }
    #expect(records.map { $0.values[0] } == numbers.map { .integer(Int64($0)) })
    #expect(try plan.readBack(table).schema == plan.schema)
  }

  /// A few with six digits after the point among many with two, and whole ones.
  @Test func digitsAfterThePoint() throws {
    let numbers = draws(4_000, 1_000_000...90_000_000, seed: 4).enumerated().map { row, number in
      row % 50 == 0
        ? number : row % 3 == 0 ? number / 1_000_000 * 1_000_000 : number / 10_000 * 10_000
    }
    let texts = numbers.map { number -> String? in
      var text = FixedDecimal.text(Int64(number), decimals: 6)
      while text.hasSuffix("0"), !text.hasSuffix(".0") { text.removeLast() }
      return text
    }
    let table = try makeTable([("x", texts)])
    let plan = try TablePlan(table: table)
    #expect(plan.kind("x") == "number decimals:6 least:1")
    #expect(parts(plan).contains(.multiple) && parts(plan).contains(.remainder))
    let records = try plan.records(of: table)
    let derived = DerivedValues(schema: plan.schema)
    for record in records { #expect(derived.recomputed(record) == record) }
    // What is left beside a multiple is nothing in most rows.
    let last = try #require(plan.schema.leaves.indices.last)
    let nothing = records.count { $0.values[last] == .integer(0) }
    #expect(nothing > 3_800)
  }

  @Test func somethingMissing() throws {
    let numbers = draws(3_000, 0...900_000, seed: 5).enumerated().map { row, number -> String? in
      row % 5 == 0 ? nil : "\(row % 3 == 0 ? number : number / 1_000 * 1_000)"
    }
    let table = try makeTable([("x", numbers)])
    let plan = try TablePlan(table: table)
    // The parts are there together.
    #expect(Set(parts(plan)) == [.presence, .multiple, .remainder])
    let derived = DerivedValues(schema: plan.schema)
    for record in try plan.records(of: table) { #expect(derived.recomputed(record) == record) }
  }

  @Test func whatIsNotRounded() throws {
    // Digits by chance; steps that all have; frequent values alone; too few.
    #expect(try parts(plan(draws(3_000, 0...900_000, seed: 6).map { "\($0)" })).isEmpty)
    #expect(
      try parts(plan(draws(3_000, 0...9_000, seed: 7).map { "\($0 * 100)" })) == [.step])
    let frequent = draws(3_000, 0...90_000, seed: 8).enumerated().map {
      "\($0 % 2 == 0 ? $1 : $1 / 10_000 * 10_000)"
    }
    #expect(try parts(plan(frequent)).isEmpty)
    let few = draws(150, 0...90_000, seed: 9).enumerated().map {
      "\($0 % 2 == 0 ? $1 : $1 / 100 * 100)"
    }
    #expect(try parts(plan(few)).isEmpty)
  }
}
