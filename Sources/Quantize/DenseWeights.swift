/// The weights of a fully connected layer, `x @ W + b`, in double precision.
struct DenseWeights {
  /// Prefix of its tensors' names.
  let name: String
  let inputs: Int
  let outputs: Int
  /// `[inputs, outputs]`, row major.
  let weight: [Double]
  /// `[outputs]`
  let bias: [Double]

  /// Returns the layer of some of the outputs.
  func selecting(_ columns: some Collection<Int>, name: String) -> DenseWeights {
    DenseWeights(
      name: name, inputs: inputs, outputs: columns.count,
      weight: (0..<inputs).flatMap { input in columns.map { weight[input * outputs + $0] } },
      bias: columns.map { bias[$0] })
  }
}

/// Multiplies x `[inputs]` with W `[inputs, outputs]`, always in the same order.
func multiplied(_ x: some Sequence<Double>, _ weight: [Double], outputs: Int) -> [Double] {
  var y = [Double](repeating: 0, count: outputs)
  y.withUnsafeMutableBufferPointer { y in
    weight.withUnsafeBufferPointer { weight in
      for (input, value) in x.enumerated() {
        for output in 0..<outputs { y[output] += value * weight[input * outputs + output] }
      }
    }
  }
  return y
}
