import Autodiff
import Foundation
import Records
import Schema

/// Records that a model is generating in lockstep, in floating point, by sampling unless asked for
/// the likeliest.
package final class GeneratedBatch<S: Scalar> {
  /// What layers run on.
  package let tape: Tape<S>
  /// For what a step of strings needs no longer than the step.
  let stepTape = Tape<S>()
  /// The model's parameters.
  package let view: ParameterView<S>
  /// The model's description.
  package let model: ModelDescription
  /// The whitenings of its ScalarTuples.
  package let whitenings: [Whitening]
  /// Whether the likeliest class is taken everywhere instead of a draw.
  package let isGreedy: Bool
  /// Elements around these records, and these, that are being drawn anew.
  private(set) var redraws: Int
  private let outerRedraws: Int
  private let firstDraws: any DrawSource
  private var draws: any DrawSource
  /// The ranges that take note of what layers give; nil if nobody asks.
  package let ranges: ActivationRanges?
  /// Adds up the probabilities of classes; nil if nobody asks.
  private let probabilities: HeadProbabilities?
  /// Number of the first record among all that there may be, and the seed: of keys.
  let first: UInt64
  let seed: UInt64
  /// The records made so far; values not yet made are null.
  package var records: [Record]
  /// `[records]` texts as they were sampled, of a model of comma-separated text.
  package var texts: [String] = []

  /// Creates a batch whose values are all null.
  ///
  /// - Parameters:
  ///   - tape: what layers run on.
  ///   - view: the model's parameters.
  ///   - model: the model's description.
  ///   - whitenings: one for each ScalarTuple.
  ///   - draws: where random decisions come from.
  ///   - isGreedy: whether to take the likeliest class everywhere instead of a draw.
  ///   - ranges: takes note of what layers give; nil if nobody asks.
  ///   - probabilities: adds up the probabilities of classes; nil if nobody asks.
  ///   - first: number of the first record.
  ///   - seed: of keys.
  ///   - redraws: number of elements around the records that are being drawn anew.
  ///   - count: number of records to make.
  package init(
    tape: Tape<S>, view: ParameterView<S>, model: ModelDescription, whitenings: [Whitening],
    draws: any DrawSource, isGreedy: Bool = false, ranges: ActivationRanges? = nil,
    probabilities: HeadProbabilities? = nil, first: UInt64 = 0, seed: UInt64 = 0,
    redraws: Int = 0, count: Int
  ) {
    outerRedraws = redraws
    self.redraws = redraws
    self.tape = tape
    self.view = view
    self.model = model
    self.whitenings = whitenings
    firstDraws = draws
    self.draws = draws
    self.ranges = ranges
    self.isGreedy = isGreedy
    self.probabilities = probabilities
    (self.first, self.seed) = (first, seed)
    records = Array(
      repeating: Record(
        values: Array(repeating: .null, count: model.schema.leaves.count)), count: count)
  }

  /// Returns a batch of the elements of lists: that of row r has room for those from r * capacity on.
  ///
  /// - Parameter type: of the lists.
  func ofElements(_ type: ListType) -> GeneratedBatch<S> {
    let capacity = type.counts.upperBound
    return GeneratedBatch(
      tape: tape, view: view, model: model.ofElements(type), whitenings: whitenings,
      draws: draws.ofElements(capacity: capacity), isGreedy: isGreedy, ranges: ranges,
      probabilities: probabilities, first: first &* UInt64(capacity), seed: seed, redraws: redraws,
      count: records.count * capacity)
  }

  /// Begins to draw elements anew.
  ///
  /// - Parameter retry: number of the time, from 1 on; 0 for the draws of the others.
  func draw(again retry: UInt32) {
    draws = retry == 0 ? firstDraws : firstDraws.again(retry)
    redraws = outerRedraws + (retry == 0 ? 0 : 1)
  }

  /// Takes note of a layer's outputs.
  ///
  /// - Parameters:
  ///   - layer: the layer's name.
  ///   - outputs: what it gave.
  package func observe(_ layer: String, _ outputs: Tensor<S>) {
    ranges?.observe(layer, outputs.values, count: outputs.count)
    probabilities?.observe(layer, outputs)
  }

  /// Draws a class from the softmax of its logits, or takes the first of the likeliest if greedy.
  ///
  /// - Parameters:
  ///   - logits: `[count]`.
  ///   - count: number of classes.
  ///   - stream: the module's.
  ///   - row: of the batch.
  ///   - isAllowed: whether a class may be drawn.
  /// - Returns: the class; 0 if none is allowed.
  package func sampleClass(
    _ logits: UnsafePointer<S>, count: Int, stream: UInt32, row: Int,
    isAllowed: (Int) -> Bool = { _ in true }
  ) -> Int {
    var largest = -Double.infinity
    for i in 0..<count where isAllowed(i) { largest = max(largest, logits[i].widened) }
    if isGreedy {
      return (0..<count).first { isAllowed($0) && logits[$0].widened == largest } ?? 0
    }
    var sum = 0.0
    for i in 0..<count where isAllowed(i) { sum += exp(logits[i].widened - largest) }
    var left = draws.uniform(stream: stream, row: row) * sum
    var last = 0
    for i in 0..<count where isAllowed(i) {
      last = i
      left -= exp(logits[i].widened - largest)
      if left < 0 { break }
    }
    return last
  }

  /// Returns true with probability `sigmoid(logit)`, or if that is at least a half when greedy.
  package func sampleBernoulli(logit: Double, stream: UInt32, row: Int) -> Bool {
    isGreedy
      ? logit >= 0 : draws.uniform(stream: stream, row: row) < 1 / (1 + exp(-logit))
  }

  /// Draws a 32-bit number uniformly, or takes the middle one if greedy.
  package func sampleBits(stream: UInt32, row: Int) -> UInt32 {
    isGreedy ? 1 << 31 : UInt32(draws.uniform(stream: stream, row: row) * 0x1p32)
  }

  /// Draws from the standard normal distribution, or takes its mean if greedy.
  package func sampleNormal(stream: UInt32, row: Int) -> Double {
    isGreedy ? 0 : draws.normal(stream: stream, row: row)
  }

  /// Converts a ScalarTuple's output to a value of `leaf`: integers are rounded and kept in the
  /// training data's range.
  package func scalar(_ x: Double, _ leaf: Int) -> FieldValue {
    guard case .integer = model.schema.leaves[leaf].kind else { return .real(x) }
    let range = model.integerRanges[leaf] ?? IntegerRange(minimum: .min, maximum: .max)
    if !(x > Double(range.minimum)) { return .integer(range.minimum) }
    if x >= Double(range.maximum) { return .integer(range.maximum) }
    return .integer(Int64(x.rounded()))
  }
}
