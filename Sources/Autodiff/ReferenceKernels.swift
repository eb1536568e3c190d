/// The element-wise kernels as plain loops: what `Double` runs, and what the C loops of `Float`
/// equal bit for bit.
public enum ReferenceKernels<S: Scalar> {
  /// Numbers that are read.
  public typealias Values = UnsafePointer<S>
  /// Numbers that are written.
  public typealias MutableValues = UnsafeMutablePointer<S>

  static var third: S { 1 / 3 }

  static func celu(_ x: S) -> S {
    let negative = 3 * (S.exponential((x < 0 ? x : 0) * third) - 1)
    return x > 0 ? x : negative
  }

  static func celuDerivative(output: S) -> S {
    output > 0 ? 1 : output * third + 1
  }

  static func sigmoid(_ x: S) -> S {
    1 / (1 + S.exponential(-x))
  }

  /// Computes `destination += source`.
  public static func add(_ source: Values, to destination: MutableValues, count: Int) {
    for i in 0..<count { destination[i] += source[i] }
  }

  private static func hash(_ x: UInt32) -> UInt32 {
    var x = x
    x ^= x >> 16
    x &*= 0x7FEB_352D
    x ^= x >> 15
    x &*= 0x846C_A68B
    return x ^ (x >> 16)
  }

  /// Adds `factor * source` at the places that a hash of the place and `seed` puts at or above
  /// `threshold` of 2^32.
  public static func addKept(
    _ source: Values, to destination: MutableValues, seed: UInt32, threshold: UInt32, factor: S,
    count: Int
  ) {
    for i in 0..<count {
      let hash = hash(UInt32(truncatingIfNeeded: i) &* 0x9E37_79B9 &+ seed)
      destination[i] += (hash >= threshold ? factor : 0) * source[i]
    }
  }

  /// Computes `destination += factor * source`.
  public static func add(
    _ factor: S, times source: Values, to destination: MutableValues, count: Int
  ) {
    for i in 0..<count { destination[i] += factor * source[i] }
  }

  /// Applies CELU with alpha 3 in place.
  public static func celu(_ x: MutableValues, count: Int) {
    for i in 0..<count { x[i] = celu(x[i]) }
  }

  /// Computes `gradient *= celu'` from the output.
  public static func celuGradient(output: Values, gradient: MutableValues, count: Int) {
    for i in 0..<count { gradient[i] *= celuDerivative(output: output[i]) }
  }

  /// Applies the logistic sigmoid in place.
  public static func sigmoid(_ x: MutableValues, count: Int) {
    for i in 0..<count { x[i] = sigmoid(x[i]) }
  }

  /// Computes `gradient *= sigmoid'` from the output.
  public static func sigmoidGradient(output: Values, gradient: MutableValues, count: Int) {
    for i in 0..<count { gradient[i] *= output[i] * (1 - output[i]) }
  }

  /// Applies the sigmoid to a GRU's update and reset columns and computes `reset * state`.
  public static func gruGates(
    _ gates: MutableValues, state: Values, resetState: MutableValues, rows: Int, width: Int
  ) {
    for row in 0..<rows {
      let update = gates + row * 3 * width
      let reset = update + width
      for i in 0..<2 * width { update[i] = sigmoid(update[i]) }
      for i in 0..<width { resetState[row * width + i] = reset[i] * state[row * width + i] }
    }
  }

  /// Computes a GRU's candidate and next state.
  public static func gruUpdate(
    _ gates: MutableValues, state: Values, next: MutableValues, rows: Int, width: Int
  ) {
    for row in 0..<rows {
      let update = gates + row * 3 * width
      let candidate = update + 2 * width
      for i in 0..<width {
        let activated = celu(candidate[i])
        let c = activated > 6 ? 6 : activated
        candidate[i] = c
        next[row * width + i] = update[i] * state[row * width + i] + (1 - update[i]) * c
      }
    }
  }

