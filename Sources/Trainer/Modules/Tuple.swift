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
    /// Takes the decoder past this element; the last needs none.
    let decoder: GRUSlots?
    let skewComponent: Int
    /// Where `Piece.encodings` keeps the child's embedding.
    let encoding: Int
    /// Which of `Piece.uniforms` decides on this element's feedback.
    let feedback: Int
  }

  let elements: [Element]
  let initialState: ParameterSlot
  let encoderOutput: DenseSlots
  let decoderInput: DenseSlots
  let stateWidth: Int
  let embeddingWidth: Int

  var weight: Double { elements.reduce(0) { $0 + $1.child.weight } }

  func encode<S: Scalar>(_ piece: Piece<S>) -> Tensor<S> {
    let (tape, view) = (piece.tape, piece.view)
    for element in elements { piece.encodings[element.encoding] = element.child.encode(piece) }
    let initial = view[initialState]
    let start = tape.gather(rows: piece.rows.count, columns: stateWidth) { _ in initial.row(0) }
    var forward = start
    for element in elements {
      forward = tape.gruCell(
        input: piece.encodings[element.encoding]!, state: forward, view[element.forward])
    }
    var backward = start
    for element in elements.reversed() {
      backward = tape.gruCell(
        input: piece.encodings[element.encoding]!, state: backward, view[element.backward])
    }
    let features = tape.concatenateColumns(forward, backward)
    piece.features = features
    return tape.dense(features, view[encoderOutput], .celu)
  }

  func addLosses<S: Scalar>(
    _ piece: Piece<S>, embedding: Tensor<S>, mask: UnsafePointer<S>
  ) {
    let (tape, view) = (piece.tape, piece.view)
    var state = tape.dense(embedding, view[decoderInput], .celu)
    for element in elements {
      let decoded = tape.dense(state, view[element.embedding], .celu)
      let encoded = piece.encodings[element.encoding]!
      // Mean squared error over the embedding's dimensions, with the child's weight (2.3).
      let skewWeight = element.child.weight / Double(embeddingWidth)
      let skew = tape.squaredError(
        decoded, encoded, weights: piece.rowWeights(mask, weight: skewWeight))
      piece.count(skew, component: element.skewComponent, weight: element.child.weight)
      element.child.addLosses(piece, embedding: decoded, mask: mask)
      guard let decoder = element.decoder else { continue }
      // Scheduled sampling: the child encoder's embedding is the ground truth, the decoder's own
      // the sample (2.3).
      let uniforms = element.feedback * piece.rows.count
      let feedback = tape.gather(rows: decoded.rows, columns: decoded.columns) { row in
        piece.uniforms[uniforms + row] < piece.settings.groundTruthProbability
          ? encoded.row(row) : decoded.row(row)
      }
      state = tape.gruCell(input: feedback, state: state, view[decoder])
    }
  }

  func generate<S: Scalar>(_ batch: GeneratedBatch<S>, embedding: Tensor<S>, rows: [Int]) {
    let (tape, view) = (batch.tape, batch.view)
    var state = tape.dense(embedding, view[decoderInput], .celu)
    for element in elements {
      let decoded = tape.dense(state, view[element.embedding], .celu)
      element.child.generate(batch, embedding: decoded, rows: rows)
      guard let decoder = element.decoder else { continue }
      state = tape.gruCell(input: decoded, state: state, view[decoder])
    }
  }
}
