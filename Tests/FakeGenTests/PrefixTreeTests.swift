import FakeGen
import Schema
import TestModels
import Testing

@testable import Quantize

/// Rows by a tree of their first values are those without one.
@Suite struct PrefixTreeTests {
  /// What a record begins with.
  enum Start: CaseIterable {
    /// One softmax, another, then a number's bins with cells.
    case plain
    /// A softmax whose first class is spelled, an enumeration, a number.
    case open
    /// A number of few values, or null, an enumeration, then texts.
    case number
    /// The same, its bins in clusters.
    case factoredNumber
    /// The same with two or three cells in a bin.
    case cells, factoredCells
    /// Clusters of 40 values, all of which a node knows, then an enumeration and a number.
    case factored
    /// Clusters of 600 values, more than a node has weights of, are the last choice.
    case large
    /// An enumeration, and nothing else that is chosen from few.
    case text

    /// The elements whose states are in the tree: all but the last of these have children.
    var depth: Int {
      switch self {
      case .plain, .open, .factored, .number, .factoredNumber, .cells, .factoredCells: 4
      case .large: 2
      case .text: 0
      }
    }

    func bytes() throws -> [UInt8] {
      var synthetic = SyntheticCheckpoint.table(seed: 11)
      switch self {
      case .plain, .open, .number, .cells: break
      case .factored, .factoredNumber, .factoredCells, .large, .text:
        synthetic = synthetic.withFactoredClasses()
      }
      if self == .large {
        synthetic.description.knownValues[9] = (0..<600).map { "a-\($0)" }
        synthetic.description.options.factoredClasses = 512
      }
      guard case .tuple(let name, let elements) = synthetic.description.schema.root else {
        preconditionFailure("a record is a message")
      }
      let vocabulary = ModuleNode.closedVocabulary(leaf: 9)
      let category = ModuleNode.categorical(leaf: 3, classes: 3)
      var numbers = elements.filter { if case .number = $0 { true } else { false } }
      let bins =
        switch self {
        case .cells, .factoredCells:
          NumberBins([[0...0, 5...5], [7...9, 12...15, 20...20], [55...55]])
        default: NumberBins([[0...0], [5...5], [7...9], [55...55]])
        }
      if let bins {
        numbers[1] = .number(leaf: 7, bins: bins)
      }
      let text = ModuleNode.stringLiteral(leaf: 1)
      let first =
        switch self {
        case .plain, .factored: [vocabulary, category] + numbers
        case .number, .factoredNumber, .cells, .factoredCells:
          [numbers[1], category, vocabulary, numbers[0]]
        case .open: [.vocabulary(leaf: 9), category] + numbers
        case .large: [category, vocabulary] + numbers
        case .text: [text, category, vocabulary] + numbers
        }
      synthetic.description.schema.root = .tuple(
        name: name,
        elements: first
          + elements.filter { element in
            if case .number = element { return false }
            return element != vocabulary && !first.contains(element)
          })
      synthetic.renewTensors()
      return try quantize(synthetic.checkpoint, metrics: "").bytes
    }
  }

  private static let levels = KernelLevel.allCases.filter {
    $0.isSupported && $0 != .reference
  }

  /// The values of rows, batch by batch.
  private func rows(
    _ content: ModelContent, _ numbers: Range<UInt64>, batchSize: Int,
    prefixes: inout PrefixTree
  ) -> [[String]] {
    let leaves = content.schema.leaves.count
    var batch = DecodedBatch(leafCount: leaves, rows: batchSize)
    var memory = ScratchMemory(content.network.scratchSize, rows: batchSize)
    let positions = (0..<Int32(batchSize)).map { $0 }
    var found: [[String]] = []
    for first in stride(from: numbers.lowerBound, to: numbers.upperBound, by: batchSize) {
      positions.withUnsafeBufferPointer { positions in
        guard let start = positions.baseAddress else { return }
        memory.use { scratch in
          content.network.decode(
            RowList(positions: start, count: batchSize), first: first, seed: 3, scratch: scratch,
            prefixes: &prefixes, into: &batch)
        }
      }
      for row in 0..<batchSize {
        found.append(
          batch.values[row * leaves..<(row + 1) * leaves].map { value in
            switch value {
            case .text(let start, let count):
              String(decoding: batch.text[start..<start + count], as: UTF8.self)
            default: "\(value)"
            }
          })
      }
    }
    return found
  }

  @Test(arguments: Start.allCases, levels)
  func rowsAreThoseWithoutATree(start: Start, level: KernelLevel) throws {
    let content = try Model(bytes: start.bytes(), kernels: level).content
    let numbers = 0..<1280 as Range<UInt64>
    var none = PrefixTree()
    let expected = rows(content, numbers, batchSize: 64, prefixes: &none)
    #expect(Set(expected).count > 300)
    #expect(expected.contains { $0[7] == "null" })
    // Room for all, for some, for the root alone.
    for capacity in [1 << 12, 5, 1] {
      var tree = PrefixTree(content.network, capacity: capacity)
      let found = rows(content, numbers, batchSize: 64, prefixes: &tree)
      #expect(found == expected, "\(capacity)")
      let counts = tree.nodeCounts
      #expect(counts.count == start.depth)
      #expect(counts.first ?? 1 == 1)
      for count in counts.dropFirst() {
        #expect(count <= capacity)
        if capacity > 5 { #expect(count > 2) }
      }
      // It is full of what it knows: the same rows once more.
      #expect(rows(content, numbers, batchSize: 64, prefixes: &tree) == expected)
    }
  }

  @Test func theReferenceHasNone() throws {
    let content = try Model(bytes: Start.plain.bytes(), kernels: .reference).content
    #expect(PrefixTree(content.network).nodeCounts.isEmpty)
  }

  @Test func rowsWithALatentVectorHaveNone() throws {
    let content = try Model(bytes: SyntheticModel.bytes(feedback: .state)).content
    #expect(PrefixTree(content.network).nodeCounts.isEmpty)
  }

  /// A copy of a generator grows a tree of its own.
  @Test func copiesOfAGeneratorAreIndependent() throws {
    let model = try Model(bytes: Start.factored.bytes())
    var generator = Generator(model: model, seed: 1, batchSize: 32)
    generator.prepare(from: 0, count: 32)
    var copy = generator
    copy.prepare(from: 1000, count: 32)
    generator.prepare(from: 2000, count: 32)
    var single = Generator(model: model, seed: 1)
    for row in 0..<32 as Range<UInt64> {
      #expect(try copy.row(1000 + row) == single.row(1000 + row))
      #expect(try generator.row(2000 + row) == single.row(2000 + row))
    }
  }
}
