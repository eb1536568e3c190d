import FakeGen
import Foundation
import ProtobufSchema
import Schema
import TestSupport
import Testing

@testable import Inference

/// A message as it is printed gives the plan that it was printed from.
@Suite struct MessageTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func table(seed: UInt64) throws -> RawTable {
    var random = SplitMix(seed: seed)
    let count = 400
    func draws(_ range: ClosedRange<Int>) -> [Int] {
      (0..<count).map { _ in Int.random(in: range, using: &random) }
    }
    func texts(_ numbers: [Int]) -> [String?] { numbers.map { String($0) } }
    let layout = try #require(MomentLayout(checked: "%Y-%m-%d %H:%M"))
    let (a, b, start) = (draws(0...999), draws(0...999), draws(20_000_000...26_000_000))
    let kinds = draws(0...3)
    return try makeTable([
      ("id", (0..<count).map { "N\(100 + $0 * 7 % 900)\(["AB", "CD", "XZ"][$0 % 3])" }),
      ("a \"quoted\\\" name", texts(a)), ("b", texts(b)), ("1st: total", texts(zip(a, b).map(+))),
      ("ü", kinds.map { "k\($0)" }), ("[x]", kinds.map { $0 < 2 ? "low" : "high" }),
      ("start", start.map { layout.text(Int64($0) * 60) }),
      ("Start", zip(start, draws(0...5_000)).map { layout.text(Int64($0 + $1) * 60) }),
      ("grams", texts(draws(0...200).map { 25 * $0 })),
      ("note", draws(0...1_000_000).map { "about \($0)" + String(repeating: "!", count: $0 % 30) }),
      ("none", Array(repeating: nil, count: count)),
      ("version", texts(Array(repeating: 3, count: count))),
      ("maybe", draws(0...9).map { $0 == 0 ? nil : $0 < 3 ? "?" : "yes" }),
    ])
  }

  private func declaration(_ plan: TablePlan) throws -> DeclaredMessages {
    try DeclaredMessages(path: folder.write(plan.messageText(source: "t.csv\nx"), to: "t.proto"))
  }

  private func expectEqual(_ left: TablePlan, _ right: TablePlan) {
    #expect(left.schema == right.schema)
    #expect(left.order == right.order)
    #expect(left.knownValues == right.knownValues)
    #expect(left.choices.map(\.kind) == right.choices.map(\.kind))
  }

  @Test(arguments: 1...4 as ClosedRange<UInt64>)
  func roundTrip(seed: UInt64) throws {
    let table = try table(seed: seed)
    var options = InferenceOptions(minimumCount: 7, nullWords: ["?", "-"])
    options.exclude = seed == 2 ? ["note", "ü"] : []
    let plan = try TablePlan(table: table, options: options, messageName: "shop.Order")
    #expect(plan.kind("1st: total") == "sum: \"a \\\"quoted\\\\\\\" name\" + b")
    #expect(plan.kind("Start") == "after: start")
    #expect(seed == 2 || plan.kind("[x]") == "lookup: \"ü\"")
    #expect(plan.kind("grams") == "number decimals:0 step:25")
    let messages = try declaration(plan)
    #expect(messages.root.name == "shop.Order")
    #expect(messages.root.nullWords == ["?", "-"])
    #expect(messages.root.minimumCount == 7)
    expectEqual(try TablePlan(table: table, messages: messages), plan)
  }

  @Test func nullWordsThatAreNone() throws {
    let table = try makeTable([("n", (0..<400).map { $0 % 4 == 0 ? "NA" : "\($0 % 9)" })])
    let plan = try TablePlan(table: table, options: InferenceOptions(nullWords: []))
    #expect(plan.kind("n") == "category")
    #expect(try declaration(plan).root.nullWords == [])
    expectEqual(try TablePlan(table: table, messages: declaration(plan)), plan)
    let standard = try TablePlan(table: table)
    #expect(try declaration(standard).root.nullWords == nil)
  }

  /// What a person changes in the file is so.
  @Test func edited() throws {
    let table = try table(seed: 5)
    let plan = try TablePlan(table: table)
    var text = plan.messageText(source: "t.csv")
    text = text.replacing("number decimals:0 step:25", with: "category")
    text = text.split(separator: "\n").filter { !$0.contains("note = ") }.joined(separator: "\n")
    let message = try DeclaredMessages(path: folder.write(text, to: "edited.proto"))
    let edited = try TablePlan(table: table, messages: message)
    #expect(edited.kind("grams") == "category")
    #expect(edited.kind("note") == "exclude")
    #expect(edited.kind("Start") == "after: start")
    let wrong = try DeclaredMessages(
      path: folder.write(text.replacing("\"category\"", with: "\"categry\""), to: "wrong.proto"))
    #expect {
      try TablePlan(table: table, messages: wrong)
    } throws: { error in
      "\(error)".hasPrefix("field '")
        && "\(error)".contains("(fakegen.kind) = \"categry\": expected")
    }
  }

  /// A message of one's own, without our options, has its fields' names and what is found.
  @Test func messageWithoutOptions() throws {
    let table = try makeTable([
      ("n", (0..<40).map { "\($0 % 9)" }), ("other", (0..<40).map { "\($0)x" }),
      ("t", (0..<40).map { "\($0 % 4)" }),
    ])
    let path = try folder.write(
      "syntax = \"proto3\"; message X { int32 number = 1 [json_name = \"n\"]; string t = 2; }",
      to: "x.proto")
    let plan = try TablePlan(table: table, messages: DeclaredMessages(path: path))
    #expect(plan.schema.leaves.map(\.path) == ["number", "t"])
    #expect(plan.schema.leaves.map(\.column) == ["n", "t"])
    // A number that is declared as a text is one.
    #expect(plan.choices.map(\.kind.text) == ["number decimals:0", "exclude", "category"])
  }

  @Test func refusedMessages() throws {
    let table = try makeTable([("n", (0..<40).map { "\($0 % 9)" })])
    for (fields, construct) in [
      ("google.protobuf.Struct s = 1;", UnsupportedConstruct.undeclared),
      ("message Y { int32 n = 1; } map<string, Y> y = 1;", .mapOfMessages),
    ] {
      let path = try folder.write(
        "syntax = \"proto3\"; import \"google/protobuf/struct.proto\"; message X { \(fields) }",
        to: "n.proto")
      let error = #expect(throws: SchemaError.self) { try DeclaredMessages(path: path) }
      guard case .unsupported(_, "X", construct) = error else {
        Issue.record("\(String(describing: error))")
        continue
      }
    }
    let head = "syntax = \"proto3\"; import \"fakegen/options.proto\"; message X { "
    for (body, words) in [
      ("int32 m = 1;", "no column 'm'"),
      ("int32 n = 1 [(fakegen.kind) = \"nubmer\"];", "expected number"),
      ("option (fakegen.order) = \"a b\"; int32 n = 1;", "in the order"),
    ] {
      let message = try DeclaredMessages(path: folder.write(head + body + " }", to: "x.proto"))
      let error = #expect(throws: InferenceError.self) {
        try TablePlan(table: table, messages: message)
      }
      #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
    }
    #expect(throws: SchemaError.self) {
      try DeclaredMessages(
        path: folder.write(head + "int32 n = 1 [(fakegen.no) = 1]; }", to: "y.proto"))
    }
  }

  /// The file in `share` is the one that protoc gets from us.
  @Test func sharedOptions() throws {
    let path = URL(fileURLWithPath: example("")).deletingLastPathComponent().appendingPathComponent(
      "share/fakegen/options.proto"
    ).path
    #expect(try String(contentsOfFile: path, encoding: .utf8) == MessageDeclaration.optionsText)
  }

  /// Names of fields are identifiers, each once, however the columns are called.
  @Test func fieldNames() {
    var names = FieldNames()
    #expect(
      ["a", "A", "a b", "a_b", "1", "ü", "", "x-", "ab", "string"].map { names.unique($0) }
        == ["a", "A_2", "a_b", "a_b_2", "_1", "column", "column_2", "x", "ab_3", "string"])
  }
}
