import Autodiff
import Schema

/// A message whose elements are decoded side by side from its own embedding (paper, App. G): the
/// encoder is one layer on the elements' embeddings, the decoder passes the embedding on.
package struct SimpleTuple: Module {
  /// The modules of the message's elements.
  package let elements: [any Module]
  /// The fields that always have the same value.
  package let constants: [Constant]
  /// `[elements * embedding, embedding]`: the encoder's layer.
  package let encoderOutput: DenseSlots
  /// Weight of the elements' reconstruction losses.
  package var weight: Double { elements.reduce(0) { $0 + $1.weight } }

  init(_ nodes: [ModuleNode], place: ModulePlace, builder: inout ModuleBuilder) {
    var elements: [any Module] = []
    var constants: [Constant] = []
    for (index, node) in nodes.enumerated() {
      if case .constant(let leaf) = node {
        constants.append(builder.constant(leaf))
      } else {
        var inner = place
        inner.prefix += "/\(index)"
        elements.append(builder.module(node, place: inner))
      }
    }
    self.elements = elements
    self.constants = constants
    let width = builder.widths.embedding
    builder.featureCount = elements.count * width
    encoderOutput = builder.manifest.dense(
      "\(place.prefix)/encoder/output", inputs: elements.count * width, outputs: width,
      .training)
  }

  /// Encodes the elements, and their embeddings together in one layer.
  package func encode<S: Scalar>(_ piece: Piece<S>) -> Tensor<S> {
    var features = elements[0].encode(piece)
    for element in elements.dropFirst() {
      features = piece.tape.concatenateColumns(features, element.encode(piece))
    }
    // The root's are the last to stay.
    piece.features = features
    return piece.tape.dense(features, piece.view[encoderOutput], .celu)
  }

  /// Adds the elements' losses.
  package func addLosses<S: Scalar>(
    _ piece: Piece<S>, embedding: Tensor<S>, mask: UnsafePointer<S>
  ) -> Tensor<S>? {
    for element in elements { _ = element.addLosses(piece, embedding: embedding, mask: mask) }
    return nil
  }

  /// Decodes all elements from the embedding.
  package func generate<S: Scalar>(
    _ batch: GeneratedBatch<S>, embedding: Tensor<S>, rows: [Int]
  ) -> Tensor<S>? {
    for element in elements { _ = element.generate(batch, embedding: embedding, rows: rows) }
    for constant in constants { constant.generate(batch, rows: rows) }
    return nil
  }
}
