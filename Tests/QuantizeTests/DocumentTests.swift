import Checkpoint
import FakeGen
import FloatModel
import Records
import Schema
import TestModels
import Testing

@testable import Quantize

extension SyntheticCheckpoint {
  /// The model with lists, of whose elements some values are distinct and in order, with alternatives
  /// of a text, a number and none, and a total.
  static func documents(seed: UInt64) throws -> Self {
    var synthetic = try lists(seed: seed)
    var schema = synthetic.description.schema
    for leaf in schema.leaves.indices {
      guard case .list(var type) = schema.leaves[leaf].kind else { continue }
      switch schema.leaves[leaf].path {
      case "items":
        type.distinct = [1]
        type.order = .init(leaf: 0, isDescending: true)
        type.absentCounts = [2]
        // Sets in a set: elements of elements that are drawn anew.
        if let sizes = type.elements.leaves.firstIndex(where: { $0.path == "sizes" }),
          case .list(var inner) = type.elements.leaves[sizes].kind
        {
          inner.distinct = [0]
          type.elements.leaves[sizes].kind = .list(inner)
        }
      case "tags": type.distinct = [0]
      default: type.order = .init(leaf: 0, isDescending: false)
      }
      schema.leaves[leaf].kind = .list(type)
    }
    let first = schema.leaves.count
    func cells(_ ranges: [ClosedRange<Int64>]) throws -> NumberBins {
      try #require(NumberBins(ranges.map { [$0] }))
    }
    for (path, kind) in [
      ("choice", LeafKind.integer), ("way.text", .text), ("way.number", .integer),
      ("sum", .real(decimals: 2)),
    ] {
      schema.leaves.append(Leaf(path: path, column: path, kind: kind, isOptional: false))
      synthetic.description.integerRanges.append(nil)
      synthetic.description.knownValues.append([])
    }
    schema.columns += [first + 1, first + 2, first + 3]
    let list = try #require(schema.leaves.firstIndex { $0.path == "items" })
    schema.hidden.append(
      RuledLeaf(leaf: first, rule: .choice(alternatives: [[first + 1], [first + 2]])))
    schema.derived.append(
      RuledLeaf(
        leaf: first + 3, rule: .total(list: list, factors: [1], factor: 1, divisor: 1)))
    guard case .tuple(let name, var elements) = schema.root else { return synthetic }
    let new: [ModuleNode] = [
      .number(leaf: first, bins: try cells([0...0, 1...1, 2...2])),
      .chosen(leaf: first, choice: 0, .stringLiteral(leaf: first + 1)),
      .chosen(
        leaf: first, choice: 1, .number(leaf: first + 2, bins: try cells([3...3, 4...90]))),
    ]
    elements.insert(contentsOf: new, at: elements.count - 1)
    schema.root = .tuple(name: name, elements: elements)
    synthetic.description.schema = schema
    synthetic.renewTensors()
    return synthetic
  }
}

/// Rules of lists and alternatives: fixed point against double precision, from the same draws, and what
/// they promise.
@Suite struct DocumentTests {
  private static func checkpoint() throws -> Checkpoint {
    try SyntheticCheckpoint.documents(seed: 4).checkpoint
  }

  private static func elements(_ field: Field) -> [[Field]] {
    if case .list(let rows) = field { rows.map(\.fields) } else { [] }
  }

