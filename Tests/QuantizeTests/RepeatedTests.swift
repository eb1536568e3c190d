import Checkpoint
import FakeGen
import FloatModel
import Foundation
import Records
import Schema
import TestModels
import Testing

@testable import Quantize

extension SyntheticCheckpoint {
  /// A model as tables have it with lists: of messages, with texts, numbers, what may be absent, what
  /// follows from others, and lists of their own; of known values; of three numbers each.
  static func lists(seed: UInt64) throws -> Self {
    var synthetic = table(seed: seed)
    for (path, type, isOptional) in [
      ("items", try items(), false), ("tags", try tags(), true), ("point", try point(), false),
    ] {
      let leaf = synthetic.description.schema.leaves.count
      synthetic.description.schema.leaves.append(
        Leaf(
          path: path, column: path.uppercased(), kind: .list(type), isOptional: isOptional))
      synthetic.description.schema.columns.append(leaf)
      synthetic.description.integerRanges.append(nil)
      synthetic.description.knownValues.append([])
      guard case .tuple(let name, var elements) = synthetic.description.schema.root else { break }
      let module = ModuleNode.repeated(leaf: leaf)
      elements.insert(isOptional ? .optional(module) : module, at: elements.count - 1)
      synthetic.description.schema.root = .tuple(name: name, elements: elements)
    }
    synthetic.renewTensors()
    return synthetic
  }

  private static func values(_ kind: LeafKind, _ module: ModuleNode) -> RecordSchema {
    RecordSchema(
      messageName: "value",
      leaves: [Leaf(path: "value", column: "value", kind: kind, isOptional: false)], columns: [0],
      root: .tuple(name: "", elements: [module]))
  }

