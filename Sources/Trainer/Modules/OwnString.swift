import Autodiff
import Schema

/// A string field with a string model that no other field shares (paper, App. G).
struct OwnString: Module {
  let literal: StringLiteral
  var weight: Double { literal.weight }

  func encode<S: Scalar>(_ piece: Piece<S>) -> Tensor<S> {
    piece.forgetStrings()
    literal.model.encodeDistinct(piece, leaves: [literal.leaf])
    return literal.encode(piece)
  }

  func addLosses<S: Scalar>(
    _ piece: Piece<S>, embedding: Tensor<S>, mask: UnsafePointer<S>
  ) -> Tensor<S>? {
    piece.stringRequests.removeAll(keepingCapacity: true)
    _ = literal.addLosses(piece, embedding: embedding, mask: mask)
    literal.model.addRequestedLosses(piece)
    return nil
  }

  func generate<S: Scalar>(
    _ batch: GeneratedBatch<S>, embedding: Tensor<S>, rows: [Int]
  ) -> Tensor<S>? {
    literal.generate(batch, embedding: embedding, rows: rows)
  }
}
