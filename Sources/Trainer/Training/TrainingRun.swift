import Autodiff
import FloatModel
import Foundation
import Records
import Schema

/// A model in training: parameters, optimizer, moving averages, generators and the data position.
///
/// A step is a function of this state alone; it does not depend on the number of threads, nor on the
/// number of ranks, which all have the same state.
final class TrainingRun {
  let preset: Preset
  let model: RecordModel
  let table: EncodedTable
  let pool: ThreadPool
  let plan: WorkerPlan
  let regularizer: any LatentRegularizer
  let parameters: ParameterVector<Float>
  let adam: Adam<Float>
  /// Noise and sampling decisions, one generator for each logical worker; the workers take turns, one
  /// or some of them a step.
  let workers: [RandomGenerator]
  /// Of an adversarial autoencoder, or of augmented training that asks one.
  let discriminator: Discriminator?
  var augmenter: Augmenter?
  var whitenings: [Whitening]
  var latents: LatentMoments
  /// Steps done.
  var step = 0

  private let communicator: any Communicator
  /// The first of this rank's pieces among all of the step's.
  private let firstPiece: Int
  /// This rank's pieces.
  private let pieces: [Piece<Float>]
  private let gradients: [ParameterVector<Float>]
  private let reduction: GradientReduction
  private let output: BatchOutput
  private let variantGenerators: [VariantGenerator]
  private var epoch = -1
  private var order: [Int32] = []
  private var scalarBatches: [[Double]]
  /// `[examples, latent]` latent vectors of the step's training examples.
  private var latentBatch: [Float] = []

  /// - Parameter communicator: of at most as many ranks as a step has pieces.
  init(
    preset: Preset, description: ModelDescription, table: EncodedTable, threads: Int,
    communicator: any Communicator = LocalCommunicator()
  ) {
    precondition(communicator.ranks <= preset.piecesPerStep)
    self.preset = preset
    self.communicator = communicator
    self.table = table
    pool = ThreadPool(threads: threads)
    let model = RecordModel(description)
    self.model = model
    let parameters = ParameterVector<Float>(count: model.layout.count)
    self.parameters = parameters
    let seed = UInt64(preset.seed)
    parameters.initialize(
      model.layout, random: RandomGenerator(seed: seed, stream: RandomStreams.parameters))
    workers = (0..<preset.workers).map {
      RandomGenerator(seed: seed, stream: RandomStreams.worker($0))
    }
    plan = WorkerPlan(
      workers: preset.workers, workersPerStep: preset.workersPerStep,
      settings: preset.multiscale, capacity: preset.latent.capacity)
    regularizer = preset.latent.makeRegularizer()
    adam = Adam(count: model.layout.count, configuration: preset.adam)
    whitenings = model.scalarTuples.map { Whitening(count: $0.leaves.count) }
    let width = description.widths.embedding
    latents = LatentMoments(width: width, decay: preset.latentDecay)
    let ownPieces = communicator.share(communicator.rank, of: preset.piecesPerStep)
    firstPiece = ownPieces.lowerBound
    pieces = ownPieces.map { _ in
      Piece(
        parameters: parameters, table: table, components: model.components.components.count,
        encodings: model.encodingCount)
    }
    gradients = pieces.map(\.gradient)
    reduction = GradientReduction(
      communicator: communicator, count: model.layout.count, pieces: preset.piecesPerStep)
    output = BatchOutput(
      communicator: communicator, pieces: preset.piecesPerStep,
      components: model.components.components.count, width: width,
      isDeterministic: preset.architecture.deviation == .none,
      keepsMeans: preset.augmentation.isActive)
    scalarBatches = model.scalarTuples.map {
      Array(repeating: 0, count: preset.examplesPerStep * $0.leaves.count)
    }
    let augmentation = preset.augmentation
    augmenter =
      augmentation.isActive
      ? Augmenter(settings: augmentation, width: width, workers: preset.workers) : nil
    variantGenerators =
      augmentation.isActive ? pieces.map { _ in VariantGenerator(parameters: parameters) } : []
    discriminator =
      preset.figures.contains(.discriminatorLoss)
      ? Discriminator(
        widths: description.widths, configuration: preset.adam, pieces: preset.piecesPerStep,
        random: RandomGenerator(seed: seed, stream: RandomStreams.discriminator)) : nil
    if let discriminator, preset.latent.regularizer == .adversarial {
      for piece in pieces {
        piece.adversary = Adversary(
          discriminator.network, parameters: discriminator.parameters)
      }
    }
  }

