import Autodiff
import Schema

/// A whole record as one string of comma-separated values (paper, App. F).
struct TextLiteral: Module {
  private let literal: StringLiteral
  private let format: RecordText
  private let constants: [Constant]
  var weight: Double { literal.weight }

  /// - Parameter column: the table's column of whole records.
  init(
    column: Int, format: RecordText, constants: [Constant], model: StringModel,
    components: inout LossComponents
  ) {
    literal = StringLiteral(leaf: column, path: "text", model: model, components: &components)
    self.format = format
    self.constants = constants
  }

  func encode<S: Scalar>(_ piece: Piece<S>) -> Tensor<S> { literal.encode(piece) }

  func addLosses<S: Scalar>(
    _ piece: Piece<S>, embedding: Tensor<S>, mask: UnsafePointer<S>
  ) -> Tensor<S>? {
    literal.addLosses(piece, embedding: embedding, mask: mask)
  }

  /// Malformed texts leave their records without values.
  func generate<S: Scalar>(
    _ batch: GeneratedBatch<S>, embedding: Tensor<S>, rows: [Int]
  ) -> Tensor<S>? {
    let sampled = literal.model.sample(batch, embedding: embedding, digits: nil)
    batch.texts = sampled.texts
    for (text, row) in zip(sampled.texts, rows) {
      _ = format.read(text, into: &batch.records[row])
    }
    for constant in constants {
      constant.generate(
        batch, rows: rows.filter { !format.isAbsent(constant.leaf, in: batch.records[$0]) })
    }
    return nil
  }
}