  /// Computes the gradients of the update and candidate columns, and adds to the state's.
  public static func gruUpdateGradient(
    gates: Values, state: Values, nextGradient: Values, gatesGradient: MutableValues,
    stateGradient: MutableValues, rows: Int, width: Int
  ) {
    for row in 0..<rows {
      let update = gates + row * 3 * width
      let candidate = update + 2 * width
      let updateGradient = gatesGradient + row * 3 * width
      let candidateGradient = updateGradient + 2 * width
      for i in 0..<width {
        let g = nextGradient[row * width + i]
        let z = update[i]
        let c = candidate[i]
        let slope: S = c < 6 ? celuDerivative(output: c) : 0
        updateGradient[i] = g * (state[row * width + i] - c) * (z * (1 - z))
        candidateGradient[i] = g * (1 - z) * slope
        stateGradient[row * width + i] += g * z
      }
    }
  }

  /// Computes the gradient of the reset columns, and adds to the state's.
  public static func gruGatesGradient(
    gates: Values, state: Values, resetStateGradient: Values, gatesGradient: MutableValues,
    stateGradient: MutableValues, rows: Int, width: Int
  ) {
    for row in 0..<rows {
      let reset = gates + row * 3 * width + width
      let resetGradient = gatesGradient + row * 3 * width + width
      for i in 0..<width {
        let g = resetStateGradient[row * width + i]
        let r = reset[i]
        resetGradient[i] = g * state[row * width + i] * (r * (1 - r))
        stateGradient[row * width + i] += g * r
      }
    }
  }

  /// Applies softmax to each row in place and keeps the logs of the sums of exponentials.
  public static func softmax(
    _ x: MutableValues, logNormalizer: MutableValues, rows: Int, columns: Int
  ) {
    for row in 0..<rows {
      let values = x + row * columns
      var largest = values[0]
      for i in 1..<columns { largest = values[i] > largest ? values[i] : largest }
      for i in 0..<columns { values[i] = S.exponential(values[i] - largest) }
      var sum: S = 0
      for i in 0..<columns { sum += values[i] }
      let inverse = 1 / sum
      for i in 0..<columns { values[i] *= inverse }
      logNormalizer[row] = largest + S.logarithm(sum)
    }
  }

  /// Adds the sum over the rows of each column.
  public static func addColumnSums(
    _ x: Values, to sums: MutableValues, rows: Int, columns: Int
  ) {
    for row in 0..<rows {
      for i in 0..<columns { sums[i] += x[row * columns + i] }
    }
  }

  /// Returns the sum of squares over 8 interleaved partial sums.
  public static func sumOfSquares(_ x: Values, count: Int) -> Double {
    var lanes: InlineArray<8, Double> = .init(repeating: 0)
    for i in 0..<count { lanes[i % 8] += Double(x[i]) * Double(x[i]) }
    return total(lanes)
  }

  /// Returns the sum of squared differences over 8 interleaved partial sums.
  public static func squaredDistance(_ x: Values, _ y: Values, count: Int) -> Double {
    var lanes: InlineArray<8, Double> = .init(repeating: 0)
    for i in 0..<count {
      let difference = Double(x[i] - y[i])
      lanes[i % 8] += difference * difference
    }
    return total(lanes)
  }

  private static func total(_ lanes: InlineArray<8, Double>) -> Double {
    var total = 0.0
    for lane in 0..<8 { total += lanes[lane] }
    return total
  }

  /// Takes one Adam step in place.
  public static func adam(
    parameters: MutableValues, gradient: Values, firstMoment: MutableValues,
    secondMoment: MutableValues, gradientScale: S, rate: S, decay1: S, decay2: S, epsilon: S,
    count: Int
  ) {
    for i in 0..<count {
      let g = gradient[i] * gradientScale
      let m = decay1 * firstMoment[i] + (1 - decay1) * g
      let v = decay2 * secondMoment[i] + (1 - decay2) * (g * g)
      firstMoment[i] = m
      secondMoment[i] = v
      parameters[i] -= rate * m / (v.squareRoot() + epsilon)
    }
  }
}
