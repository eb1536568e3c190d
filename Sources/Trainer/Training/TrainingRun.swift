import Autodiff
import FloatModel

/// A model in training: parameters, optimizer, moving averages, generators and the data position.
///
/// A step is a function of this state alone; it does not depend on the number of threads, nor on
/// the number of ranks, which all have the same state.
final class TrainingRun {
  let preset: Preset
  let model: RecordModel
  let table: EncodedTable
  let pool: ThreadPool
  let plan: WorkerPlan
  let regularizer: any LatentRegularizer
  let parameters: ParameterVector<Float>
  let adam: Adam<Float>
  /// Noise and sampling decisions, one generator for each logical worker; the workers take turns,
  /// one or some of them a step.
  let workers: [RandomGenerator]
  /// Of an adversarial autoencoder, or of augmented training that asks one.
  let discriminator: Discriminator?
  var augmenter: Augmenter?
  var whitenings: [Whitening]
  var latents: LatentMoments
  /// Steps done.
  var step = 0

  let communicator: any Communicator
  /// This rank's share of the step's pieces.
  let ownPieces: RankPieces
  let output: BatchOutput
  var rowOrder: RowOrder
  /// `[examples, scalars]` the step's scalars, for each ScalarTuple.
  var scalarBatches: [[Double]]
  private let reduction: GradientReduction
  /// `[examples, latent]` latent vectors of the step's training examples.
  private var latentBatch: [Float] = []

  /// Starts a run.
  ///
  /// - Parameters:
  ///   - model: of the preset's method options.
  ///   - communicator: of at most as many ranks as a step has pieces.
  init(
    preset: Preset, model: RecordModel, table: EncodedTable, threads: Int,
    communicator: any Communicator = LocalCommunicator()
  ) {
    precondition(communicator.ranks <= preset.piecesPerStep)
    self.preset = preset
    self.communicator = communicator
    self.table = table
    pool = ThreadPool(threads: threads)
    self.model = model
    let parameters = ParameterVector<Float>(count: model.layout.count)
    self.parameters = parameters
    let seed = UInt64(preset.seed)
    parameters.initialize(
      model.layout, random: RandomGenerator(seed: seed, stream: RandomStreams.parameters.first))
    workers = (0..<preset.workers).map {
      RandomGenerator(seed: seed, stream: RandomStreams.workers[$0])
    }
    plan = WorkerPlan(
      workers: preset.workers, workersPerStep: preset.workersPerStep,
      settings: preset.multiscale, capacity: preset.latent.capacity)
    regularizer = preset.latent.makeRegularizer()
    adam = Adam(count: model.layout.count, configuration: preset.adam)
    whitenings = model.scalarTuples.map { Whitening(count: $0.leaves.count) }
    let widths = model.description.widths
    latents = model.emptyLatents(decay: preset.latentDecay)
    rowOrder = RowOrder(seed: seed, count: table.count)
    ownPieces = RankPieces(
      communicator.share(communicator.rank, of: preset.piecesPerStep), parameters: parameters,
      table: table, model: model, isAugmented: preset.augmentation.isActive)
    reduction = GradientReduction(
      communicator: communicator, count: model.layout.count, pieces: preset.piecesPerStep)
    output = BatchOutput(
      communicator: communicator, pieces: preset.piecesPerStep,
      components: model.components.components.count, width: model.latentWidth,
      isDeterministic: preset.architecture.deviation == .none,
      keepsMeans: preset.augmentation.isActive)
    scalarBatches = model.scalarTuples.map {
      Array(repeating: 0, count: preset.examplesPerStep * $0.leaves.count)
    }
    let augmentation = preset.augmentation
    augmenter =
      augmentation.isActive
      ? Augmenter(settings: augmentation, width: widths.embedding, workers: preset.workers) : nil
    discriminator =
      preset.figures.contains(.discriminatorLoss)
      ? Discriminator(
        widths: widths, configuration: preset.adam, pieces: preset.piecesPerStep,
        random: RandomGenerator(seed: seed, stream: RandomStreams.discriminator.first)) : nil
    if let discriminator, preset.latent.regularizer == .adversarial {
      for piece in ownPieces.pieces {
        piece.adversary = Adversary(
          discriminator.network, parameters: discriminator.parameters)
      }
    }
  }

