import FakeGen
import Foundation

/// Brings layers into fixed point and keeps account of what it cost.
struct LayerQuantizer {
  private(set) var report = QuantizationReport()

  /// What sums of layers with int16 weights stay below: as far from 2^63 as leaves their
  /// multipliers 17 bits even in a row of biases alone, and more than 65,536 inputs need.
  private static let wideSumLimit = 0x1p46

  /// Integer weights of one matrix, with one scale for each output row.
  struct Rows {
    /// `[outputs, inputs]`, row major.
    var integers: [Int]
    /// `[outputs]`: what one step of a row's integers means.
    var scales: [Double]
    /// `[outputs]`: biases in units of the row's sum.
    var bias: [Double]
  }

  /// Quantizes the rows of a weight matrix.
  ///
  /// - Parameters:
  ///   - weight: `[inputs, outputs]`, row major.
  ///   - inputUnit: what one step of the inputs means.
  ///   - sumLimit: no row's sum may exceed it, whatever the Int16 inputs.
  ///   - biasName: the biases' tensor, nil if there is none.
  /// - Throws: `QuantizationError.outOfRange` if a step or a bias in steps exceeds a double.
  mutating func quantizeRows(
    _ name: String, weight: [Double], bias: [Double], outputs: Int, bits: Int, inputUnit: Double,
    sumLimit: Double, biasName: String? = nil
  ) throws(QuantizationError) -> Rows {
    let inputs = weight.count / outputs
    let greatestInteger = Double((1 << (bits - 1)) - 1)
    var rows = Rows(integers: [], scales: [], bias: [])
    var transposed: [Double] = []
    for output in 0..<outputs {
      let values = (0..<inputs).map { weight[$0 * outputs + output] }
      let magnitude = values.reduce(0) { max($0, abs($1)) }
      let total = values.reduce(0) { $0 + abs($1) }
      // The step is the largest weight's, or greater if the sum would not fit otherwise. Rounding
      // can add half a step to each weight.
      let room = sumLimit - 32768 * Double(inputs) / 2 - 1
      let neededForSum = (total * 32768 + abs(bias[output]) / inputUnit) / room
      let scale = max(magnitude / greatestInteger, neededForSum, .leastNormalMagnitude)
      let rowBias = (bias[output] / inputUnit / scale).rounded()
      guard scale.isFinite, rowBias.isFinite, total.isFinite else {
        let isWeights = !(total * 32768).isFinite
        throw .outOfRange(
          name: isWeights ? name : biasName ?? name,
          reason: "its numbers are too great; train the model again")
      }
      rows.integers += values.map { Int(($0 / scale).rounded()) }
      transposed += values
      rows.scales.append(scale)
      rows.bias.append(rowBias)
    }
    account(
      name, bits: bits, values: transposed, integers: rows.integers, scales: rows.scales)
    return rows
  }

  /// Reports how well `integers` times the scale of their row, one of `scales`, stand for `values`;
  /// both `[rows, columns]`.
  mutating func account(
    _ name: String, bits: Int, values: [Double], integers: [Int], scales: [Double]
  ) {
    let columns = values.count / scales.count
    var (greatestError, squaredError, squaredValue) = (0.0, 0.0, 0.0)
    for (index, value) in values.enumerated() {
      let error = abs(value - Double(integers[index]) * scales[index / columns])
      greatestError = max(greatestError, error)
      squaredError += error * error
      squaredValue += value * value
    }
    report.tensors.append(
      .init(
        name: name, shape: [scales.count, columns], bits: bits, leastScale: scales.min() ?? 0,
        greatestScale: scales.max() ?? 0, greatestError: greatestError,
        relativeError: squaredValue > 0 ? (squaredError / squaredValue).squareRoot() : 0))
  }

  /// Returns the shift with which the greatest of the real `factors` has as many bits as fit, and
  /// the multipliers. `bounds` are the sums' greatest magnitudes.
  private func multipliers(
    _ name: String, _ terms: [(factors: [Double], bounds: [Int64])]
  ) throws(QuantizationError) -> (multipliers: [[Int32]], shift: Int) {
    for shift in stride(from: 62, through: 1, by: -1) {
      let scaled = terms.map { $0.factors.map { ($0 * exp2(Double(shift))).rounded() } }
      guard scaled.allSatisfy({ $0.allSatisfy { $0 < 0x1p30 } }) else { continue }
      let integers = scaled.map { $0.map { Int32($0) } }
      let fits = terms[0].factors.indices.allSatisfy { row in
        let products = zip(terms, integers).map { (bound: $0.bounds[row], multiplier: $1[row]) }
        return productBound(products, shift: shift) != nil
      }
      if fits { return (integers, shift) }
    }
    throw .outOfRange(name: name, reason: "its outputs would exceed their format a billionfold")
  }

