import Foundation

/// Constants of the optimizer (paper, 2.4; Kingma & Ba 2014).
public struct AdamConfiguration: Codable, Hashable, Sendable {
  /// Decay of the first moment, beta_1.
  public var decay1 = 0.9
  /// Decay of the second moment, beta_2.
  public var decay2 = 0.999
  /// Added to the uncorrected square root of the second moment.
  public var epsilon = 1e-8
  /// Largest L2 norm of the whole gradient; larger gradients are scaled down to it.
  public var clipNorm = 0.01

  /// Creates the paper's constants.
  public init() {}
}

/// Parameters that take a step of the optimizer together.
public struct OptimizerSegment: Sendable {
  /// The places in the parameter vector.
  public let range: Range<Int>
  /// Number of steps that these parameters have taken before this one, on which the moments' bias
  /// corrections depend.
  public let stepsTaken: Int

  /// Creates a segment.
  ///
  /// - Parameters:
  ///   - range: places in the parameter vector.
  ///   - stepsTaken: number of steps that these parameters have taken before this one.
  public init(range: Range<Int>, stepsTaken: Int) {
    self.range = range
    self.stepsTaken = stepsTaken
  }
}

/// Adam with clipping by the global norm; epsilon is TensorFlow's ("epsilon hat" of the
/// publication).
public final class Adam<S: Scalar> {
  /// The constants it was made with.
  public let configuration: AdamConfiguration
  /// Moving mean of the gradient.
  public let firstMoment: ParameterVector<S>
  /// Moving mean of the squared gradient.
  public let secondMoment: ParameterVector<S>
  /// Number of steps taken.
  public var step = 0
  /// Work is cut into this many elements, whatever the number of threads.
  private static var chunk: Int { 1 << 16 }

  /// Creates an optimizer whose moments are zero.
  ///
  /// - Parameters:
  ///   - count: length of the parameter vector.
  ///   - configuration: its constants.
  public init(count: Int, configuration: AdamConfiguration) {
    self.configuration = configuration
    firstMoment = ParameterVector(count: count)
    secondMoment = ParameterVector(count: count)
  }

  /// Sums the pieces' gradients into `gradients[0]`, in order, clips, and updates `parameters`.
  ///
  /// - Parameters:
  ///   - parameters: `[count]`, updated.
  ///   - gradients: `[count]` of each piece; the first is overwritten.
  ///   - rate: the learning rate.
  ///   - segments: the parameters that take this step, without overlaps; all others and their
  ///     moments stay as they are. All take it if nil.
  ///   - pool: the threads that share the work.
  /// - Returns: the L2 norm of the summed gradient before clipping.
  @discardableResult
  public func update(
    _ parameters: ParameterVector<S>, gradients: [ParameterVector<S>], rate: Double,
    segments: [OptimizerSegment]? = nil, pool: ThreadPool
  ) -> Double {
    let count = parameters.count
    let segments = segments ?? [OptimizerSegment(range: 0..<count, stepsTaken: step)]
    precondition(segments.allSatisfy { $0.range.upperBound <= count })
    let chunks = (count + Self.chunk - 1) / Self.chunk
    let total = gradients[0]
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: chunks) { squares in
      let shared = Unchecked((squares: squares, total: total, gradients: gradients))
      pool.run(pieces: chunks) { index in
        let (offset, length) = Self.bounds(of: index, count: count)
        for gradient in shared.value.gradients.dropFirst() {
          S.add(gradient.values + offset, to: shared.value.total.values + offset, count: length)
        }
        shared.value.squares[index] = S.sumOfSquares(
          shared.value.total.values + offset, count: length)
      }
      let norm = squares.reduce(0, +).squareRoot()
      step += 1
      let scale = norm > configuration.clipNorm ? configuration.clipNorm / norm : 1
      let tasks = segments.flatMap { segment in
        let rate = correctedRate(rate, step: segment.stepsTaken + 1)
        return stride(from: segment.range.lowerBound, to: segment.range.upperBound, by: Self.chunk)
          .map { (offset: $0, end: min($0 + Self.chunk, segment.range.upperBound), rate: rate) }
      }
      let state = Unchecked((self, parameters, tasks))
      pool.run(pieces: tasks.count) { index in
        let (adam, parameters, tasks) = state.value
        let (offset, end, rate) = tasks[index]
        S.adam(
          parameters: parameters.values + offset, gradient: shared.value.total.values + offset,
          firstMoment: adam.firstMoment.values + offset,
          secondMoment: adam.secondMoment.values + offset, gradientScale: S(scale),
          rate: S(rate), decay1: S(adam.configuration.decay1),
          decay2: S(adam.configuration.decay2), epsilon: S(adam.configuration.epsilon),
          count: end - offset)
      }
      return norm
    }
  }

  /// Returns the rate with the bias corrections of step number `step`, counted from 1. They go into
  /// the rate, so that epsilon is added to the uncorrected square root, as TensorFlow does.
  private func correctedRate(_ rate: Double, step: Int) -> Double {
    rate * (1 - pow(configuration.decay2, Double(step))).squareRoot()
      / (1 - pow(configuration.decay1, Double(step)))
  }

  private static func bounds(of chunk: Int, count: Int) -> (offset: Int, length: Int) {
    let offset = chunk * Self.chunk
    return (offset, min(Self.chunk, count - offset))
  }
}