  /// The training row at place `index` of the endless sequence of shuffled epochs; epoch e is a
  /// function of the seed and e alone.
  private func row(at index: Int) -> Int32 {
    let (epoch, place) = index.quotientAndRemainder(dividingBy: table.count)
    if epoch != self.epoch {
      if order.count != table.count {
        order = (0..<table.count).map { Int32($0) }
      } else {
        for i in order.indices { order[i] = Int32(i) }
      }
      RandomGenerator(seed: UInt64(preset.seed), stream: RandomStreams.epoch(epoch))
        .shuffle(&order)
      self.epoch = epoch
    }
    return order[place]
  }

  /// Bytes that this rank's pieces' tapes hold.
  var tapeCapacity: Int { pieces.reduce(0) { $0 + $1.tape.capacity } }

  /// Floating-point operations of the last step's matrix products on this rank.
  var floatingPointOperations: Double {
    pieces.reduce(0) { $0 + $1.tape.floatingPointOperations }
  }

  /// A worker's part of a step.
  private struct Turn {
    let worker: Int
    /// The level of all of its rows, unless rows have their own.
    let level: Int
    /// Of the step.
    let pieces: Range<Int>
    /// `[variants, latent]` to generate variants from; empty for none.
    let variants: [Float]
  }

  /// The step's turns, in the order of their pieces.
  private func turns() -> [Turn] {
    plan.workers(at: step).enumerated().map { place, worker in
      Turn(
        worker: worker,
        level: preset.multiscale.dealing == .workers
          ? plan.level(ofWorker: worker) : preset.multiscale.levels - 1,
        pieces: place * preset.pieces..<(place + 1) * preset.pieces,
        variants: augmenter?.latents[worker] ?? [])
    }
  }

  /// The share of one of the step's pieces of `count` rows of its worker's batch.
  private func share(_ piece: Int, of count: Int) -> Range<Int> {
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
    return settings
  }

  /// Fills this rank's pieces with their part of the next batch and its random draws. The draws of
  /// the others' pieces are made too, so that the worker's generator moves on alike on all ranks.
  private func prepare(_ settings: StepSettings, _ turns: [Turn]) {
    let count = preset.examplesPerStep
    let rows = (0..<count).map { row(at: step * count + $0) }
    for (place, turn) in turns.enumerated() {
      for index in turn.pieces {
        let examples = share(index, of: preset.batchSize)
        let first = place * preset.batchSize + examples.lowerBound
        preparePiece(
          index, settings, turn, examples: examples, rows: rows[first..<first + examples.count])
      }
    }
    for (index, module) in model.scalarTuples.enumerated() {
      scalarBatches[index].withUnsafeMutableBufferPointer { batch in
        for (position, row) in rows.enumerated() {
          module.copyValues(
            of: Int(row), in: table, whitenings[index],
            to: batch.baseAddress! + position * module.leaves.count)
        }
      }
      whitenings[index].update(scalarBatches[index])
    }
    for piece in pieces { piece.whitenings = whitenings }
  }

  /// Fills one of the step's pieces if it is this rank's.
  ///
  /// - Parameters:
  ///   - examples: places of its rows in its worker's batch.
  ///   - rows: of the table.
  private func preparePiece(
    _ index: Int, _ settings: StepSettings, _ turn: Turn, examples: Range<Int>,
    rows: ArraySlice<Int32>
  ) {
    let random = workers[turn.worker]
    let latentWidth = model.description.widths.embedding
    let variants = share(index, of: turn.variants.count / latentWidth)
    let count = examples.count + variants.count
    guard pieces.indices.contains(index - firstPiece) else {
      for _ in 0..<count * latentWidth { _ = random.normal() }
      for _ in 0..<count * model.feedbackCount { _ = random.uniform() }
      _ = levels(of: examples, settings, random)
      return
    }
    let piece = pieces[index - firstPiece]
    piece.exampleCount = examples.count
    piece.settings = settings
    piece.settings.level = turn.level
    piece.rows.removeAll(keepingCapacity: true)
    piece.rows.append(contentsOf: rows)
    piece.noise.removeAll(keepingCapacity: true)
    for _ in 0..<count * latentWidth { piece.noise.append(Float(random.normal())) }
    piece.uniforms.removeAll(keepingCapacity: true)
    for _ in 0..<count * model.feedbackCount { piece.uniforms.append(random.uniform()) }
    piece.levels = levels(of: examples, settings, random)
    piece.random =
      settings.characterGroundTruthProbability < 1
      ? RandomGenerator(
        seed: UInt64(preset.seed),
        stream: RandomStreams.characters(step: step, piece: index, of: preset.piecesPerStep)) : nil
  }

  /// Levels of a batch's rows where they differ, else none.
  func levels(
    of rows: Range<Int>, _ settings: StepSettings, _ random: RandomGenerator
  ) -> [Int] {
    let count = settings.scales.count
    guard count > 1 else { return [] }
    return switch preset.multiscale.dealing {
    case .workers: []
    case .rows: rows.map { $0 % count }
    case .randomRows: rows.map { _ in random.uniform(below: count) }
    }
  }