  @Test func rowsAreNearlyAlwaysTheSame() throws {
    let checkpoint = try Self.checkpoint()
    let model = try Model(bytes: quantize(checkpoint, metrics: "").bytes)
    let float = try FloatGenerator<Double>(quantizing: checkpoint, path: "checkpoint")
    let schema = float.model.description.schema
    let formatter = RecordFormatter(schema: schema, format: .csv)
    var fixed = Generator(model: model, seed: 9)
    let count = 300
    var same: [String: Int] = [:]
    for (row, record) in float.records(0..<UInt64(count), seed: 9).enumerated() {
      _ = try fixed.row(UInt64(row))
      for (place, leaf) in schema.columns.enumerated() {
        var text: [UInt8] = []
        if !fixed.isNull(place) { fixed.append(place, to: &text) }
        let isSame =
          fixed.isNull(place)
          ? record.values[leaf] == .null
          : String(decoding: text, as: UTF8.self)
            == formatter.text(record.values[leaf], schema.leaves[leaf].kind)
        same[schema.leaves[leaf].path, default: 0] += isSame ? 1 : 0
      }
    }
    for path in ["items", "tags", "point", "way.text", "way.number"] {
      #expect((same[path] ?? 0) > 250, "\(path): \(same[path] ?? 0)")
    }
  }

  @Test func whatIsPromisedHolds() throws {
    let model = try Model(bytes: quantize(Self.checkpoint(), metrics: "").bytes)
    func place(_ name: String) throws -> Int {
      try #require(model.columns.firstIndex { $0.name == name })
    }
    let (items, tags, point) = (try place("ITEMS"), try place("TAGS"), try place("POINT"))
    let (text, number, sum) = (try place("way.text"), try place("way.number"), try place("sum"))
    var generator = Generator(model: model, seed: 2, batchSize: 32)
    var (lengths, ways): (Set<Int>, Set<Int>) = ([], [])
    for row in 0..<500 as Range<UInt64> {
      if !generator.isReady(row) { generator.prepare(from: row, count: min(32, 500 - Int(row))) }
      let fields = try generator.row(row).fields
      let lists = [items, tags, point].map { Self.elements(fields[$0]) }
      let prices = lists[0].map { $0[1] }
      #expect(Set(prices).count == prices.count && prices.count != 2)
      #expect(
        lists[0].allSatisfy { item in
          let sizes = Self.elements(item[3]).map { $0[0] }
          return Set(sizes).count == sizes.count
        })
      let names = lists[0].compactMap { element -> String? in
        if case .text(let name) = element[0] { name } else { nil }
      }
      #expect(
        zip(names, names.dropFirst()).allSatisfy {
          !$0.utf8.lexicographicallyPrecedes($1.utf8)
        })
      // Four elements at most, of three values.
      #expect(Set(lists[1].map { $0[0] }).count == lists[1].count)
      lengths.insert(lists[1].count)
      let numbers = lists[2].compactMap { element -> Int64? in
        if case .integer(let value) = element[0] { value } else { nil }
      }
      #expect(numbers.count == 3 && numbers == numbers.sorted())
      let units = prices.reduce(0 as Int64) { sum, price in
        if case .real(let units, 2) = price { sum + units } else { sum }
      }
      #expect(fields[sum] == .real(units: units, decimals: 2))
      let present = [text, number].filter { fields[$0] != .null }
      #expect(present.count < 2)
      ways.insert(present.first ?? -1)
    }
    #expect(lengths == [0, 1, 2, 3] && ways == [text, number, -1], "\(lengths) \(ways)")
    #expect(model.columns[text].isOptional && model.columns[number].isOptional)
    #expect(!model.columns[sum].isOptional)
  }

  /// A row does not depend on the rows made with it, nor on the kernels.
  @Test func rowsAreTheSameInAnyBatch() throws {
    let bytes = try quantize(Self.checkpoint(), metrics: "").bytes
    #expect(try Model(bytes: bytes).content.encoded() == bytes)
    var expected = Generator(model: try Model(bytes: bytes), seed: 5)
    let rows = try (0..<60 as Range<UInt64>).map { try expected.row($0) }
    for level in KernelLevel.allCases where level.isSupported {
      let model = try Model(bytes: bytes, kernels: level)
      var generator = Generator(model: model, seed: 5, batchSize: 13)
      for first in stride(from: 0, to: 60, by: 13) {
        generator.prepare(from: UInt64(first), count: min(13, 60 - first))
        for row in first..<min(first + 13, 60) {
          #expect(try generator.row(UInt64(row)) == rows[row], "\(level)")
        }
      }
    }
  }
}
