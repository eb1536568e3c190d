import Autodiff
import Schema

/// A message whose elements are decoded side by side from its own embedding (paper, App. G): the
/// encoder is one layer on the elements' embeddings, the decoder passes the embedding on.
struct SimpleTuple: Module {
  let elements: [any Module]
  let constants: [Constant]
  /// `[elements * embedding, embedding]`
  let encoderOutput: DenseSlots
  var weight: Double { elements.reduce(0) { $0 + $1.weight } }

  func encode<S: Scalar>(_ piece: Piece<S>) -> Tensor<S> {
    var features = elements[0].encode(piece)
    for element in elements.dropFirst() {
      features = piece.tape.concatenateColumns(features, element.encode(piece))
    }
    // The root's are the last to stay.
    piece.features = features
    return piece.tape.dense(features, piece.view[encoderOutput], .celu)
  }

  func addLosses<S: Scalar>(
    _ piece: Piece<S>, embedding: Tensor<S>, mask: UnsafePointer<S>
  ) -> Tensor<S>? {
    for element in elements { _ = element.addLosses(piece, embedding: embedding, mask: mask) }
    return nil
  }

  func generate<S: Scalar>(
    _ batch: GeneratedBatch<S>, embedding: Tensor<S>, rows: [Int]
  ) -> Tensor<S>? {
    for element in elements { _ = element.generate(batch, embedding: embedding, rows: rows) }
    for constant in constants { constant.generate(batch, rows: rows) }
    return nil
  }
}
