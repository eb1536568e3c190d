import Checkpoint
import FakeGen
import FloatModel
import Foundation
import Records
import Schema
import TestModels
import Testing

@testable import Quantize

/// Whole rows, from the same uniform draws: fixed point against double precision.
@Suite struct AgreementTests {
  @Test func rowsAreNearlyAlwaysTheSame() throws {
    try expectAgreement(
      SyntheticCheckpoint(seed: 2).checkpoint, text: 0.9, other: 0.98, longitude: 0.002)
  }

  /// What differs once is fed back, so that later fields differ more often.
  @Test(arguments: ModelOptions.Feedback.allCases)
  func rowsWithOptionsAreNearlyAlwaysTheSame(feedback: ModelOptions.Feedback) throws {
    try expectAgreement(
      SyntheticCheckpoint(seed: 3, options: .every(feedback)).checkpoint, text: 0.85, other: 0.9,
      longitude: 0.01)
  }

  @Test(arguments: [false, true])
  func rowsWithFactoredClassesAreNearlyAlwaysTheSame(areClosed: Bool) throws {
    let synthetic =
      areClosed ? SyntheticCheckpoint.table(seed: 3) : .withNumbers(seed: 3, feedback: .state)
    try expectAgreement(
      synthetic.withFactoredClasses().checkpoint, text: 0.8, other: 0.85, longitude: 0.03)
  }

  /// - Parameters:
  ///   - text: the share of rows whose strings are the same must be above this.
  ///   - other: the same for other fields.
  ///   - longitude: the median difference must be below this, that of `other` of the rows below
  ///     five times as much. The deviation is about 1, that of a mixture's components up to 5.
  private func expectAgreement(
    _ checkpoint: Checkpoint, text: Double, other: Double, longitude: Double
  ) throws {
    var fixed = Generator(
      model: try Model(bytes: quantize(checkpoint, metrics: "").bytes), seed: 9)
    let float = try FloatGenerator<Double>(quantizing: checkpoint, path: "checkpoint")
    let count = 400
    let expected = float.records(0..<UInt64(count), seed: 9)
    let schema = float.model.description.schema
    var same = [Int](repeating: 0, count: fixed.model.columns.count)
    var differences: [Double] = []
    for index in 0..<count {
      let row = try fixed.row(UInt64(index))
      let real = schema.columns.map { expected[index].values[$0].field(of: schema.leaves[$0]) }
      for (column, (value, real)) in zip(row.fields, real).enumerated() {
        switch (value, real) {
        case (.real(let units, 6), .real(let realUnits, 6)):
          differences.append(abs(Double(units - realUnits)) * 1e-6)
          same[column] += 1
        case (.real(let units, 1), .real(let realUnits, 1)):
          same[column] += abs(units - realUnits) <= 1 ? 1 : 0
        case (.integer(let units), .integer(let realUnits)):
          same[column] += abs(units - realUnits) <= 1 ? 1 : 0
        default: same[column] += value == real ? 1 : 0
        }
      }
    }
    // A string of some ten characters has as many chances to part.
    for (column, total) in zip(fixed.model.columns, same) {
      let isText = column.kind == .text || column.kind == .digits
      #expect(Double(total) > (isText ? text : other) * Double(count), "\(column.name): \(total)")
    }
    // A row of another mixture component is far off.
    differences.sort()
    #expect(differences[Int(other * Double(count))] < 5 * longitude)
    #expect(differences[count / 2] < longitude)
  }

  /// Over evenly spread draws the sampled shares are the softmax's.
  @Test func sampledClassesHaveTheSoftmaxsShares() {
    let tables = ActivationTables.ofRealFunctions()
    let logits: [Int16] = [-3000, 1024, 0, 2100, -700, 2100, -32768, 900]
    let draws = 1 << 16
    var counts = [Int](repeating: 0, count: logits.count)
    for draw in 0..<draws {
      var (overwritten, weights) = (logits, [Int32](repeating: 0, count: logits.count))
      let sampled = tables.sampledClass(
        logits: &overwritten, count: logits.count, weights: &weights, draw: UInt32(draw) << 16
      ) { $0 != 1 }
      counts[sampled] += 1
      overwritten = logits
      let excluding = tables.sampledClass(
        logits: &overwritten, count: logits.count, weights: &weights, draw: UInt32(draw) << 16,
        excluding: 1)
      #expect(excluding == sampled)
    }
    let weights = logits.enumerated().map { $0 == 1 ? 0 : exp(Double($1) / 512) }
    let total = weights.reduce(0, +)
    for (count, weight) in zip(counts, weights) {
      #expect(abs(Double(count) / Double(draws) - weight / total) < 5e-5)
    }
    #expect(counts[1] == 0)
  }

  @Test func presenceHasTheSigmoidsShare() {
    let tables = ActivationTables.ofRealFunctions()
    for logit in [-32768, -9000, -2048, 0, 300, 4096, 32767] as [Int16] {
      let draws = 1 << 14
      let present = (0..<draws).count {
        tables.sampledPresence(logit, draw: UInt32($0) << 18)
      }
      let real = 1 / (1 + exp(-Double(logit) / 2048))
      #expect(abs(Double(present) / Double(draws) - real) < 1.1e-4)
    }
  }

  /// The alphabet's second code, the unknown character, has no way out even if it is the likeliest.
  @Test func unknownCharacterIsNeverMade() throws {
    var synthetic = SyntheticCheckpoint(seed: 3)
    let count = synthetic.description.codeCount
    var bias = [Float](repeating: 0, count: count)
    bias[1] = 15
    synthetic.tensors["string/decoder/softmax/bias"] = .init(
      shape: [count], elements: .float32(bias))
    var generator = Generator(
      model: try Model(bytes: quantize(synthetic.checkpoint, metrics: "").bytes), seed: 1)
    let alphabet = Set(synthetic.description.alphabet)
    var texts = 0
    for index in 0..<50 as Range<UInt64> {
      for case .text(let text) in try generator.row(index).fields where !text.isEmpty {
        texts += 1
        #expect(text.unicodeScalars.allSatisfy { alphabet.contains($0.value) })
        #expect(text.unicodeScalars.count <= synthetic.description.maximumStringLength)
      }
    }
    #expect(texts > 100)
  }
}

extension FieldValue {
  /// The value as `fakegen` prints it, reals rounded with ties up.
  fileprivate func field(of leaf: Leaf) -> Field {
    switch (self, leaf.kind) {
    case (.null, _): .null
    case (.text(let text), _): .text(text)
    case (.real(let value), .real(let decimals)):
      .real(
        units: Int64((value * pow(10, Double(decimals)) + 0.5).rounded(.down)),
        decimals: decimals)
    case (.real(let value), _): .integer(Int64(value))
    case (.integer(let value), _): .integer(value)
    case (.choice(let choice), .enumeration(let names, _)): .enumeration(names[choice])
    case (.choice(let choice), _): .boolean(choice == 1)
    case (.list, _): .null
    }
  }
}
