import Records
import Schema
import TestSupport
import Testing

@testable import Inference

/// Texts of a pattern that recur.
@Suite struct CodeInferenceTests {
  private func orders(_ count: Int = 2_000) -> [String?] {
    var random = SplitMix(seed: 9)
    return (0..<count).map { _ in
      let number = "\(Int.random(in: 1...700, using: &random))"
      return "2015-" + String(repeating: "0", count: 6 - number.count) + number
    }
  }

  @Test func ordersOfSeveralRows() throws {
    let values = orders()
    let table = try makeTable([("id", values), ("n", values.map { $0.map { "\($0.utf8.count)" } })])
    let plan = try TablePlan(table: table)
    #expect(plan.kind("id") == "code 2015-000[0-7][0-9]{2}")
    #expect(plan.choices[0].why.hasSuffix("of the rows; all of one pattern"))
    let records = try plan.records(of: table)
    let derived = DerivedValues(schema: plan.schema)
    for record in records { #expect(derived.recomputed(record) == record) }
    #expect(records.map { $0.values[0] } == values.map { .text($0 ?? "") })
    #expect(plan.order.contains(ColumnPart("id", .number)))
    #expect(try plan.readBack(table).schema == plan.schema)
    // Others of the pattern are read, what is not is told.
    #expect(
      try plan.records(of: makeTable([("id", ["2015-000799"]), ("n", ["11"])]))[0].values[0]
        == .text("2015-000799"))
    #expect(throws: InferenceError.self) {
      try plan.records(of: makeTable([("id", ["2016-000799"]), ("n", ["11"])]))
    }
  }

  @Test func somethingMissing() throws {
    var values = orders()
    for row in stride(from: 0, to: values.count, by: 7) { values[row] = nil }
    let table = try makeTable([("id", values)])
    let plan = try TablePlan(table: table)
    #expect(plan.kind("id")?.hasPrefix("code ") == true)
    let records = try plan.records(of: table)
    #expect(records[0].values[0] == .null && records[1].values[0] != .null)
    let derived = DerivedValues(schema: plan.schema)
    for record in records { #expect(derived.recomputed(record) == record) }
  }

  @Test func whatIsNoCode() throws {
    // Words, addresses of houses, texts of many shapes, and what is asked for as text.
    let places = (0..<2_000).map { "\(["Oak", "Elm", "Fir"][$0 % 3]) St \($0 * 7 % 400)" }
    #expect(
      try plan(places).kind("x") == "composed: 'Elm St ' # | 'Oak St ' # | 'Fir St ' #")
    let words = orders().map { $0.map { String($0.map { "abcdefghij"[$0] }) } }
    #expect(try plan(words).kind("x") == "text")
    var options = InferenceOptions()
    try options.addKind("x=text")
    #expect(try plan(orders(), options).kind("x") == "text")
    // One that is otherwise, and they are texts with numbers.
    #expect(try plan(orders() + ["none"]).kind("x") == "composed: '2015-' #6")
    // Distinct ones are keys, frequent ones a category.
    #expect(
      try plan((0..<900).map { "2015-\(100_000 + $0 * 37 % 900)" }).kind("x")?
        .hasPrefix("key ") == true)
    #expect(try plan((0..<900).map { "2015-\(100_000 + $0 % 90)" }).kind("x") == "category")
    // Of a category with rare values that would be spelled they are codes.
    let rare = (0..<900).map { "2015-\(100_000 + ($0 < 700 ? $0 % 90 : $0))" }
    #expect(try plan(rare).kind("x")?.hasPrefix("code 2015-100") == true)
  }

  @Test func asAskedFor() throws {
    var options = InferenceOptions()
    try options.addKind("x=code 2015-[0-9]{6}")
    #expect(try plan(orders(), options).kind("x") == "code 2015-[0-9]{6}")
    var found = InferenceOptions()
    try found.addKind("x=code")
    #expect(try plan(["a1", "a2", "a2"], found).kind("x") == "code a[0-9]")
    var others = InferenceOptions()
    try others.addKind("x=code 2016-[0-9]{6}")
    #expect {
      try plan(orders(), others)
    } throws: { error in
      "\(error)".contains("does not have the pattern") && "\(error)".contains("2015-")
    }
  }
}

extension StringProtocol {
  fileprivate subscript(_ character: Character) -> Character {
    character.wholeNumberValue.map { self[index(startIndex, offsetBy: $0)] } ?? character
  }
}