  /// Generates the variants of one of this rank's pieces and appends them to its rows.
  private func addVariants(_ place: Int, latents: [Float]) {
    let piece = pieces[place]
    let index = firstPiece + place
    let width = model.description.widths.embedding
    let variants = share(index, of: latents.count / width)
    let rows = variantGenerators[place].generate(
      latents[variants.lowerBound * width..<variants.upperBound * width], model: model,
      whitenings: whitenings,
      random: RandomGenerator(
        seed: UInt64(preset.seed),
        stream: RandomStreams.variants(step: step, piece: index, of: preset.piecesPerStep)))
    piece.use(
      EncodedTable(
        rows: piece.rows, of: table,
        followedBy: EncodedTable(rows, description: model.description)))
    piece.rows = (0..<Int32(piece.table.count)).map { $0 }
  }

  /// Computes the losses and gradients of this rank's pieces.
  private func differentiate(_ settings: StepSettings, _ turns: [Turn]) {
    let width = model.description.widths.embedding
    let work = Unchecked((run: self, model, pieces, regularizer))
    let sumCount = regularizer.sumCount(width: width)
    let needsBatch = sumCount > 0
    let sums = ResultSlots(count: preset.piecesPerStep * sumCount, 0.0)
    let ownSums = Unchecked(sums.values.dropFirst(firstPiece * sumCount))
    pool.run(pieces: pieces.count) { index in
      let (run, model, pieces, regularizer) = work.value
      let variants = turns[(run.firstPiece + index) / run.preset.pieces].variants
      if !variants.isEmpty { run.addVariants(index, latents: variants) }
      model.sampleLatents(pieces[index])
      guard !needsBatch else {
        regularizer.addSums(
          of: pieces[index],
          to: UnsafeMutableBufferPointer(
            rebasing: ownSums.value.dropFirst(index * sumCount).prefix(sumCount)))
        return
      }
      model.addLosses(pieces[index], regularizer, statistics: .none)
      pieces[index].tape.backward()
    }
    guard needsBatch else { return }
    communicator.allGather(
      sums.values.baseAddress!,
      counts: (0..<communicator.ranks).map {
        communicator.share($0, of: preset.piecesPerStep).count * sumCount
          * MemoryLayout<Double>.size
      })
    // A worker's regularizer looks at its own batch.
    let statistics = turns.map { turn in
      let range = turn.pieces.lowerBound * sumCount..<turn.pieces.upperBound * sumCount
      return regularizer.statistics(
        pieceSums: Array(sums.values[range]), width: width,
        count: preset.batchSize + turn.variants.count / width)
    }
    pool.run(pieces: pieces.count) { index in
      let (run, model, pieces, regularizer) = work.value
      let turn = (run.firstPiece + index) / run.preset.pieces
      model.addLosses(pieces[index], regularizer, statistics: statistics[turn])
      pieces[index].tape.backward()
    }
  }

  /// Takes one step.
  func advance() -> StepReport {
    let turns = turns()
    let width = model.description.widths.embedding
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
    for (place, piece) in pieces.enumerated() { output.take(piece, at: firstPiece + place) }
    output.exchange()
    let rate = preset.learningRate.value(at: step, of: preset.steps)
    let norm = adam.update(
      parameters, gradients: reduction.reduced(gradients), rate: rate,
      segments: optimizerSegments(levels: Set(turns.map(\.level))), pool: pool)
    latentBatch.removeAll(keepingCapacity: true)
    output.append(.latents, of: .examples, pieces: 0..<preset.piecesPerStep, to: &latentBatch)
    latents.update(latentBatch, rows: preset.examplesPerStep)
    var figures: [Figure: Double] = [:]
    if preset.latent.regularizer == .adversarial {
      let prior = turns.flatMap { turn in
        (0..<preset.batchSize * width).map { _ in Float(workers[turn.worker].normal()) }
      }
      trainDiscriminator(real: prior, fake: latentBatch, rate: rate, &figures)
    }
    augment(turns, rate: rate, &figures)
    if turns.contains(where: { !$0.variants.isEmpty }) { for piece in pieces { piece.use(table) } }
    step += 1
    return report(settings, rate: rate, norm: norm, figures)
  }

  /// The parameters that a step of some levels trains: those that all levels share, and these levels'
  /// own standard deviations. Other levels' are no part of their workers' models (paper, 6); the
  /// optimizer's momentum would carry them on for steps in which no gradient corrects them.
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

  private func trainDiscriminator(
    real: [Float], fake: [Float], rate: Double, _ figures: inout [Figure: Double]
  ) {
    guard let discriminator else { return }
    let report = discriminator.train(real: real, fake: fake, rate: rate, pool: pool)
    figures[.discriminatorLoss] = report.loss
    figures[.discriminatorAccuracy] = report.accuracy
  }

