import Autodiff
import FloatModel

/// The loss of held-out rows, in nats per row, as a run goes on.
struct HeldOutLoss {
  private let pieces: [Piece<Float>]
  private let rows: Int
  private let model: RecordModel
  private let pool: ThreadPool

  /// Rows that are computed at a time.
  private static let batchSize = 256

  /// - Parameters:
  ///   - table: of the held-out rows, at least one.
  ///   - parameters: that are looked at, whatever they become.
  ///   - run: of the model; its gradients are not touched.
  init(of table: EncodedTable, parameters: ParameterVector<Float>, run: TrainingRun) {
    (model, pool, rows) = (run.model, run.pool, table.count)
    pieces = (0..<run.pool.threads).map { _ in
      Piece(
        parameters: parameters, table: table,
        components: run.model.components.components.count, encodings: run.model.encodingCount,
        gradient: run.ownPieces.gradients[0])
    }
  }

  /// Computes the loss: the mean over the rows of their nats, without dropout.
  func value() -> Double {
    let batches = stride(from: 0, to: rows, by: Self.batchSize).map {
      $0..<min(rows, $0 + Self.batchSize)
    }
    let sums = ResultSlots(count: batches.count, 0.0)
    let work = Unchecked((model, pieces, sums, rows))
    let threads = pieces.count
    pool.run(pieces: threads) { thread in
      let (model, pieces, sums, rows) = work.value
      let piece = pieces[thread]
      for index in stride(from: thread, to: batches.count, by: threads) {
        piece.settings = StepSettings(batchSize: rows, beta: 0, groundTruthProbability: 1)
        piece.rows = batches[index].map { Int32($0) }
        piece.exampleCount = piece.rows.count
        model.sampleLatents(piece)
        model.addReconstructionLosses(piece)
        sums.values[index] = piece.reconstruction
      }
    }
    return sums.values.reduce(0, +)
  }
}
