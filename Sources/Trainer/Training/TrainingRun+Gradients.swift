import Autodiff
import FloatModel

/// The losses and gradients of a step's pieces.
extension TrainingRun {
  /// Computes the losses and gradients of this rank's pieces.
  func differentiate(_ settings: StepSettings, _ turns: [WorkerTurn]) {
    let width = model.latentWidth
    let work = Unchecked((run: self, model, own: ownPieces, regularizer))
    let sumCount = regularizer.sumCount(width: width)
    let needsBatch = sumCount > 0
    let sums = ResultSlots(count: preset.piecesPerStep * sumCount, 0.0)
    let ownSums = Unchecked(sums.values.dropFirst(ownPieces.first * sumCount))
    pool.run(pieces: ownPieces.pieces.count) { index in
      let (run, model, own, regularizer) = work.value
      let variants = turns[(own.first + index) / run.preset.pieces].variants
      if !variants.isEmpty { run.addVariants(index, latents: variants) }
      model.sampleLatents(own.pieces[index])
      guard !needsBatch else {
        regularizer.addSums(
          of: own.pieces[index],
          to: UnsafeMutableBufferPointer(
            rebasing: ownSums.value.dropFirst(index * sumCount).prefix(sumCount)))
        return
      }
      model.addLosses(own.pieces[index], regularizer, statistics: .none)
      own.pieces[index].tape.backward()
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
    pool.run(pieces: ownPieces.pieces.count) { index in
      let (run, model, own, regularizer) = work.value
      let turn = (own.first + index) / run.preset.pieces
      model.addLosses(own.pieces[index], regularizer, statistics: statistics[turn])
      own.pieces[index].tape.backward()
    }
  }

  /// Generates the variants of one of this rank's pieces and appends them to its rows.
  private func addVariants(_ place: Int, latents: [Float]) {
    let piece = ownPieces.pieces[place]
    let index = ownPieces.first + place
    let width = model.latentWidth
    let variants = share(index, of: latents.count / width)
    let rows = ownPieces.variantGenerators[place].generate(
      latents[variants.lowerBound * width..<variants.upperBound * width], model: model,
      whitenings: whitenings,
      random: RandomGenerator(
        seed: UInt64(preset.seed),
        stream: RandomStreams.variants[step: step, piece: index, of: preset.piecesPerStep]))
    piece.use(
      EncodedTable(
        rows: piece.rows, of: table,
        followedBy: EncodedTable(rows, description: model.description)))
    piece.rows = (0..<Int32(piece.table.count)).map { $0 }
  }
}
