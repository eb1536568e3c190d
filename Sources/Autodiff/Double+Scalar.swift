import COpenBLAS
import Foundation

/// The reference: plain loops, BLAS in double precision.
extension Double: Scalar {
  /// The number in double precision.
  public var widened: Double { self }

  /// Returns e to the power of x.
  public static func exponential(_ x: Double) -> Double { exp(x) }

  /// Returns the natural logarithm of x.
  public static func logarithm(_ x: Double) -> Double { log(x) }

  /// Computes `c [m, n] = alpha * op(a) @ op(b) + beta * c` with OpenBLAS.
  public static func multiply(
    transposeA: Bool, transposeB: Bool, m: Int, n: Int, k: Int, alpha: Double,
    a: UnsafePointer<Double>, lda: Int, b: UnsafePointer<Double>, ldb: Int, beta: Double,
    c: UnsafeMutablePointer<Double>, ldc: Int
  ) {
    cblas_dgemm(
      blasRowMajor, blasTranspose(transposeA), blasTranspose(transposeB), Int32(m), Int32(n),
      Int32(k), alpha, a, Int32(lda), b, Int32(ldb), beta, c, Int32(ldc))
  }

  /// Computes `destination += source`.
  public static func add(
    _ source: UnsafePointer<Double>, to destination: UnsafeMutablePointer<Double>, count: Int
  ) {
    ReferenceKernels.add(source, to: destination, count: count)
  }

  /// Computes `destination += factor * source`.
  public static func add(
    _ factor: Double, times source: UnsafePointer<Double>,
    to destination: UnsafeMutablePointer<Double>, count: Int
  ) {
    ReferenceKernels.add(factor, times: source, to: destination, count: count)
  }

  /// Applies CELU with alpha 3 in place.
  public static func celu(_ x: UnsafeMutablePointer<Double>, count: Int) {
    ReferenceKernels.celu(x, count: count)
  }

  /// Computes `gradient *= celu'` from the output.
  public static func celuGradient(
    output: UnsafePointer<Double>, gradient: UnsafeMutablePointer<Double>, count: Int
  ) {
    ReferenceKernels.celuGradient(output: output, gradient: gradient, count: count)
  }

  /// Applies the logistic sigmoid in place.
  public static func sigmoid(_ x: UnsafeMutablePointer<Double>, count: Int) {
    ReferenceKernels.sigmoid(x, count: count)
  }

  /// Computes `gradient *= sigmoid'` from the output.
  public static func sigmoidGradient(
    output: UnsafePointer<Double>, gradient: UnsafeMutablePointer<Double>, count: Int
  ) {
    ReferenceKernels.sigmoidGradient(output: output, gradient: gradient, count: count)
  }

  /// Applies the sigmoid to a GRU's update and reset columns and computes `reset * state`.
  public static func gruGates(
    _ gates: UnsafeMutablePointer<Double>, state: UnsafePointer<Double>,
    resetState: UnsafeMutablePointer<Double>, rows: Int, width: Int
  ) {
    ReferenceKernels.gruGates(gates, state: state, resetState: resetState, rows: rows, width: width)
  }

  /// Computes a GRU's candidate and next state.
  public static func gruUpdate(
    _ gates: UnsafeMutablePointer<Double>, state: UnsafePointer<Double>,
    next: UnsafeMutablePointer<Double>, rows: Int, width: Int
  ) {
    ReferenceKernels.gruUpdate(gates, state: state, next: next, rows: rows, width: width)
  }

  /// Computes the gradients of the update and candidate columns, and adds to the state's.
  public static func gruUpdateGradient(
    gates: UnsafePointer<Double>, state: UnsafePointer<Double>, nextGradient: UnsafePointer<Double>,
    gatesGradient: UnsafeMutablePointer<Double>, stateGradient: UnsafeMutablePointer<Double>,
    rows: Int, width: Int
  ) {
    ReferenceKernels.gruUpdateGradient(
      gates: gates, state: state, nextGradient: nextGradient, gatesGradient: gatesGradient,
      stateGradient: stateGradient, rows: rows, width: width)
  }

  /// Computes the gradient of the reset columns, and adds to the state's.
  public static func gruGatesGradient(
    gates: UnsafePointer<Double>, state: UnsafePointer<Double>,
    resetStateGradient: UnsafePointer<Double>, gatesGradient: UnsafeMutablePointer<Double>,
    stateGradient: UnsafeMutablePointer<Double>, rows: Int, width: Int
  ) {
    ReferenceKernels.gruGatesGradient(
      gates: gates, state: state, resetStateGradient: resetStateGradient,
      gatesGradient: gatesGradient, stateGradient: stateGradient, rows: rows, width: width)
  }

  /// Applies softmax to each row in place and keeps the logs of the sums of exponentials.
  public static func softmax(
    _ x: UnsafeMutablePointer<Double>, logNormalizer: UnsafeMutablePointer<Double>, rows: Int,
    columns: Int
  ) {
    ReferenceKernels.softmax(x, logNormalizer: logNormalizer, rows: rows, columns: columns)
  }

  /// Adds the sum over the rows of each column.
  public static func addColumnSums(
    _ x: UnsafePointer<Double>, to sums: UnsafeMutablePointer<Double>, rows: Int, columns: Int
  ) {
    ReferenceKernels.addColumnSums(x, to: sums, rows: rows, columns: columns)
  }

  /// Returns the sum of squares over 8 interleaved partial sums.
  public static func sumOfSquares(_ x: UnsafePointer<Double>, count: Int) -> Double {
    ReferenceKernels.sumOfSquares(x, count: count)
  }

  /// Returns the sum of squared differences over 8 interleaved partial sums.
  public static func squaredDistance(
    _ x: UnsafePointer<Double>, _ y: UnsafePointer<Double>, count: Int
  ) -> Double {
    ReferenceKernels.squaredDistance(x, y, count: count)
  }

  /// Adds `factor * source` at the places that are kept.
  public static func addKept(
    _ source: UnsafePointer<Double>, to destination: UnsafeMutablePointer<Double>, seed: UInt32,
    threshold: UInt32, factor: Double, count: Int
  ) {
    ReferenceKernels.addKept(
      source, to: destination, seed: seed, threshold: threshold, factor: factor, count: count)
  }

  /// Takes one Adam step in place.
  public static func adam(
    parameters: UnsafeMutablePointer<Double>, gradient: UnsafePointer<Double>,
    firstMoment: UnsafeMutablePointer<Double>, secondMoment: UnsafeMutablePointer<Double>,
    gradientScale: Double, rate: Double, decay1: Double, decay2: Double, epsilon: Double,
    count: Int
  ) {
    ReferenceKernels.adam(
      parameters: parameters, gradient: gradient, firstMoment: firstMoment,
      secondMoment: secondMoment, gradientScale: gradientScale, rate: rate, decay1: decay1,
      decay2: decay2, epsilon: epsilon, count: count)
  }
}
