import Autodiff
import Foundation
import Records
import Schema

/// Records that a model is generating in lockstep, in floating point, by sampling unless asked for
/// the likeliest.
final class GeneratedBatch<S: Scalar> {
  let tape: Tape<S>
  let view: ParameterView<S>
  let model: ModelDescription
  let whitenings: [Whitening]
  let random: RandomGenerator
  let isGreedy: Bool
  var records: [Record]
  /// `[records]` texts as they were sampled, of a model of comma-separated text.
  var texts: [String] = []

  /// - Parameters:
  ///   - isGreedy: take the likeliest class everywhere instead of a draw.
  ///   - count: records to make; all values are null at first.
  init(
    tape: Tape<S>, view: ParameterView<S>, model: ModelDescription, whitenings: [Whitening],
    random: RandomGenerator, isGreedy: Bool = false, count: Int
  ) {
    self.tape = tape
    self.view = view
    self.model = model
    self.whitenings = whitenings
    self.random = random
    self.isGreedy = isGreedy
    records = Array(
      repeating: Record(
        values: Array(repeating: .null, count: model.schema.leaves.count)), count: count)
  }

  /// Draws from the softmax of `logits [count]` among the classes that are allowed; 0 if none is.
  /// The first of the likeliest if greedy.
  func sampleClass(
    _ logits: UnsafePointer<S>, count: Int, isAllowed: (Int) -> Bool
  ) -> Int32 {
    var largest = -Double.infinity
    for i in 0..<count where isAllowed(i) { largest = max(largest, logits[i].widened) }
    if isGreedy {
      return Int32((0..<count).first { isAllowed($0) && logits[$0].widened == largest } ?? 0)
    }
    var sum = 0.0
    for i in 0..<count where isAllowed(i) { sum += exp(logits[i].widened - largest) }
    var left = random.uniform() * sum
    var last = 0
    for i in 0..<count where isAllowed(i) {
      last = i
      left -= exp(logits[i].widened - largest)
      if left < 0 { break }
    }
    return Int32(last)
  }

  /// True with probability `sigmoid(logit)`, or if that is at least a half when greedy.
  func sampleBernoulli(logit: Double) -> Bool {
    isGreedy ? logit >= 0 : random.uniform() < 1 / (1 + exp(-logit))
  }

  /// A ScalarTuple's output as a value of `leaf`: integers are rounded and kept in the training
  /// data's range.
  func scalar(_ x: Double, _ leaf: Int) -> FieldValue {
    guard case .integer = model.schema.leaves[leaf].kind else { return .real(x) }
    let range = model.integerRanges[leaf] ?? IntegerRange(minimum: .min, maximum: .max)
    if !(x > Double(range.minimum)) { return .integer(range.minimum) }
    if x >= Double(range.maximum) { return .integer(range.maximum) }
    return .integer(Int64(x.rounded()))
  }
}