  private mutating func account(
    _ layer: String, bounds: [Int64], limitBits: Int
  ) throws(QuantizationError) {
    let bound = bounds.max() ?? 0
    report.accumulators.append(.init(layer: layer, bound: bound, limitBits: limitBits))
    if limitBits == 31, bound > Int64(Int32.max) {
      throw .outOfRange(name: layer, reason: "a sum can reach \(bound), above 2^31")
    }
  }

  mutating func account(_ activation: QuantizationReport.Activation) {
    report.activations.append(activation)
  }

  mutating func finish(
    rows: Int, strings: (count: Int, codes: Int), parameterCount: Int, fileSize: Int,
    multiplyAdds: Int
  ) {
    report.calibrationRows = rows
    report.calibrationStrings = strings.count
    report.calibrationCodes = strings.codes
    report.multiplyAdds = multiplyAdds
    report.parameterCount = parameterCount
    report.fileSize = fileSize
  }

  /// Quantizes a dense layer to int8 weights.
  mutating func dense(
    _ layer: DenseWeights, inputFractionBits: Int, outputFractionBits: Int
  ) throws(QuantizationError) -> Dense {
    let inputUnit = exp2(-Double(inputFractionBits))
    let rows = try quantizeRows(
      "\(layer.name)/weight", weight: layer.weight, bias: layer.bias, outputs: layer.outputs,
      bits: 8, inputUnit: inputUnit, sumLimit: 0x1p31, biasName: "\(layer.name)/bias")
    let matrix = WeightMatrix(
      rows: layer.outputs, columns: layer.inputs, weights: Numbers(rows.integers.map { Int8($0) }))
    let bias = rows.bias.map { Int32($0) }
    let bounds = bias.indices.map { matrix.sumBound(row: $0) + Int64(bias[$0].magnitude) }
    try account(layer.name, bounds: bounds, limitBits: 31)
    let factors = rows.scales.map { $0 * inputUnit * exp2(Double(outputFractionBits)) }
    let (multiplier, shift) = try multipliers(layer.name, [(factors, bounds)])
    return Dense(
      matrix: matrix, bias: Numbers(bias), multiplier: Numbers(multiplier[0]), shift: shift,
      inputFractionBits: inputFractionBits, outputFractionBits: outputFractionBits)
  }

  /// Quantizes a dense layer to int16 weights and 64-bit sums.
  mutating func wideDense(
    _ layer: DenseWeights, inputFractionBits: Int, outputFractionBits: Int
  ) throws(QuantizationError) -> WideDense {
    let inputUnit = exp2(-Double(inputFractionBits))
    let rows = try quantizeRows(
      "\(layer.name)/weight", weight: layer.weight, bias: layer.bias, outputs: layer.outputs,
      bits: 16, inputUnit: inputUnit, sumLimit: Self.wideSumLimit,
      biasName: "\(layer.name)/bias")
    let bias = rows.bias.map { Int64($0) }
    func wide(multiplier: [Int32], shift: Int) -> WideDense {
      WideDense(
        inputs: layer.inputs, outputs: layer.outputs,
        weights: Numbers(rows.integers.map { Int16($0) }),
        bias: Numbers(bias), multiplier: Numbers(multiplier), shift: shift,
        inputFractionBits: inputFractionBits,
        outputFractionBits: outputFractionBits)
    }
    let unscaled = wide(multiplier: bias.map { _ in 0 }, shift: 1)
    let bounds = bias.indices.map { unscaled.sumBound(row: $0) ?? .max }
    try account(layer.name, bounds: bounds, limitBits: 63)
    let factors = rows.scales.map { $0 * inputUnit * exp2(Double(outputFractionBits)) }
    let (multiplier, shift) = try multipliers(layer.name, [(factors, bounds)])
    return wide(multiplier: multiplier[0], shift: shift)
  }

