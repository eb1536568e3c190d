import COpenBLAS
import CVectorMath
import Foundation

let blasRowMajor = Int32(openblas_row_major.rawValue)

func blasTranspose(_ transposed: Bool) -> Int32 {
  Int32((transposed ? openblas_transposed : openblas_no_transpose).rawValue)
}

/// The training type: C loops that the compiler vectorises, BLAS in single precision.
extension Float: Scalar {
  /// The number in double precision.
  public var widened: Double { Double(self) }

  /// Returns e to the power of x with a relative error below 2^-21 for |x| < 87; 0 below, e^87
  /// above.
  public static func exponential(_ x: Float) -> Float { vm_exp(x) }

  /// Returns the natural logarithm of x.
  public static func logarithm(_ x: Float) -> Float { logf(x) }

  /// Computes `c [m, n] = alpha * op(a) @ op(b) + beta * c` with OpenBLAS.
  public static func multiply(
    transposeA: Bool, transposeB: Bool, m: Int, n: Int, k: Int, alpha: Float,
    a: UnsafePointer<Float>, lda: Int, b: UnsafePointer<Float>, ldb: Int, beta: Float,
    c: UnsafeMutablePointer<Float>, ldc: Int
  ) {
    cblas_sgemm(
      blasRowMajor, blasTranspose(transposeA), blasTranspose(transposeB), Int32(m), Int32(n),
      Int32(k), alpha, a, Int32(lda), b, Int32(ldb), beta, c, Int32(ldc))
  }

  /// Computes `destination += source`.
  public static func add(
    _ source: UnsafePointer<Float>, to destination: UnsafeMutablePointer<Float>, count: Int
  ) {
    vm_add(source, destination, count)
  }

  /// Computes `destination += factor * source`.
  public static func add(
    _ factor: Float, times source: UnsafePointer<Float>,
    to destination: UnsafeMutablePointer<Float>, count: Int
  ) {
    vm_add_scaled(factor, source, destination, count)
  }

  /// Applies CELU with alpha 3 in place.
  public static func celu(_ x: UnsafeMutablePointer<Float>, count: Int) {
    vm_celu(x, count)
  }

  /// Computes `gradient *= celu'` from the output.
  public static func celuGradient(
    output: UnsafePointer<Float>, gradient: UnsafeMutablePointer<Float>, count: Int
  ) {
    vm_celu_gradient(output, gradient, count)
  }

  /// Applies the logistic sigmoid in place.
  public static func sigmoid(_ x: UnsafeMutablePointer<Float>, count: Int) {
    vm_sigmoid(x, count)
  }

  /// Computes `gradient *= sigmoid'` from the output.
  public static func sigmoidGradient(
    output: UnsafePointer<Float>, gradient: UnsafeMutablePointer<Float>, count: Int
  ) {
    vm_sigmoid_gradient(output, gradient, count)
  }

  /// Applies the sigmoid to a GRU's update and reset columns and computes `reset * state`.
  public static func gruGates(
    _ gates: UnsafeMutablePointer<Float>, state: UnsafePointer<Float>,
    resetState: UnsafeMutablePointer<Float>, rows: Int, width: Int
  ) {
    vm_gru_gates(gates, state, resetState, rows, width)
  }

  /// Computes a GRU's candidate and next state.
  public static func gruUpdate(
    _ gates: UnsafeMutablePointer<Float>, state: UnsafePointer<Float>,
    next: UnsafeMutablePointer<Float>, rows: Int, width: Int
  ) {
    vm_gru_update(gates, state, next, rows, width)
  }

  /// Computes the gradients of the update and candidate columns, and adds to the state's.
  public static func gruUpdateGradient(
    gates: UnsafePointer<Float>, state: UnsafePointer<Float>, nextGradient: UnsafePointer<Float>,
    gatesGradient: UnsafeMutablePointer<Float>, stateGradient: UnsafeMutablePointer<Float>,
    rows: Int, width: Int
  ) {
    vm_gru_update_gradient(gates, state, nextGradient, gatesGradient, stateGradient, rows, width)
  }

  /// Computes the gradient of the reset columns, and adds to the state's.
  public static func gruGatesGradient(
    gates: UnsafePointer<Float>, state: UnsafePointer<Float>,
    resetStateGradient: UnsafePointer<Float>, gatesGradient: UnsafeMutablePointer<Float>,
    stateGradient: UnsafeMutablePointer<Float>, rows: Int, width: Int
  ) {
    vm_gru_gates_gradient(
      gates, state, resetStateGradient, gatesGradient, stateGradient, rows, width)
  }

  /// Applies softmax to each row in place and keeps the logs of the sums of exponentials.
  public static func softmax(
    _ x: UnsafeMutablePointer<Float>, logNormalizer: UnsafeMutablePointer<Float>, rows: Int,
    columns: Int
  ) {
    vm_softmax(x, logNormalizer, rows, columns)
  }

  /// Adds the sum over the rows of each column.
  public static func addColumnSums(
    _ x: UnsafePointer<Float>, to sums: UnsafeMutablePointer<Float>, rows: Int, columns: Int
  ) {
    vm_add_column_sums(x, sums, rows, columns)
  }

  /// Returns the sum of squares over 8 interleaved partial sums.
  public static func sumOfSquares(_ x: UnsafePointer<Float>, count: Int) -> Double {
    vm_sum_of_squares(x, count)
  }

  /// Returns the sum of squared differences over 8 interleaved partial sums.
  public static func squaredDistance(
    _ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>, count: Int
  ) -> Double {
    vm_squared_distance(x, y, count)
  }

  /// Adds `factor * source` at the places that are kept.
  public static func addKept(
    _ source: UnsafePointer<Float>, to destination: UnsafeMutablePointer<Float>, seed: UInt32,
    threshold: UInt32, factor: Float, count: Int
  ) {
    vm_add_kept(source, destination, seed, threshold, factor, count)
  }

  /// Takes one Adam step in place.
  public static func adam(
    parameters: UnsafeMutablePointer<Float>, gradient: UnsafePointer<Float>,
    firstMoment: UnsafeMutablePointer<Float>, secondMoment: UnsafeMutablePointer<Float>,
    gradientScale: Float, rate: Float, decay1: Float, decay2: Float, epsilon: Float,
    count: Int
  ) {
    vm_adam(
      parameters, gradient, firstMoment, secondMoment, gradientScale, rate, decay1, decay2, epsilon,
      count)
  }
}
