import Autodiff
import Schema

/// A message (paper, App. B.3): a bidirectional encoder RNN over the children's embeddings, and an
/// autoregressive decoder RNN that makes the embeddings the children decode from. Every element has
/// GRU cells of its own.
struct Tuple: Module {
  struct Element: Sendable {
    let child: any Module
    let forward: GRUSlots
    let backward: GRUSlots
    /// From the decoder's state to the child's embedding.
    let embedding: DenseSlots
    /// Takes the decoder past this element; the last needs none, unless `summary` is there.
    let decoder: GRUSlots?
    let skewComponent: Int
    /// Where `Piece.encodings` keeps the child's embedding.
    let encoding: Int
    /// Which of `Piece.uniforms` decides on this element's feedback.
    let feedback: Int
  }

  /// In the order of encoding and decoding.
  let elements: [Element]
  let constants: [Constant]
  let initialState: ParameterSlot
  let encoderOutput: DenseSlots
  let decoderInput: DenseSlots
  /// What an outer Tuple is told, from the decoder's last state; only for feedback `state`.
  let summary: DenseSlots?
  let stateWidth: Int
  let embeddingWidth: Int
  let feedback: ModelOptions.Feedback
  /// Weight of the skew losses, relative to their children's.
  let skewWeight: Double

  var weight: Double { elements.reduce(0) { $0 + $1.child.weight } }

  func encode<S: Scalar>(_ piece: Piece<S>) -> Tensor<S> {
    for element in elements { piece.encodings[element.encoding] = element.child.encode(piece) }
    let features = features(
      elements.map { piece.encodings[$0.encoding]! }, rows: piece.rows.count, piece.tape,
      piece.view)
    // The root's are the last to stay.
    piece.features = features
    return piece.tape.dense(features, piece.view[encoderOutput], .celu)
  }

  /// The last states of the encoder RNN over the elements' embeddings, each `[rows, embedding]`:
  /// `[rows, 2 state]`.
  private func features<S: Scalar>(
    _ embeddings: [Tensor<S>], rows: Int, _ tape: Tape<S>, _ view: ParameterView<S>
  ) -> Tensor<S> {
    let initial = view[initialState]
    let start = tape.gather(rows: rows, columns: stateWidth) { _ in initial.row(0) }
    var forward = start
    for (element, embedding) in zip(elements, embeddings) {
      forward = tape.gruCell(input: embedding, state: forward, view[element.forward])
    }
    var backward = start
    for (element, embedding) in zip(elements, embeddings).reversed() {
      backward = tape.gruCell(input: embedding, state: backward, view[element.backward])
    }
    return tape.concatenateColumns(forward, backward)
  }

  func addLosses<S: Scalar>(
    _ piece: Piece<S>, embedding: Tensor<S>, mask: UnsafePointer<S>
  ) -> Tensor<S>? {
    let (tape, view) = (piece.tape, piece.view)
    var state = tape.dense(embedding, view[decoderInput], .celu)
    for element in elements {
      let decoded = tape.dense(state, view[element.embedding], .celu)
      let encoded = piece.encodings[element.encoding]!
      if skewWeight > 0 {
        // Mean squared error over the embedding's dimensions, with the child's weight (2.3).
        let weight = skewWeight * element.child.weight
        let skew = tape.squaredError(
          decoded, encoded, weights: piece.rowWeights(mask, weight: weight / Double(embeddingWidth))
        )
        piece.count(skew, component: element.skewComponent, weight: weight)
      }
      let told = element.child.addLosses(piece, embedding: decoded, mask: mask)
      guard let decoder = element.decoder else { continue }
      let input =
        switch feedback {
        case .own: scheduled(piece, element, encoded: encoded, decoded: decoded)
        case .reencoded: encoded
        case .state: told ?? encoded
        }
      state = tape.gruCell(input: input, state: state, view[decoder])
    }
    return summary.map { tape.dense(state, view[$0], .celu) }
  }

  /// Scheduled sampling: the child encoder's embedding is the ground truth, the decoder's own the
  /// sample (2.3).
  private func scheduled<S: Scalar>(
    _ piece: Piece<S>, _ element: Element, encoded: Tensor<S>, decoded: Tensor<S>
  ) -> Tensor<S> {
    let uniforms = element.feedback * piece.rows.count
    return piece.tape.gather(rows: decoded.rows, columns: decoded.columns) { row in
      piece.uniforms[uniforms + row] < piece.settings.groundTruthProbability
        ? encoded.row(row) : decoded.row(row)
    }
  }

  func generate<S: Scalar>(
    _ batch: GeneratedBatch<S>, embedding: Tensor<S>, rows: [Int]
  ) -> Tensor<S>? {
    let (tape, view) = (batch.tape, batch.view)
    var state = tape.dense(embedding, view[decoderInput], .celu)
    var told: [Tensor<S>] = []
    for element in elements {
      let decoded = tape.dense(state, view[element.embedding], .celu)
      let feedback = element.child.generate(batch, embedding: decoded, rows: rows)
      if let feedback { told.append(feedback) }
      guard let decoder = element.decoder else { continue }
      state = tape.gruCell(input: feedback ?? decoded, state: state, view[decoder])
    }
    for constant in constants { constant.generate(batch, rows: rows) }
    switch feedback {
    case .own: return nil
    case .reencoded:
      return tape.dense(
        features(told, rows: rows.count, tape, view), view[encoderOutput], .celu)
    case .state: return summary.map { tape.dense(state, view[$0], .celu) }
    }
  }
}