  private static func list(
    _ elements: RecordSchema, _ counts: ClosedRange<Int>, isMessage: Bool = false,
    knownValues: [[String]]? = nil
  ) throws -> ListType {
    try #require(
      ListType(
        elements: elements, counts: counts, isMessage: isMessage,
        knownValues: knownValues ?? elements.leaves.map { _ in [] }))
  }

  private static func tags() throws -> ListType {
    try list(
      values(.text, .closedVocabulary(leaf: 0)), 0...4, knownValues: [["new", "é, \"old\"", ""]])
  }

  private static func point() throws -> ListType {
    try list(
      values(.integer, .number(leaf: 0, bins: try #require(NumberBins([[0...9], [10...99]])))),
      3...3)
  }

  private static func items() throws -> ListType {
    let price = try #require(NumberBins([[100...199], [200...249, 250...999], [5_000...5_000]]))
    let sizes = try list(
      values(.integer, .number(leaf: 0, bins: try #require(NumberBins([[1...1], [2...2]])))), 0...3)
    let leaves = [
      Leaf(path: "name", column: "name", kind: .text, isOptional: false),
      Leaf(path: "price", column: "price", kind: .real(decimals: 2), isOptional: false),
      Leaf(path: "note", column: "note", kind: .text, isOptional: true),
      Leaf(path: "sizes", column: "sizes", kind: .list(sizes), isOptional: false),
      Leaf(path: "total", column: "total", kind: .real(decimals: 2), isOptional: false),
      Leaf(path: "line", column: "line", kind: .text, isOptional: false),
    ]
    return try list(
      RecordSchema(
        messageName: "items", leaves: leaves, columns: Array(leaves.indices),
        root: .tuple(
          name: "",
          elements: [
            .stringLiteral(leaf: 0), .number(leaf: 1, bins: price),
            .optional(.vocabulary(leaf: 2)), .repeated(leaf: 3),
          ]),
        derived: [
          RuledLeaf(leaf: 4, rule: .sum(terms: [.init(leaf: 1, factor: 2)], constant: 5)),
          RuledLeaf(
            leaf: 5,
            rule: .key(.sequence(prefix: "L", start: 1, step: 1, width: 0, suffix: ""))),
        ]), 0...5, isMessage: true, knownValues: [[], [], ["abc", "d"], [], [], []])
  }
}

/// Lists: fixed point against double precision, from the same draws, and what they promise.
@Suite struct RepeatedTests {
  private static func checkpoint() throws -> Checkpoint {
    try SyntheticCheckpoint.lists(seed: 4).checkpoint
  }

  private static func model(kernels: KernelLevel = .best) throws -> Model {
    try Model(bytes: quantize(checkpoint(), metrics: "").bytes, kernels: kernels)
  }

  /// The columns of lists, by name.
  private static func places(_ model: Model) throws -> (items: Int, tags: Int, point: Int) {
    func place(_ name: String) throws -> Int {
      try #require(model.columns.firstIndex { $0.name == name })
    }
    return (try place("ITEMS"), try place("TAGS"), try place("POINT"))
  }

  private static func elements(_ field: Field) -> [[Field]]? {
    if case .list(let rows) = field { rows.map(\.fields) } else { nil }
  }

  @Test func rowsAreNearlyAlwaysTheSame() throws {
    let checkpoint = try Self.checkpoint()
    let model = try Model(bytes: quantize(checkpoint, metrics: "").bytes)
    let float = try FloatGenerator<Double>(quantizing: checkpoint, path: "checkpoint")
    let schema = float.model.description.schema
    let places = try Self.places(model)
    var fixed = Generator(model: model, seed: 9)
    let count = 400
    var same: [Int: Int] = [:]
    var lengths: [Int: [Int: Int]] = [:]
    for (row, record) in float.records(0..<UInt64(count), seed: 9).enumerated() {
      let fields = try fixed.row(UInt64(row)).fields
      for place in [places.items, places.tags, places.point] {
        let found = Self.elements(fields[place])
        var wanted: [Record]?
        if case .list(let elements) = record.values[schema.columns[place]] { wanted = elements }
        lengths[place, default: [:]][wanted?.count ?? -1, default: 0] += 1
        lengths[place, default: [:]][found?.count ?? -1, default: 0] -= 1
        let texts = found?.map { element in element.map(Self.text) }
        let wantedTexts = wanted.map { elements in
          elements.map { element in
            Self.columns(of: schema.leaves[schema.columns[place]].kind).map {
              Self.text(element.values[$0.leaf], $0.kind)
            }
          }
        }
        same[place, default: 0] += texts == wantedTexts ? 1 : 0
      }
    }
    for (place, count) in same { #expect(count > 340, "\(model.columns[place].name): \(count)") }
    for (place, differences) in lengths {
      #expect(
        differences.values.allSatisfy { abs($0) <= 16 },
        "\(model.columns[place].name): \(differences)")
    }
  }

  private static func columns(of kind: LeafKind) -> [(leaf: Int, kind: LeafKind)] {
    guard case .list(let type) = kind else { return [] }
    return type.elements.columns.map { ($0, type.elements.leaves[$0].kind) }
  }

  private static func text(_ field: Field) -> String {
    if case .list(let rows) = field {
      return "\(rows.map { $0.fields.map(text).joined(separator: ",") })"
    }
    if field == .null { return "null" }
    var bytes: [UInt8] = []
    field.append(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func text(_ value: FieldValue, _ kind: LeafKind) -> String {
    switch value {
    case .list(let records):
      let texts = records.map { record in
        columns(of: kind).map { text(record.values[$0.leaf], $0.kind) }.joined(separator: ",")
      }
      return "\(texts)"
    case .null: return "null"
    case .real(let real): return String(format: "%.2f", real)
    case .integer(let integer): return String(integer)
    case .text(let text): return text
    case .choice(let choice): return String(choice)
    }
  }

  /// Lengths are those of the type, all of them occur, derived leaves follow, keys are told apart.
  @Test func listsKeepTheirPromises() throws {
    let model = try Self.model()
    let places = try Self.places(model)
    var generator = Generator(model: model, seed: 2, batchSize: 32)
    var counts: [Int: Set<Int>] = [:]
    var keys: Set<Field> = []
    var notes: Set<Field> = []
    for row in 0..<600 as Range<UInt64> {
      if !generator.isReady(row) { generator.prepare(from: row, count: min(32, 600 - Int(row))) }
      let fields = try generator.row(row).fields
      for place in [places.items, places.tags, places.point] {
        counts[place, default: []].insert(Self.elements(fields[place])?.count ?? -1)
      }
      for element in Self.elements(fields[places.items]) ?? [] {
        #expect(keys.insert(element[5]).inserted)
        notes.insert(element[2])
        guard case .real(let price, 2) = element[1], case .real(let total, 2) = element[4] else {
          Issue.record("\(element)")
          continue
        }
        #expect(total == 2 * price + 5)
        #expect(100...999 ~= price || price == 5_000)
        #expect((0...3).contains(Self.elements(element[3])?.count ?? -1))
      }
    }
    #expect(counts[places.items]?.isSubset(of: 0...5) == true)
    #expect(counts[places.items]?.isSuperset(of: 0...3) == true)
    #expect(counts[places.tags] == Set(-1...4))
    #expect(counts[places.point] == [3])
    #expect(notes.contains(.null) && notes.contains(.text("abc")) && notes.count > 3)
    guard case .list(let kind) = model.columns[places.items].kind else {
      Issue.record("the column is a list")
      return
    }
    #expect(kind.columns.map(\.isOptional) == [false, false, true, false, false, false])
    #expect(model.columns[places.tags].isOptional && !model.columns[places.point].isOptional)
  }

  /// A row does not depend on the rows made with it, nor on the kernels.
  @Test func rowsAreTheSameInAnyBatch() throws {
    let model = try Self.model()
    var expected = Generator(model: model, seed: 5)
    let rows = try (0..<90 as Range<UInt64>).map { try expected.row($0) }
    for level in KernelLevel.allCases where level.isSupported {
      let model = try Self.model(kernels: level)
      for size in [7, 90] {
        var generator = Generator(model: model, seed: 5, batchSize: size)
        for first in stride(from: 0, to: 90, by: size) {
          generator.prepare(from: UInt64(first), count: min(size, 90 - first))
          for row in first..<min(first + size, 90) {
            #expect(try generator.row(UInt64(row)) == rows[row], "\(level), \(size)")
          }
        }
      }
    }
  }

  /// The text of a list is the one that the filter's keys are made of.
  @Test func textsAreThoseOfRecords() throws {
    let model = try Self.model()
    let schema = try SyntheticCheckpoint.lists(seed: 4).description.schema
    let formatter = RecordFormatter(schema: schema, format: .csv)
    let places = try Self.places(model)
    var generator = Generator(model: model, seed: 3)
    for row in 0..<60 as Range<UInt64> {
      let fields = try generator.row(row).fields
      for place in [places.items, places.tags, places.point] {
        var text: [UInt8] = []
        generator.append(place, to: &text)
        let kind = schema.leaves[schema.columns[place]].kind
        #expect(
          String(decoding: text, as: UTF8.self)
            == formatter.text(Self.value(fields[place], kind), kind))
        guard !text.isEmpty else { continue }
        let parsed = try JSONSerialization.jsonObject(with: Data(text)) as? [Any]
        #expect(parsed?.count == Self.elements(fields[place])?.count)
      }
    }
  }

  private static func value(_ field: Field, _ kind: LeafKind) -> FieldValue {
    switch field {
    case .null: return .null
    case .text(let text), .enumeration(let text): return .text(text)
    case .real(let units, let decimals): return .real(Double(units) / pow(10, Double(decimals)))
    case .integer(let integer): return .integer(integer)
    case .boolean(let value): return .choice(value ? 1 : 0)
    case .list(let rows):
      guard case .list(let type) = kind else { return .null }
      return .list(
        rows.map { row in
          Record(
            values: zip(row.fields, type.elements.leaves).map { value($0, $1.kind) })
        })
    }
  }

  @Test func fileGivesTheSameBytesAgain() throws {
    let bytes = try quantize(Self.checkpoint(), metrics: "").bytes
    #expect(try Model(bytes: bytes).content.encoded() == bytes)
  }
}
