import Autodiff
import Foundation
import Records
import Schema

/// A model in training: parameters, optimizer, moving averages, generators and the data position.
///
/// A step is a function of this state alone; it does not depend on the number of threads.
final class TrainingRun {
  let preset: Preset
  let model: RecordModel
  let table: EncodedTable
  let pool: ThreadPool
  let plan: WorkerPlan
  let regularizer: any LatentRegularizer
  let parameters: ParameterVector<Float>
  let adam: Adam<Float>
  /// Noise and sampling decisions, one generator for each logical worker; the workers take turns, a
  /// step each.
  let workers: [RandomGenerator]
  /// Of an adversarial autoencoder, or of augmented training that asks one.
  let discriminator: Discriminator?
  var augmenter: Augmenter?
  var whitenings: [Whitening]
  var latents: LatentMoments
  /// Steps done.
  var step = 0

  private let pieces: [Piece<Float>]
  private let gradients: [ParameterVector<Float>]
  private let variantGenerators: [VariantGenerator]
  private var epoch = -1
  private var order: [Int32] = []
  private var scalarBatches: [[Double]]
  /// `[examples, latent]` latent vectors of the step's training examples.
  private var latentBatch: [Float] = []

  init(preset: Preset, description: ModelDescription, table: EncodedTable, threads: Int) {
    self.preset = preset
    self.table = table
    pool = ThreadPool(threads: threads)
    let model = RecordModel(description, options: preset.methodOptions)
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
      workers: preset.workers, settings: preset.multiscale, capacity: preset.latent.capacity)
    regularizer = preset.latent.makeRegularizer()
    adam = Adam(count: model.layout.count, configuration: preset.adam)
    whitenings = model.scalarTuples.map { Whitening(count: $0.module.leaves.count) }
    let width = description.widths.embedding
    latents = LatentMoments(width: width, decay: preset.latentDecay)
    pieces = (0..<preset.pieces).map { _ in
      Piece(
        parameters: parameters, table: table, components: model.components.components.count,
        encodings: model.encodingCount)
    }
    gradients = pieces.map(\.gradient)
    scalarBatches = model.scalarTuples.map {
      Array(repeating: 0, count: preset.batchSize * $0.module.leaves.count)
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
        widths: description.widths, configuration: preset.adam, pieces: preset.pieces,
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

  /// Bytes that the pieces' tapes hold.
  var tapeCapacity: Int { pieces.reduce(0) { $0 + $1.tape.capacity } }

  /// Floating-point operations of the last step's matrix products.
  var floatingPointOperations: Double {
    pieces.reduce(0) { $0 + $1.tape.floatingPointOperations }
  }

  /// The pieces' shares of `count` rows.
  private func share(_ piece: Int, of count: Int) -> Range<Int> {
    count * piece / pieces.count..<count * (piece + 1) / pieces.count
  }

  private func settings(worker: Int, variants: Int) -> StepSettings {
    let level =
      preset.multiscale.dealing == .workers
      ? plan.level(ofWorker: worker) : preset.multiscale.levels - 1
    return settings(level: level, batchSize: preset.batchSize + variants)
  }

  /// Betas and the sampling scheme as of `step`, for a batch of so many rows of one level.
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

  /// Fills the pieces with the next batch and its random draws.
  private func prepare(_ settings: StepSettings, worker: Int) {
    var next = step * preset.batchSize
    let random = workers[worker]
    let latentWidth = model.description.widths.embedding
    let samplesCharacters = settings.characterGroundTruthProbability < 1
    for (index, piece) in pieces.enumerated() {
      piece.exampleCount = share(index, of: preset.batchSize).count
      let count =
        piece.exampleCount + share(index, of: settings.batchSize - preset.batchSize).count
      piece.settings = settings
      piece.rows.removeAll(keepingCapacity: true)
      for _ in 0..<piece.exampleCount {
        piece.rows.append(row(at: next))
        next += 1
      }
      piece.noise.removeAll(keepingCapacity: true)
      for _ in 0..<count * latentWidth { piece.noise.append(Float(random.normal())) }
      piece.uniforms.removeAll(keepingCapacity: true)
      for _ in 0..<count * model.feedbackCount { piece.uniforms.append(random.uniform()) }
      piece.levels = levels(of: share(index, of: preset.batchSize), settings, random)
      piece.random =
        samplesCharacters
        ? RandomGenerator(
          seed: UInt64(preset.seed),
          stream: RandomStreams.characters(step: step, piece: index, of: pieces.count)) : nil
    }
    for (index, scalarTuple) in model.scalarTuples.enumerated() {
      let module = scalarTuple.module
      scalarBatches[index].withUnsafeMutableBufferPointer { batch in
        var position = 0
        for piece in pieces {
          for row in piece.rows {
            module.copyValues(
              of: Int(row), in: table, whitenings[index],
              to: batch.baseAddress! + position * module.leaves.count)
            position += 1
          }
        }
      }
      whitenings[index].update(scalarBatches[index])
    }
    for piece in pieces { piece.whitenings = whitenings }
  }

  /// Levels of a batch's rows where they differ, else none.
  private func levels(
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

  /// Generates the piece's variants and appends them to its rows.
  private func addVariants(_ index: Int, latents: [Float]) {
    let piece = pieces[index]
    let width = model.description.widths.embedding
    let variants = share(index, of: latents.count / width)
    let records = variantGenerators[index].generate(
      latents[variants.lowerBound * width..<variants.upperBound * width], model: model,
      whitenings: whitenings,
      random: RandomGenerator(
        seed: UInt64(preset.seed),
        stream: RandomStreams.variants(step: step, piece: index, of: pieces.count)))
    piece.use(
      EncodedTable(
        rows: piece.rows, of: table,
        followedBy: EncodedTable(records, description: model.description)))
    piece.rows = (0..<Int32(piece.rows.count + records.count)).map { $0 }
  }

  /// Computes the pieces' losses and gradients.
  ///
  /// - Parameter variants: `[variants, latent]` to generate variants from; empty for none.
  private func differentiate(variants: [Float]) {
    let width = model.description.widths.embedding
    let work = Unchecked((run: self, model, pieces, regularizer))
    let needsBatch = regularizer.sumCount(width: width) > 0
    pool.run(pieces: pieces.count) { index in
      let (run, model, pieces, regularizer) = work.value
      if !variants.isEmpty { run.addVariants(index, latents: variants) }
      model.sampleLatents(pieces[index])
      guard !needsBatch else { return }
      model.addLosses(pieces[index], regularizer, statistics: .none)
      pieces[index].tape.backward()
    }
    guard needsBatch else { return }
    let statistics = regularizer.statistics(of: pieces, width: width)
    pool.run(pieces: pieces.count) { index in
      let (_, model, pieces, regularizer) = work.value
      model.addLosses(pieces[index], regularizer, statistics: statistics)
      pieces[index].tape.backward()
    }
  }

  /// Takes one step.
  func advance() -> StepReport {
    let worker = plan.worker(at: step)
    let variants = augmenter?.latents[worker] ?? []
    let settings = settings(
      worker: worker, variants: variants.count / model.description.widths.embedding)
    prepare(settings, worker: worker)
    differentiate(variants: variants)
    let rate = preset.learningRate.value(at: step, of: preset.steps)
    let norm = adam.update(parameters, gradients: gradients, rate: rate, pool: pool)
    latentBatch.removeAll(keepingCapacity: true)
    for piece in pieces { appendExamples(of: piece.latents!, piece, to: &latentBatch) }
    latents.update(latentBatch, rows: preset.batchSize)
    var figures: [Figure: Double] = [:]
    if preset.latent.regularizer == .adversarial {
      let prior = latentBatch.map { _ in Float(workers[worker].normal()) }
      trainDiscriminator(real: prior, fake: latentBatch, rate: rate, &figures)
    }
    augment(worker: worker, level: settings.level, rate: rate, &figures)
    if !variants.isEmpty { for piece in pieces { piece.use(table) } }
    step += 1
    return report(settings, rate: rate, norm: norm, figures)
  }

  private func trainDiscriminator(
    real: [Float], fake: [Float], rate: Double, _ figures: inout [Figure: Double]
  ) {
    guard let discriminator else { return }
    let report = discriminator.train(real: real, fake: fake, rate: rate, pool: pool)
    figures[.discriminatorLoss] = report.loss
    figures[.discriminatorAccuracy] = report.accuracy
  }

  private func appendExamples(
    of tensor: Tensor<Float>, _ piece: Piece<Float>, to values: inout [Float]
  ) {
    values.append(
      contentsOf: UnsafeBufferPointer(
        start: tensor.values, count: piece.exampleCount * tensor.columns))
  }

  private func appendVariants(
    of tensor: Tensor<Float>, _ piece: Piece<Float>, to values: inout [Float]
  ) {
    let examples = piece.exampleCount * tensor.columns
    values.append(
      contentsOf: UnsafeBufferPointer(
        start: tensor.values + examples, count: tensor.count - examples))
  }

  /// Begins or goes on with the worker's augmented latent vectors (paper, 5).
  private func augment(
    worker: Int, level: Int, rate: Double, _ figures: inout [Figure: Double]
  ) {
    let settings = preset.augmentation
    guard var augmenter, Double(step) >= settings.start.step(of: preset.steps) else { return }
    // Taken out while it is changed, so that its arrays are not copied.
    self.augmenter = nil
    defer { self.augmenter = augmenter }
    let random = workers[worker]
    let fresh = freshLatents(random)
    guard !augmenter.latents[worker].isEmpty else {
      augmenter.begin(worker: worker, fresh: fresh)
      return
    }
    var (variants, exampleMeans, variantMeans) = ([Float](), [Float](), [Float]())
    for piece in pieces {
      appendVariants(
        of: settings.noise ? piece.latents! : piece.mean!, piece, to: &variants)
      appendExamples(of: piece.mean!, piece, to: &exampleMeans)
      appendVariants(of: piece.mean!, piece, to: &variantMeans)
    }
    var fakeProbabilities: [Double] = []
    if settings.replacement != .random, let discriminator {
      fakeProbabilities = discriminator.fakeProbabilities(variantMeans)
      trainDiscriminator(real: exampleMeans, fake: variantMeans, rate: rate, &figures)
    }
    let probability = settings.pSampled.value(level: level, of: preset.multiscale.levels)
    let isReplaced = augmenter.replaced(
      probability: probability, fakeProbabilities: fakeProbabilities, random: random)
    let report = augmenter.advance(
      worker: worker, fresh: fresh, variants: variants, isReplaced: isReplaced, random: random)
    figures[.variants] = Double(settings.variants)
    figures[.pSampled] = probability
    figures[.replacements] = Double(report.replacements)
    figures[.meanLifetime] = report.meanLifetime
  }

  /// What augmented latent vectors start from, `[batch size, latent]`.
  private func freshLatents(_ random: RandomGenerator) -> [Float] {
    switch preset.augmentation.source {
    case .examples:
      if preset.augmentation.noise { return latentBatch }
      var means: [Float] = []
      for piece in pieces { appendExamples(of: piece.mean!, piece, to: &means) }
      return means
    case .prior: return latents.draw(preset.batchSize, random: random)
    }
  }

  private func report(
    _ settings: StepSettings, rate: Double, norm: Double, _ figures: [Figure: Double]
  ) -> StepReport {
    let batchSize = Double(settings.batchSize)
    let scale = settings.scales[settings.level]
    let weightedReconstruction = pieces.reduce(0) { $0 + $1.reconstruction }
    let latentLoss = pieces.reduce(0) { $0 + $1.latentLoss }
    let nats = pieces.reduce(0) { $0 + $1.characterNats }
    let characters = pieces.reduce(0) { $0 + $1.characters }
    var figures = figures
    addDivergences(to: &figures, batchSize: batchSize)
    figures[.stringGroundTruth] = settings.characterGroundTruthProbability
    figures[.sampledCharacters] =
      Double(pieces.reduce(0) { $0 + $1.sampledCharacters })
      / Double(max(1, pieces.reduce(0) { $0 + $1.fedBackCharacters }))
    figures[.level] = Double(settings.level)
    figures[.latentLoss] = scale.latentWeight > 0 ? latentLoss / scale.latentWeight : 0
    return StepReport(
      step: step, beta: scale.beta, learningRate: rate,
      groundTruthProbability: settings.groundTruthProbability,
      loss: weightedReconstruction + latentLoss,
      reconstruction: weightedReconstruction / scale.reconstructionWeight,
      divergence: pieces.reduce(0) { $0 + $1.divergence } / batchSize,
      bitsPerCharacter: characters == 0 ? 0 : nats / Double(characters) / log(2),
      gradientNorm: norm,
      components: model.components.components.indices.map { component in
        pieces.reduce(0) { $0 + $1.losses[component] } / batchSize
      }, figures: figures)
  }

  private func addDivergences(to figures: inout [Figure: Double], batchSize: Double) {
    let width = pieces[0].dimensionDivergences.count
    guard width > 0 else { return }
    let dimensions = (0..<width).map { i in
      pieces.reduce(0) { $0 + $1.dimensionDivergences[i] } / batchSize
    }.sorted()
    figures[.activeUnits] = Double(dimensions.count { $0 > Figure.activeDivergence })
    figures[.largestDivergence] = dimensions[width - 1]
    figures[.medianDivergence] = (dimensions[(width - 1) / 2] + dimensions[width / 2]) / 2
  }
}