  /// Begins or goes on with the augmented latent vectors of the step's workers (paper, 5). They have
  /// begun in the same step, since the same workers always share one.
  private func augment(_ turns: [Turn], rate: Double, _ figures: inout [Figure: Double]) {
    let settings = preset.augmentation
    guard var augmenter, Double(step) >= settings.start.step(of: preset.steps) else { return }
    // Taken out while it is changed, so that its arrays are not copied.
    self.augmenter = nil
    defer { self.augmenter = augmenter }
    let fresh = turns.map(freshLatents)
    guard turns.allSatisfy({ !$0.variants.isEmpty }) else {
      for (turn, fresh) in zip(turns, fresh) { augmenter.begin(worker: turn.worker, fresh: fresh) }
      return
    }
    let fakeProbabilities = askDiscriminator(turns, rate: rate, &figures)
    var (report, probabilities) = (Augmenter.Report(), 0.0)
    for (place, turn) in turns.enumerated() {
      let random = workers[turn.worker]
      let probability = settings.pSampled.value(level: turn.level, of: preset.multiscale.levels)
      let isReplaced = augmenter.replaced(
        probability: probability, fakeProbabilities: fakeProbabilities[place], random: random)
      let variants = output.vectors(
        settings.noise ? .latents : .means, of: .variants, pieces: turn.pieces)
      report.add(
        augmenter.advance(
          worker: turn.worker, fresh: fresh[place], variants: variants, isReplaced: isReplaced,
          random: random))
      probabilities += probability
    }
    figures[.variants] = Double(settings.variants * turns.count)
    figures[.pSampled] = probabilities / Double(turns.count)
    figures[.replacements] = Double(report.replacements)
    figures[.meanLifetime] = report.meanLifetime
  }

  /// p_fake of each turn's variants where replacements ask for it, else none; then the discriminator
  /// learns from all of them (App. L.3).
  private func askDiscriminator(
    _ turns: [Turn], rate: Double, _ figures: inout [Figure: Double]
  ) -> [[Double]] {
    guard preset.augmentation.replacement != .random, let discriminator else {
      return turns.map { _ in [] }
    }
    let variantMeans = turns.map { output.vectors(.means, of: .variants, pieces: $0.pieces) }
    let probabilities = variantMeans.map(discriminator.fakeProbabilities)
    let exampleMeans = output.vectors(
      .means, of: .examples, pieces: 0..<preset.piecesPerStep)
    trainDiscriminator(
      real: exampleMeans, fake: variantMeans.flatMap { $0 }, rate: rate, &figures)
    return probabilities
  }

  /// What a worker's augmented latent vectors start from, `[batch size, latent]`.
  private func freshLatents(_ turn: Turn) -> [Float] {
    switch preset.augmentation.source {
    case .examples:
      output.vectors(
        preset.augmentation.noise ? .latents : .means, of: .examples, pieces: turn.pieces)
    case .prior: latents.draw(preset.batchSize, random: workers[turn.worker])
    }
  }

  private func report(
    _ settings: StepSettings, rate: Double, norm: Double, _ figures: [Figure: Double]
  ) -> StepReport {
    let batchSize = Double(settings.batchSize)
    let scale = settings.scales[settings.level]
    let (weightedReconstruction, latentLoss) = (output.reconstruction, output.latentLoss)
    let characters = output.characters
    var figures = figures
    addDivergences(to: &figures, batchSize: batchSize)
    figures[.stringGroundTruth] = settings.characterGroundTruthProbability
    figures[.sampledCharacters] =
      output.sampledCharacters / max(1, output.fedBackCharacters)
    figures[.level] = Double(settings.level)
    if preset.stepsHaveOneLevel {
      figures[.latentLoss] = scale.latentWeight > 0 ? latentLoss / scale.latentWeight : 0
    }
    return StepReport(
      step: step, beta: scale.beta, learningRate: rate,
      groundTruthProbability: settings.groundTruthProbability,
      loss: weightedReconstruction + latentLoss,
      reconstruction: weightedReconstruction / scale.reconstructionWeight,
      divergence: output.divergence / batchSize,
      bitsPerCharacter: characters == 0 ? 0 : output.characterNats / characters / log(2),
      gradientNorm: norm,
      components: output.losses.map { $0 / batchSize }, figures: figures)
  }

  private func addDivergences(to figures: inout [Figure: Double], batchSize: Double) {
    let dimensions = output.dimensionDivergences.map { $0 / batchSize }.sorted()
    let width = dimensions.count
    guard width > 0 else { return }
    figures[.activeUnits] = Double(dimensions.count { $0 > Figure.activeDivergence })
    figures[.largestDivergence] = dimensions[width - 1]
    figures[.medianDivergence] = (dimensions[(width - 1) / 2] + dimensions[width / 2]) / 2
  }
}
