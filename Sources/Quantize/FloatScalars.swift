import FakeGen
import Foundation

/// The ScalarTuple's decoder, and what it feeds back.
struct FloatScalars {
  let name: String
  let stream: UInt32
  let leaves: [Int]
  /// To the whitened values, or the parameters of `mixture` components in blocks: logit [K],
  /// mean [K, n], logDeviation [K, n], lower [K, n (n - 1) / 2].
  let values: FloatDense
  /// K; 0 for no mixture.
  let mixture: Int
  /// Nil if no leaf is optional.
  let presence: FloatDense?
  /// `[n]`
  let mean: [Double]
  /// `[n, n]`
  let unwhitening: [Double]
  /// Nil if nothing asks for the module's feedback.
  let encoder: Encoder?

  struct Encoder {
    /// `[n + optional leaves, embedding]`, to pre-activations of sigmoids.
    let dense: FloatDense
    /// Positions of the optional leaves.
    let optional: [Int]
    /// `[n, n]`, the inverse of the unwhitening; empty without optional leaves.
    let whitening: [Double]
  }

  /// Name of the mixture's logits, which become a layer of their own.
  var logitName: String { "\(values.name)#logit" }

  /// Columns of `values` that component k's numbers are in: mean, logDeviation, lower.
  func columns(ofComponent k: Int) -> [Int] {
    let n = leaves.count
    let pairs = n * (n - 1) / 2
    return (0..<n).map { mixture + k * n + $0 }
      + (0..<n).map { mixture + mixture * n + k * n + $0 }
      + (0..<pairs).map { mixture + 2 * mixture * n + k * pairs + $0 }
  }

  /// The whitened values (n) of mixture component k that standard normal `noise` (n) stands for.
  ///
  /// - Parameter parameters: what `values` gives.
  func whitened(_ parameters: [Double], component k: Int, noise: [Double]) -> [Double] {
    let n = leaves.count
    let numbers = columns(ofComponent: k).map { parameters[$0] }
    var lower = 2 * n
    return (0..<n).map { i in
      var sum = noise[i]
      for j in 0..<i {
        sum += min(max(numbers[lower], -8), 8) * noise[j]
        lower += 1
      }
      return numbers[i] + exp(min(max(numbers[n + i], -7), 3)) * sum
    }
  }

  /// The distances d_i of optional leaf i's value from its mean, as a layer `[n, optional]` from the
  /// whitened values, each divided by its standard deviation under whitened values of variance 1.
  func distances(_ encoder: Encoder) -> (layer: FloatDense, deviations: [Double]) {
    let n = leaves.count
    let deviations = encoder.optional.map { i in
      (0..<n).reduce(0) { $0 + unwhitening[$1 * n + i] * unwhitening[$1 * n + i] }.squareRoot()
    }
    let weight = (0..<n).flatMap { k in
      zip(encoder.optional, deviations).map { unwhitening[k * n + $0] / $1 }
    }
    let layer = FloatDense(
      name: "\(name)/unwhitening", inputs: n, outputs: encoder.optional.count, weight: weight,
      bias: deviations.map { _ in 0 })
    return (layer, deviations)
  }

  /// The encoder as one layer `[n + 2 optional, embedding]` of the whitened values, the distances of
  /// missing ones, and the presence flags.
  func combined(_ encoder: Encoder, deviations: [Double]) -> FloatDense {
    let n = leaves.count
    let (dense, width) = (encoder.dense, encoder.dense.outputs)
    var weight = Array(dense.weight[..<(n * width)])
    for (i, deviation) in zip(encoder.optional, deviations) {
      let row = encoder.whitening[i * n..<(i + 1) * n].map { -$0 * deviation }
      weight += multiplied(row, Array(dense.weight[..<(n * width)]), outputs: width)
    }
    weight += dense.weight[(n * width)...]
    return FloatDense(
      name: dense.name, inputs: n + 2 * encoder.optional.count, outputs: width, weight: weight,
      bias: dense.bias)
  }

  /// The feedback vector (embedding) of the whitened values y (n), the mean in place of missing
  /// ones.
  ///
  /// - Parameter presence: per optional leaf.
  func feedback(_ y: [Double], presence: [Bool], _ encoder: Encoder) -> [Double] {
    let n = leaves.count
    var known = y
    for (i, isPresent) in zip(encoder.optional, presence) where !isPresent {
      let distance = (0..<n).reduce(0) { $0 + y[$1] * unwhitening[$1 * n + i] }
      for j in 0..<n { known[j] -= distance * encoder.whitening[i * n + j] }
    }
    return encoder.dense(known + presence.map { $0 ? 1 : 0 }).map(RealFunction.sigmoid)
  }
}

/// The inverse of a matrix `[count, count]` by Gauss-Jordan elimination with partial pivoting; nil if
/// it has none.
func inverse(of matrix: [Double], count: Int) -> [Double]? {
  var left = matrix
  var right = [Double](repeating: 0, count: count * count)
  for i in 0..<count { right[i * count + i] = 1 }
  for column in 0..<count {
    let pivot = (column..<count).max {
      abs(left[$0 * count + column]) < abs(left[$1 * count + column])
    }
    guard let pivot, left[pivot * count + column] != 0 else { return nil }
    for k in 0..<count where pivot != column {
      left.swapAt(pivot * count + k, column * count + k)
      right.swapAt(pivot * count + k, column * count + k)
    }
    let scale = 1 / left[column * count + column]
    for k in 0..<count {
      left[column * count + k] *= scale
      right[column * count + k] *= scale
    }
    for row in 0..<count where row != column {
      let factor = left[row * count + column]
      for k in 0..<count {
        left[row * count + k] -= factor * left[column * count + k]
        right[row * count + k] -= factor * right[column * count + k]
      }
    }
  }
  return right.allSatisfy(\.isFinite) ? right : nil
}
