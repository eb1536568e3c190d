/// The number type of a network: `Float` to train, `Double` to check gradients.
///
/// The requirements are the element-wise kernels and the matrix product. `Double` runs
/// `ReferenceKernels`; `Float` runs the C loops, which equal `ReferenceKernels<Float>` bit for bit.
/// Matrices are row major and dense; no pointers of one call may overlap unless a comment allows
/// it.
public protocol Scalar: BinaryFloatingPoint, BitwiseCopyable, Sendable {
  /// The number in double precision. Generic code that is not specialized converts through this in
  /// an instant, through `Double.init` in a hundred instructions.
  var widened: Double { get }

  /// Returns e to the power of x.
  static func exponential(_ x: Self) -> Self

  /// Returns the natural logarithm of x.
  static func logarithm(_ x: Self) -> Self

  /// Computes `c [m, n] = alpha * op(a) @ op(b) + beta * c`.
  ///
  /// - Parameters:
  ///   - transposeA: whether op(a) is the transpose of `a`.
  ///   - transposeB: whether op(b) is the transpose of `b`.
  ///   - m: rows of c and op(a).
  ///   - n: columns of c and op(b).
  ///   - k: columns of op(a) and rows of op(b).
  ///   - alpha: factor of the product.
  ///   - a: `[m, k]`, or `[k, m]` if transposed.
  ///   - lda: elements between rows of `a`.
  ///   - b: `[k, n]`, or `[n, k]` if transposed.
  ///   - ldb: elements between rows of `b`.
  ///   - beta: factor of what `c` holds.
  ///   - c: `[m, n]`, overwritten.
  ///   - ldc: elements between rows of `c`.
  static func multiply(
    transposeA: Bool, transposeB: Bool, m: Int, n: Int, k: Int, alpha: Self,
    a: UnsafePointer<Self>, lda: Int, b: UnsafePointer<Self>, ldb: Int, beta: Self,
    c: UnsafeMutablePointer<Self>, ldc: Int)

  /// Computes `destination += source`.
  static func add(
    _ source: UnsafePointer<Self>, to destination: UnsafeMutablePointer<Self>, count: Int)
  /// Computes `destination += factor * source`.
  static func add(
    _ factor: Self, times source: UnsafePointer<Self>,
    to destination: UnsafeMutablePointer<Self>, count: Int)

  /// Applies CELU with alpha 3 (paper, App. B) in place.
  static func celu(_ x: UnsafeMutablePointer<Self>, count: Int)
  /// Computes `gradient *= celu'` from the output.
  static func celuGradient(
    output: UnsafePointer<Self>, gradient: UnsafeMutablePointer<Self>, count: Int)
  /// Applies the logistic sigmoid in place.
  static func sigmoid(_ x: UnsafeMutablePointer<Self>, count: Int)
  /// Computes `gradient *= sigmoid'` from the output.
  static func sigmoidGradient(
    output: UnsafePointer<Self>, gradient: UnsafeMutablePointer<Self>, count: Int)

  /// Applies the sigmoid to a GRU's update and reset columns in place, and resets the state.
  ///
  /// - Parameters:
  ///   - gates: `[rows, 3 width]`.
  ///   - state: `[rows, width]`.
  ///   - resetState: `[rows, width]` receives `reset * state`.
  ///   - rows: number of rows.
  ///   - width: of the state.
  static func gruGates(
    _ gates: UnsafeMutablePointer<Self>, state: UnsafePointer<Self>,
    resetState: UnsafeMutablePointer<Self>, rows: Int, width: Int)
  /// Applies `min(celu, 6)` to a GRU's candidate columns in place, and computes
  /// `next = update * state + (1 - update) * candidate`.
  ///
  /// - Parameters:
  ///   - gates: `[rows, 3 width]`.
  ///   - state: `[rows, width]`.
  ///   - next: `[rows, width]` receives the next state.
  ///   - rows: number of rows.
  ///   - width: of the state.
  static func gruUpdate(
    _ gates: UnsafeMutablePointer<Self>, state: UnsafePointer<Self>,
    next: UnsafeMutablePointer<Self>, rows: Int, width: Int)
  /// Computes gradients from `nextGradient`: writes the update and candidate columns of
  /// `gatesGradient` (with respect to the pre-activations), adds `update * nextGradient` to
  /// `stateGradient`.
  static func gruUpdateGradient(
    gates: UnsafePointer<Self>, state: UnsafePointer<Self>, nextGradient: UnsafePointer<Self>,
    gatesGradient: UnsafeMutablePointer<Self>, stateGradient: UnsafeMutablePointer<Self>,
    rows: Int, width: Int)
  /// Computes gradients from `resetStateGradient`: writes the reset columns of `gatesGradient`,
  /// adds `reset * resetStateGradient` to `stateGradient`.
  static func gruGatesGradient(
    gates: UnsafePointer<Self>, state: UnsafePointer<Self>,
    resetStateGradient: UnsafePointer<Self>, gatesGradient: UnsafeMutablePointer<Self>,
    stateGradient: UnsafeMutablePointer<Self>, rows: Int, width: Int)

  /// Applies softmax to each row in place.
  ///
  /// - Parameters:
  ///   - x: `[rows, columns]`.
  ///   - logNormalizer: `[rows]` receives the log of each row's sum of exponentials.
  ///   - rows: number of rows.
  ///   - columns: number of columns.
  static func softmax(
    _ x: UnsafeMutablePointer<Self>, logNormalizer: UnsafeMutablePointer<Self>, rows: Int,
    columns: Int)

  /// Computes `sums[column] +=` the sum over the rows of `x [rows, columns]`.
  static func addColumnSums(
    _ x: UnsafePointer<Self>, to sums: UnsafeMutablePointer<Self>, rows: Int, columns: Int)
  /// Returns the sum of squares over 8 interleaved partial sums.
  static func sumOfSquares(_ x: UnsafePointer<Self>, count: Int) -> Double
  /// Returns the sum of squared differences over 8 interleaved partial sums.
  static func squaredDistance(
    _ x: UnsafePointer<Self>, _ y: UnsafePointer<Self>, count: Int
  ) -> Double

  /// Adds `factor * source` at the places that a hash of the place and `seed` puts at or above
  /// `threshold` of 2^32: dropout, and its gradient.
  static func addKept(
    _ source: UnsafePointer<Self>, to destination: UnsafeMutablePointer<Self>, seed: UInt32,
    threshold: UInt32, factor: Self, count: Int)

  /// Takes one Adam step (Kingma & Ba 2014) in place: `m = decay1 m + (1-decay1) g`,
  /// `v = decay2 v + (1-decay2) g^2`, `p -= rate m / (sqrt(v) + epsilon)` with
  /// `g = gradientScale * gradient`; `rate` holds the bias corrections.
  static func adam(
    parameters: UnsafeMutablePointer<Self>, gradient: UnsafePointer<Self>,
    firstMoment: UnsafeMutablePointer<Self>, secondMoment: UnsafeMutablePointer<Self>,
    gradientScale: Self, rate: Self, decay1: Self, decay2: Self, epsilon: Self,
    count: Int)
}

extension Scalar {
  /// Sets numbers to zero. Zero is all bits zero, and bytes are cleared at the memory's speed,
  /// which a loop over a generic number is not.
  static func clear(_ x: UnsafeMutablePointer<Self>, count: Int) {
    UnsafeMutableRawPointer(x).initializeMemory(
      as: UInt8.self, repeating: 0, count: count * MemoryLayout<Self>.stride)
  }
}
