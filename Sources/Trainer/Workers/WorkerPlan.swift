import FloatModel

/// Which level of the latent loss each logical worker trains with (paper, 6).
struct WorkerPlan: Sendable {
  let workers: Int
  /// Workers whose batches a step takes, a divisor of `workers`.
  let workersPerStep: Int
  let settings: MultiscaleSettings
  let capacity: LatentSettings.Capacity
  /// Co-prime to the number of levels and close to the golden section of it.
  private let stride: Int

  init(
    workers: Int, workersPerStep: Int = 1, settings: MultiscaleSettings,
    capacity: LatentSettings.Capacity
  ) {
    precondition(workers % workersPerStep == 0)
    self.workers = workers
    self.workersPerStep = workersPerStep
    self.settings = settings
    self.capacity = capacity
    let levels = settings.levels
    var stride = max(1, Int((0.618 * Double(levels)).rounded()))
    while Self.greatestCommonDivisor(stride, levels) > 1 { stride -= 1 }
    self.stride = stride
  }

  private static func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int {
    b == 0 ? a : greatestCommonDivisor(b, a % b)
  }

  /// Returns the workers whose turn a step is.
  func workers(at step: Int) -> Range<Int> {
    let first = step % (workers / workersPerStep) * workersPerStep
    return first..<first + workersPerStep
  }

  /// Returns the level of a worker, each level for as many workers. Workers whose turns follow each
  /// other have levels far apart, so that the optimizer's moving averages always know all of them,
  /// as they do when workers run side by side.
  func level(ofWorker worker: Int) -> Int { worker * stride % settings.levels }

  /// Steps among the first `steps` in which workers of a level took part.
  func stepsTaken(ofLevel level: Int, before steps: Int) -> Int {
    func takesPart(_ step: Int) -> Bool {
      workers(at: step).contains { self.level(ofWorker: $0) == level }
    }
    let (rounds, rest) = steps.quotientAndRemainder(dividingBy: workers / workersPerStep)
    return rounds * (0..<workers / workersPerStep).count(where: takesPart)
      + (0..<rest).count(where: takesPart)
  }

  /// Returns all levels, lowest beta first.
  func scales(betaMaximum: Double) -> [Scale] {
    (0..<settings.levels).map { level in
      let share = settings.share(ofLevel: level)
      let beta = share * betaMaximum
      return Scale(
        beta: beta, reconstructionWeight: settings.inverseWeights ? 1 / beta : 1,
        capacity: capacity.minimum + Double(level) * capacity.increment, share: share)
    }
  }
}
