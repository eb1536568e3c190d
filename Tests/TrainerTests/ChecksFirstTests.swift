import FloatModel
import Foundation
import Records
import Schema
import TestSupport
import Testing

@testable import Trainer

/// What would end a run late, or be lost without a word, is told before its first step.
@Suite struct ChecksFirstTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func schema(_ kind: LeafKind) -> RecordSchema {
    RecordSchema(
      messageName: "M",
      leaves: [Leaf(path: "home.v", column: "v", kind: kind, isOptional: true)], columns: [0],
      root: .tuple(name: "", elements: [.scalarTuple(leaves: [0])]))
  }

  private func warnings(_ values: [FieldValue], decimals: Int) -> [String] {
    TableWarnings.columns(
      values.map { Record(values: [$0]) }, schema(.real(decimals: decimals)))
  }

  @Test func realsTooSmallForTheirDecimals() {
    let tiny = (1...60).map { FieldValue.real(Double($0) * 1.25e-10) }
    let warning = warnings(tiny, decimals: 6).first
    #expect(
      warning == "field 'home.v': with 6 digits after the point 1 of 60 distinct numbers are left; "
        + "have more with --field home.v=decimals:10, and put numbers in bins with --set "
        + "model.numbers.maximumBins=64")
    #expect(warnings(tiny, decimals: 12).isEmpty)
    // Beyond what units of 18 digits hold.
    let less = (1...60).map { FieldValue.real(Double($0) * 1e-25) }
    #expect(warnings(less, decimals: 18).first?.contains("smaller unit") == true)
    #expect(warnings((1...60).map { .real(Double($0) / 8) }, decimals: 3).isEmpty)
  }

  @Test func digitsThatNoNumberHas() {
    let prices = (0..<60).map { FieldValue.real(Double($0) * 7 / 100) }
    #expect(
      warnings(prices, decimals: 6) == [
        "field 'home.v': its numbers have 2 digits after the point at most, and will be printed with "
          + "6; say --field home.v=decimals:2"
      ])
    #expect(warnings(prices, decimals: 3).isEmpty)
  }

  @Test func momentsThatAreSpelled() {
    let text = RecordSchema(
      messageName: "M", leaves: [Leaf(path: "v", column: "v", kind: .text, isOptional: false)],
      columns: [0], root: .tuple(name: "", elements: [.stringLiteral(leaf: 0)]))
    func warnings(_ texts: [String]) -> [String] {
      TableWarnings.columns(texts.map { Record(values: [.text($0)]) }, text)
    }
    let days = (10...28).map { "2024-02-\($0)" }
    #expect(warnings(days).first?.contains("moments as %Y-%m-%d has them") == true)
    #expect(warnings(days + ["2024-02-30"]).isEmpty)
  }

  @Test func columnsThatSayNothing() {
    #expect(warnings([.null, .null], decimals: 1).first?.contains("no row has a value") == true)
    #expect(warnings([.real(1), .real(1)], decimals: 1).first?.contains("same value") == true)
    #expect(warnings([.real(1), .null], decimals: 1).isEmpty)
    // Many in one line.
    let leaves = (0..<50).map {
      Leaf(path: "c\($0)", column: "c\($0)", kind: .text, isOptional: false)
    }
    let wide = RecordSchema(
      messageName: "M", leaves: leaves, columns: Array(leaves.indices),
      root: .tuple(name: "", elements: leaves.indices.map { .stringLiteral(leaf: $0) }))
    let row = Record(values: leaves.map { _ in .text("x") })
    let lines = TableWarnings.columns([row, row], wide)
    #expect(lines.count == 1)
    #expect(lines.first?.hasPrefix("fields 'c0', 'c1'") == true)
    #expect(lines.first?.contains("and 40 more") == true)
  }

  /// The share of the characters that an alphabet leaves out; rare ones are.
  @Test func charactersBeyondTheAlphabet() {
    let limit = Alphabet.standardMaximumSize
    let frequent = (0..<limit).compactMap { Unicode.Scalar(0x4E00 + $0).map { "\($0)\($0)" } }
    let rare = (0..<100).compactMap { Unicode.Scalar(0xAC00 + $0).map { String($0) } }
    let alphabet = Alphabet(texts: frequent + rare)
    #expect(alphabet.scalars.count == limit)
    let warning = TableWarnings.characters(frequent + rare, alphabet: alphabet)
    #expect(warning?.hasPrefix("100 characters are beyond the \(limit) most frequent") == true)
    #expect(warning?.contains("0.62 %") == true, "\(warning ?? "")")
    #expect(TableWarnings.characters(frequent, alphabet: Alphabet(texts: frequent)) == nil)
    #expect(TableWarnings.characters(["ab"], alphabet: Alphabet(texts: ["a"])) == nil)
  }

  @Test func fewRowsThatAreSeenOftenAreTold() {
    #expect(
      TableWarnings.repetition(rows: 30, examples: 57_600)?.hasPrefix(
        "30 rows, of which each is seen some 1920 times") == true)
    #expect(TableWarnings.repetition(rows: 30, examples: 30 * 299) == nil)
    #expect(TableWarnings.repetition(rows: 1_000, examples: 1_000_000) == nil)
    #expect(TableWarnings.repetition(rows: 0, examples: 10) == nil)
  }

  @Test func memoryAndDisk() throws {
    let model = RecordModel(try fixtureSource(fixturePreset([])).description)
    let bytes = 4 * model.layout.count * 7
    try RunResources.checkMemory(model, gradients: 2, copies: 1, available: bytes + 1)
    let error = #expect(throws: TrainerError.self) {
      try RunResources.checkMemory(model, gradients: 2, copies: 1, available: bytes)
    }
    #expect(error?.description.contains("training would take") == true)
    try RunResources.checkSpace(folder.path("new/run"), bytes: 1 << 20, free: 1 << 20)
    try RunResources.checkSpace(folder.path("new/run"), bytes: 1)
    let full = #expect(throws: TrainerError.self) {
      try RunResources.checkSpace(folder.path("run"), bytes: 2 << 20, free: 1 << 20)
    }
    #expect(full?.description.contains("will write 2 MiB, and 1 MiB are free") == true)
    let barred = #expect(throws: TrainerError.self) {
      try RunResources.checkSpace("/proc/run", bytes: 1 << 50)
    }
    #expect(barred?.description.hasPrefix("/proc/run: ") == true)
  }

  @Test func textsBeyondWhatAnyModelSpells() {
    let error = TrainerError.stringTooLong(path: "t", field: "f", length: 5_000, maximum: 4_096)
    #expect(error.description.contains("shorten the values"))
    let shorter = TrainerError.stringTooLong(path: "t", field: "f", length: 500, maximum: 100)
    #expect(shorter.description.contains("--set maximumStringLength=500"))
  }

  /// An option with one value is given once.
  @Test(
    arguments: [
      ["infer", "t.csv", "--seed", "1", "--seed=2"],
      ["infer", "t.csv", "-o", "a", "--output", "b"],
      ["train", "--schema", "a", "--data", "t.csv", "--output", "x", "--output", "y"],
      ["learn", "t.csv", "--size", "small", "--size=small"],
    ])
  func optionsGivenTwice(arguments: [String]) throws {
    let result = try runBuilt("trainer", arguments)
    #expect(result.status == 2)
    #expect(result.error.contains("expected once, found twice"), "\(result.error)")
    #expect(result.error.split(separator: "\n").count == 1)
  }

  @Test func optionsThatRepeat() throws {
    let path = try folder.write("a,b,c\n1,-,x\n2,?,y\n", to: "t.csv")
    let result = try runBuilt(
      "trainer", ["infer", path, "--null", "-", "--null", "?", "--exclude", "a", "--exclude", "c"])
    #expect(result.status == 0, "\(result.error)")
    #expect(result.output.contains("(fakegen.kind) = \"empty\""))
  }

  /// A vocabulary of every value that the rows have makes no other.
  @Test func vocabulariesThatCoverAllRowsAreClosed() throws {
    func kinds(_ overrides: [String]) throws -> [String] {
      try fixtureSource(fixturePreset(overrides)).description.schema.root.nodes.map(\.kind.name)
    }
    let all = try kinds(["model.vocabularies.maximumValues=5"])
    #expect(all.contains("ClosedVocabulary") && !all.contains("Vocabulary"))
    // Of 120 rows a value in fewer than 21 is not known.
    let some = try kinds([
      "model.vocabularies={maximumValues: 5, minimumCount: 21, coverage: 0.1}"
    ])
    #expect(some.contains("Vocabulary"), "\(some)")
  }
}
