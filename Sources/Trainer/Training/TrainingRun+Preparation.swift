import Autodiff
import FloatModel

/// Filling a step's pieces with rows and random draws.
extension TrainingRun {
  /// Fills this rank's pieces with their part of the next batch and its random draws. The draws of
  /// the others' pieces are made too, so that the worker's generator moves on alike on all ranks.
  func prepare(_ settings: StepSettings, _ turns: [WorkerTurn]) {
    let count = preset.examplesPerStep
    let rows = (0..<count).map { rowOrder.row(at: step * count + $0) }
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
    for piece in ownPieces.pieces { piece.whitenings = whitenings }
  }

  /// Fills one of the step's pieces if it is this rank's.
  ///
  /// - Parameters:
  ///   - examples: places of its rows in its worker's batch.
  ///   - rows: of the table.
  private func preparePiece(
    _ index: Int, _ settings: StepSettings, _ turn: WorkerTurn, examples: Range<Int>,
    rows: ArraySlice<Int32>
  ) {
    let random = workers[turn.worker]
    let latentWidth = model.latentWidth
    let variants = share(index, of: turn.variants.count / latentWidth)
    let count = examples.count + variants.count
    guard let piece = ownPieces[step: index] else {
      for _ in 0..<count * latentWidth { _ = random.normal() }
      for _ in 0..<count * model.feedbackCount { _ = random.uniform() }
      _ = levels(of: examples, settings, random)
      return
    }
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
      settings.characterGroundTruthProbability < 1 || settings.dropout > 0
      ? RandomGenerator(
        seed: UInt64(preset.seed),
        stream: RandomStreams.characters[step: step, piece: index, of: preset.piecesPerStep]) : nil
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
}
