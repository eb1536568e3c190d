import Autodiff

/// Augmented training (paper, 5), and the discriminator (App. H and L.3).
extension TrainingRun {
  /// Trains the discriminator, if there is one, for a step.
  ///
  /// - Parameters:
  ///   - real, fake: `[any, latent]` vectors, as many of each.
  ///   - figures: takes its loss and accuracy.
  func trainDiscriminator(
    real: [Float], fake: [Float], rate: Double, _ figures: inout [Figure: Double]
  ) {
    guard let discriminator else { return }
    let report = discriminator.train(real: real, fake: fake, rate: rate, pool: pool)
    figures[.discriminatorLoss] = report.loss
    figures[.discriminatorAccuracy] = report.accuracy
  }

  /// Begins or goes on with the augmented latent vectors of the step's workers (paper, 5). They
  /// have begun in the same step, since the same workers always share one.
  func augment(_ turns: [WorkerTurn], rate: Double, _ figures: inout [Figure: Double]) {
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

  /// Computes p_fake of each turn's variants where replacements ask for it, else none; then the
  /// discriminator learns from all of them (App. L.3).
  private func askDiscriminator(
    _ turns: [WorkerTurn], rate: Double, _ figures: inout [Figure: Double]
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

  /// Returns what a worker's augmented latent vectors start from, `[batch size, latent]`.
  private func freshLatents(_ turn: WorkerTurn) -> [Float] {
    switch preset.augmentation.source {
    case .examples:
      output.vectors(
        preset.augmentation.noise ? .latents : .means, of: .examples, pieces: turn.pieces)
    case .prior: latents.draw(preset.batchSize, random: workers[turn.worker])
    }
  }
}
