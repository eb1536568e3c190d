import Autodiff
import Schema

/// A string field with a string model that no other field shares (paper, App. G).
package struct OwnString: Module {
  /// The field, with its own model.
  package let literal: StringLiteral
  /// Weight of its reconstruction loss.
  package var weight: Double { literal.weight }

  init(leaf: Int, place: ModulePlace, builder: inout ModuleBuilder) {
    let model = StringModel(
      builder.description, prefix: "\(place.prefix)/string", in: &builder.manifest)
    literal = StringLiteral(
      leaf: leaf, path: builder.path(leaf), model: model, isFedBack: false, builder: &builder)
  }

  /// Encodes each row's string with the field's own model.
  package func encode<S: Scalar>(_ piece: Piece<S>) -> Tensor<S> {
    piece.forgetStrings()
    literal.model.encodeDistinct(piece, leaves: [literal.leaf])
    return literal.encode(piece)
  }

  /// Adds the losses of the rows' strings.
  package func addLosses<S: Scalar>(
    _ piece: Piece<S>, embedding: Tensor<S>, mask: UnsafePointer<S>
  ) -> Tensor<S>? {
    piece.stringRequests.removeAll(keepingCapacity: true)
    _ = literal.addLosses(piece, embedding: embedding, mask: mask)
    literal.model.addRequestedLosses(piece)
    return nil
  }

  /// Samples each row's string.
  package func generate<S: Scalar>(
    _ batch: GeneratedBatch<S>, embedding: Tensor<S>, rows: [Int]
  ) -> Tensor<S>? {
    literal.generate(batch, embedding: embedding, rows: rows)
  }
}
