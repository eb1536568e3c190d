import Autodiff
import Schema

/// Where the standard deviations of the latent vectors come from.
package enum PosteriorDeviation: Sendable {
  /// One network for each level (paper, App. B.4 and 6).
  case networks([DeviationNetwork])
  /// One network that is told the level's beta / beta_max (App. L.5).
  case conditioned(DeviationNetwork)
  /// A sigmoid layer for each level on what the encoder's last layer reads (2.3).
  case lastLayer([DenseSlots])
  /// The encoder is deterministic.
  case none

  /// Adds the parameters, all under `deviation/<level>`, those of a level beside each other.
  ///
  /// - Parameters:
  ///   - options: where the deviations come from, and the number of levels.
  ///   - features: width of what the root encoder's last layer reads.
  ///   - widths: the model's.
  ///   - manifest: takes the tensors.
  package init(
    _ options: MethodOptions, features: Int, widths: Widths, manifest: inout TensorManifest
  ) {
    switch options.deviation {
    case .network:
      self = .networks(
        (0..<options.levels).map {
          DeviationNetwork(index: $0, widths: widths, manifest: &manifest)
        })
    case .conditioned:
      self = .conditioned(
        DeviationNetwork(
          index: 0, widths: widths, conditionedLayers: options.conditionedLayers,
          manifest: &manifest))
    case .lastLayer:
      self = .lastLayer(
        (0..<options.levels).map {
          manifest.dense(
            "deviation/\($0)", inputs: features, outputs: widths.embedding, .training,
            weight: .constant(0), bias: DeviationNetwork.initialBias)
        })
    case .none: self = .none
    }
  }

  /// Where each level's own parameters lie; empty if levels have none of their own.
  package var levelRanges: [Range<Int>] {
    let first: [ParameterSlot]
    let last: [ParameterSlot]
    switch self {
    case .networks(let networks):
      first = networks.map { $0.hidden[0].weight }
      last = networks.map(\.output.bias)
    case .lastLayer(let layers):
      first = layers.map(\.weight)
      last = layers.map(\.bias)
    case .conditioned, .none: return []
    }
    return zip(first, last).map { $0.offset..<$1.offset + $1.count }
  }

  /// Computes the piece's standard deviations, each row's of its level. `piece.features` must be
  /// there.
  ///
  /// - Parameters:
  ///   - piece: whose rows they are.
  ///   - mean: `[rows, latent]`.
  /// - Returns: `[rows, latent]`; nil if the encoder is deterministic.
  package func deviation<S: Scalar>(_ piece: Piece<S>, mean: Tensor<S>) -> Tensor<S>? {
    let (tape, view) = (piece.tape, piece.view)
    switch self {
    case .networks(let networks):
      return byLevel(piece, of: mean) { level, rows in
        networks[level].deviation(rows, tape, view)
      }
    case .conditioned(let network):
      let shares = tape.tensor(rows: mean.rows, columns: 1)
      for row in 0..<mean.rows { shares.values[row] = S(piece.scale(row: row).share) }
      return network.deviation(mean, tape, view, condition: shares)
    case .lastLayer(let layers):
      return byLevel(piece, of: piece.features!) { level, rows in
        tape.dense(rows, view[layers[level]], .sigmoid)
      }
    case .none: return nil
    }
  }

  /// Calls `body(level, rows of input that have it)` for every level and puts the results back
  /// in order.
  private func byLevel<S: Scalar>(
    _ piece: Piece<S>, of input: Tensor<S>, _ body: (Int, Tensor<S>) -> Tensor<S>
  ) -> Tensor<S> {
    if piece.levels.isEmpty { return body(piece.settings.level, input) }
    let tape = piece.tape
    var references = [RowReference<S>?](repeating: nil, count: input.rows)
    var columns = 0
    for level in piece.settings.scales.indices {
      let rows = piece.levels.indices.filter { piece.levels[$0] == level }
      guard !rows.isEmpty else { continue }
      let output = body(
        level, tape.gather(rows: rows.count, columns: input.columns) { input.row(rows[$0]) })
      columns = output.columns
      for (position, row) in rows.enumerated() { references[row] = output.row(position) }
    }
    return tape.gather(rows: input.rows, columns: columns) { references[$0]! }
  }
}
