import Foundation

/// x @ W + b in double precision.
struct FloatDense {
  /// Prefix of its tensors' names.
  let name: String
  let inputs: Int
  let outputs: Int
  /// `[inputs, outputs]`, row major.
  let weight: [Double]
  /// `[outputs]`
  let bias: [Double]

  func callAsFunction(_ x: [Double]) -> [Double] {
    multiplied(x, weight, outputs: outputs, plus: bias)
  }
}

/// The GRU cell of docs/Architecture.md in double precision.
struct FloatGRU {
  let name: String
  let inputs: Int
  let width: Int
  /// `[inputs, 3 width]`
  let inputWeight: [Double]
  /// `[width, 3 width]`
  let stateWeight: [Double]
  /// `[3 width]`
  let bias: [Double]

  func callAsFunction(_ x: [Double], state h: [Double]) -> [Double] {
    let fromInput = multiplied(x, inputWeight, outputs: 3 * width, plus: bias)
    let fromState = multiplied(h, stateWeight, outputs: 3 * width)
    let z = (0..<width).map { RealFunction.sigmoid(fromInput[$0] + fromState[$0]) }
    let r = (width..<2 * width).map { RealFunction.sigmoid(fromInput[$0] + fromState[$0]) }
    let fromReset = multiplied(zip(r, h).map { $0 * $1 }, stateWeight, outputs: 3 * width)
    return (0..<width).map { unit in
      let row = 2 * width + unit
      let c = min(RealFunction.celu(fromInput[row] + fromReset[row]), 6)
      return z[unit] * h[unit] + (1 - z[unit]) * c
    }
  }
}

/// x (inputs) @ W (inputs, outputs) + b.
func multiplied(
  _ x: [Double], _ weight: [Double], outputs: Int, plus bias: [Double]? = nil
) -> [Double] {
  var y = bias ?? [Double](repeating: 0, count: outputs)
  y.withUnsafeMutableBufferPointer { y in
    weight.withUnsafeBufferPointer { weight in
      for (input, value) in x.enumerated() {
        for output in 0..<outputs { y[output] += value * weight[input * outputs + output] }
      }
    }
  }
  return y
}

/// The real functions that the generator has tables of.
enum RealFunction {
  /// 1 / (1 + exp(-x)).
  static func sigmoid(_ x: Double) -> Double {
    1 / (1 + exp(-x))
  }

  /// x above 0, 3 (exp(x / 3) - 1) below.
  static func celu(_ x: Double) -> Double {
    x > 0 ? x : 3 * expm1(x / 3)
  }
}
