import Checkpoint
import FakeGen
import FloatModel
import Foundation
import Records
import Schema
import TestModels
import Testing

@testable import Quantize

/// Numbers in bins: fixed point against double precision, from the same draws.
@Suite struct BinnedNumberTests {
  @Test(arguments: ModelOptions.Feedback.allCases)
  func rowsAreNearlyAlwaysTheSame(feedback: ModelOptions.Feedback) throws {
    try compareRows(.withNumbers(seed: 4, feedback: feedback))
  }

  @Test func rowsWithoutLatentVectorsAreNearlyAlwaysTheSame() throws {
    try compareRows(.table(seed: 4))
  }

  private func compareRows(_ synthetic: SyntheticCheckpoint) throws {
    let checkpoint = synthetic.checkpoint
    let model = try Model(bytes: quantize(checkpoint, metrics: "").bytes)
    var fixed = Generator(model: model, seed: 9)
    let float = try FloatGenerator<Double>(quantizing: checkpoint, path: "checkpoint")
    let count = 500
    let expected = float.records(0..<UInt64(count), seed: 9)
    let columns = float.model.description.schema.columns
    var same: [Int: Int] = [:]
    var nulls: [Int: (fixed: Int, float: Int)] = [:]
    var bins: [Int: [Int: (fixed: Int, float: Int)]] = [:]
    for row in 0..<count {
      let fields = try fixed.row(UInt64(row)).fields
      for (field, leaf) in zip(fields, columns) {
        guard let cells = SyntheticCheckpoint.bins[leaf] else { continue }
        let found = field.units
        let wanted: Int64? =
          switch expected[row].values[leaf] {
          case .integer(let value): value
          case .real(let value): Int64((value * (leaf == 6 ? 1e6 : 10)).rounded())
          default: nil
          }
        same[leaf, default: 0] += found == wanted ? 1 : 0
        nulls[leaf, default: (0, 0)].fixed += found == nil ? 1 : 0
        nulls[leaf, default: (0, 0)].float += wanted == nil ? 1 : 0
        func bin(_ units: Int64) -> Int? {
          cells.firstIndex { $0.contains { $0.contains(units) } }
        }
        if let found {
          bins[leaf, default: [:]][try #require(bin(found)), default: (0, 0)].fixed += 1
        }
        if let wanted {
          bins[leaf, default: [:]][try #require(bin(wanted)), default: (0, 0)].float += 1
        }
      }
    }
    for leaf in SyntheticCheckpoint.bins.keys {
      #expect(Double(same[leaf] ?? 0) > 0.9 * Double(count), "\(leaf): \(same[leaf] ?? 0)")
      #expect(bins[leaf]?.count == SyntheticCheckpoint.bins[leaf]?.count)
      // As often in each bin, but for the rows that part.
      for (bin, counts) in bins[leaf] ?? [:] {
        #expect(abs(counts.fixed - counts.float) <= count / 25, "\(leaf), bin \(bin): \(counts)")
      }
    }
    // Of a leaf with presence of its own, of one in an optional message, of none.
    #expect(
      nulls[7].map { (1..<count).contains($0.fixed) && (1..<count).contains($0.float) } == true)
    #expect(nulls[5].map { (1..<count).contains($0.fixed) } == true)
    #expect(nulls[6].map { $0 == (0, 0) } == true)
  }

  /// What the file holds: the bins of the description, feedback tables only where asked for.
  @Test func fileHoldsTheBins() throws {
    let checkpoint = SyntheticCheckpoint.withNumbers(seed: 4, feedback: .own).checkpoint
    let content = try Model(bytes: quantize(checkpoint, metrics: "").bytes).content
    let numbers = content.network.root.elements.compactMap { element -> NumberDecoder? in
      if case .number(let decoder) = element.child { decoder } else { nil }
    }
    #expect(numbers.map(\.leaf) == [6, 7])
    #expect(Array(numbers[1].starts) == [0, 1, 4, 6])
    #expect(Array(numbers[1].bounds) == [0, 0, 5, 7, 9, 9, 12, 40, 55, 55, 80, 120])
    #expect(numbers[1].softmax.outputs == 4 && numbers[1].cells?.softmax.outputs == 3)
    #expect(numbers.allSatisfy { $0.embedding == nil && $0.cells?.embedding == nil })
  }
}

extension Field {
  /// The number in units; nil of a null.
  fileprivate var units: Int64? {
    switch self {
    case .real(let units, _): units
    case .integer(let value): value
    default: nil
    }
  }
}