  /// Quantizes a GRU cell on an embedding vector.
  mutating func gru(
    _ layer: GRUWeights, inputFractionBits: Int, stateFractionBits: Int
  ) throws(QuantizationError) -> GRU {
    let input = try inputWeights(
      layer, inputUnit: exp2(-Double(inputFractionBits)), accumulator: "input")
    let cell = try cell(
      layer, inputScales: input.scales, inputBounds: input.bounds,
      stateFractionBits: stateFractionBits)
    return GRU(input: input.matrix, inputFractionBits: inputFractionBits, cell: cell)
  }

  /// Quantizes the input weights of a cell; gives them, what one step of each row's sum means, and
  /// the sums' bounds.
  ///
  /// - Parameters:
  ///   - inputUnit: what one step of the inputs means.
  ///   - accumulator: the sums' name in the report, after the layer's.
  mutating func inputWeights(
    _ layer: GRUWeights, inputUnit: Double, accumulator: String
  ) throws(QuantizationError) -> (matrix: WeightMatrix, scales: [Double], bounds: [Int64]) {
    let zeros = [Double](repeating: 0, count: 3 * layer.width)
    let rows = try quantizeRows(
      "\(layer.name)/input_weight", weight: layer.inputWeight, bias: zeros,
      outputs: 3 * layer.width, bits: 8, inputUnit: inputUnit, sumLimit: 0x1p31)
    let matrix = WeightMatrix(
      rows: 3 * layer.width, columns: layer.inputs, weights: Numbers(rows.integers.map { Int8($0) })
    )
    let bounds = rows.scales.indices.map { matrix.sumBound(row: $0) }
    try account("\(layer.name)/\(accumulator)", bounds: bounds, limitBits: 31)
    return (matrix, rows.scales.map { $0 * inputUnit }, bounds)
  }

  /// Quantizes the recurrent half of a cell.
  mutating func cell(
    _ layer: GRUWeights, inputScales: [Double], inputBounds: [Int64], stateFractionBits: Int
  ) throws(QuantizationError) -> RecurrentCell {
    let stateUnit = exp2(-Double(stateFractionBits))
    let rows = try quantizeRows(
      "\(layer.name)/state_weight", weight: layer.stateWeight, bias: layer.bias,
      outputs: 3 * layer.width, bits: 8, inputUnit: stateUnit, sumLimit: 0x1p31,
      biasName: "\(layer.name)/bias")
    let matrix = WeightMatrix(
      rows: 3 * layer.width, columns: layer.width, weights: Numbers(rows.integers.map { Int8($0) }))
    let bias = rows.bias.map { Int32($0) }
    let bounds = bias.indices.map { matrix.sumBound(row: $0) + Int64(bias[$0].magnitude) }
    try account("\(layer.name)/state", bounds: bounds, limitBits: 31)
    let toPreactivation = exp2(Double(Format.preactivation))
    let (multiplier, shift) = try multipliers(
      layer.name,
      [
        (inputScales.map { $0 * toPreactivation }, inputBounds),
        (rows.scales.map { $0 * stateUnit * toPreactivation }, bounds),
      ])
    return RecurrentCell(
      matrix: matrix, bias: Numbers(bias), inputMultiplier: Numbers(multiplier[0]),
      stateMultiplier: Numbers(multiplier[1]), shift: shift, stateFractionBits: stateFractionBits)
  }

  /// Quantizes one value of a ScalarTuple in units of 10^-decimals.
  func unwhitening(
    _ name: String, mean: Double, factors: [Double], decimals: Int, leaf: Int,
    range: ClosedRange<Int64>, isOptional: Bool
  ) throws(QuantizationError) -> ScalarDecoder.Output {
    let units = pow(10, Double(decimals))
    for shift in stride(from: 62, through: 1, by: -1) {
      let one = exp2(Double(shift))
      let step = one * units * exp2(-Double(Format.whitened))
      let total = factors.reduce(abs(mean) * units * one + one / 2) {
        $0 + (abs($1) * step + 0.5) * Double(Format.whitenedLimit)
      }
      guard total < 0x1p62 else { continue }
      return ScalarDecoder.Output(
        leaf: leaf, offset: Int64((mean * units * one).rounded()),
        factors: Numbers(factors.map { Int64(($0 * step).rounded()) }), shift: shift,
        minimum: range.lowerBound, maximum: range.upperBound, isOptional: isOptional)
    }
    throw .outOfRange(
      name: name, reason: "its values with \(decimals) decimals need more than 64 bits")
  }
}