  /// Returns the step's turns, in the order of their pieces.
  private func turns() -> [WorkerTurn] {
    plan.workers(at: step).enumerated().map { place, worker in
      WorkerTurn(
        worker: worker,
        level: preset.multiscale.dealing == .workers
          ? plan.level(ofWorker: worker) : preset.multiscale.levels - 1,
        pieces: place * preset.pieces..<(place + 1) * preset.pieces,
        variants: augmenter?.latents[worker] ?? [])
    }
  }

  /// Returns the share of one of the step's pieces of `count` rows of its worker's batch.
  func share(_ piece: Int, of count: Int) -> Range<Int> {
    let place = piece % preset.pieces
    return count * place / preset.pieces..<count * (place + 1) / preset.pieces
  }

  /// Betas and the sampling scheme as of `step`.
  ///
  /// - Parameters:
  ///   - level: of all rows that have none of their own.
  ///   - batchSize: rows whose losses are averaged.
  func settings(level: Int, batchSize: Int) -> StepSettings {
    var settings = StepSettings()
    settings.batchSize = batchSize
    settings.scales = plan.scales(betaMaximum: preset.beta.value(at: step, of: preset.steps))
    settings.level = level
    settings.groundTruthProbability = preset.tupleGroundTruth.value(at: step, of: preset.steps)
    settings.characterGroundTruthProbability =
      preset.stringGroundTruth.value(at: step, of: preset.steps)
    settings.dropout = preset.dropout
    return settings
  }

  /// Takes one step.
  func advance() -> StepReport {
    let turns = turns()
    let width = model.latentWidth
    // Dividing by all workers' rows averages their gradients: their batches have equally many.
    let settings = settings(
      level: turns.map(\.level).max()!,
      batchSize: turns.reduce(0) { $0 + preset.batchSize + $1.variants.count / width })
    prepare(settings, turns)
    output.begin(
      turns.flatMap { turn in
        turn.pieces.map {
          let examples = share($0, of: preset.batchSize).count
          return (examples, examples + share($0, of: turn.variants.count / width).count)
        }
      })
    differentiate(settings, turns)
    for (place, piece) in ownPieces.pieces.enumerated() {
      output.take(piece, at: ownPieces.first + place)
    }
    output.exchange()
    let rate = preset.learningRate.value(at: step, of: preset.steps)
    let norm = adam.update(
      parameters, gradients: reduction.reduced(ownPieces.gradients), rate: rate,
      segments: optimizerSegments(levels: Set(turns.map(\.level))), pool: pool)
    latentBatch.removeAll(keepingCapacity: true)
    if model.hasLatents {
      output.append(.latents, of: .examples, pieces: 0..<preset.piecesPerStep, to: &latentBatch)
      latents.update(latentBatch, rows: preset.examplesPerStep)
    }
    var figures: [Figure: Double] = [:]
    if preset.latent.regularizer == .adversarial {
      let prior = turns.flatMap { turn in
        (0..<preset.batchSize * width).map { _ in Float(workers[turn.worker].normal()) }
      }
      trainDiscriminator(real: prior, fake: latentBatch, rate: rate, &figures)
    }
    augment(turns, rate: rate, &figures)
    if turns.contains(where: { !$0.variants.isEmpty }) {
      for piece in ownPieces.pieces { piece.use(table) }
    }
    step += 1
    return StepReport(
      output, settings: settings, step: step, hasOneLevel: preset.stepsHaveOneLevel,
      learningRate: rate, gradientNorm: norm, figures: figures)
  }

  /// Returns the parameters that a step of some levels trains: those that all levels share, and
  /// these levels' own standard deviations. Other levels' are no part of their workers' models
  /// (paper, 6); the optimizer's momentum would carry them on for steps in which no gradient
  /// corrects them.
  private func optimizerSegments(levels: Set<Int>) -> [OptimizerSegment]? {
    let ranges = model.deviation.levelRanges
    guard ranges.count > 1, preset.multiscale.dealing == .workers else { return nil }
    // The levels lie beside each other.
    let (first, last) = (ranges[0].lowerBound, ranges[ranges.count - 1].upperBound)
    let shared = [0..<first, last..<model.layout.count].map {
      OptimizerSegment(range: $0, stepsTaken: adam.step)
    }
    let own = levels.sorted().map {
      OptimizerSegment(range: ranges[$0], stepsTaken: plan.stepsTaken(ofLevel: $0, before: step))
    }
    return [shared[0]] + own + [shared[1]]
  }
}
