import Autodiff
import Schema

/// A whole record as one string of comma-separated values (paper, App. F).
package struct TextLiteral: Module {
  private let literal: StringLiteral
  private let format: RecordText
  private let constants: [Constant]
  /// Weight of its reconstruction loss.
  package var weight: Double { literal.weight }

  /// Adds the record's losses and draws.
  ///
  /// - Parameter column: the table's column of whole records.
  init(
    column: Int, format: RecordText, constants: [Constant], model: StringModel,
    builder: inout ModuleBuilder
  ) {
    literal = StringLiteral(
      leaf: column, path: "text", model: model, isFedBack: false, builder: &builder)
    self.format = format
    self.constants = constants
  }

  /// Encodes each row's text.
  package func encode<S: Scalar>(_ piece: Piece<S>) -> Tensor<S> { literal.encode(piece) }

  /// Adds the losses of the rows' texts.
  package func addLosses<S: Scalar>(
    _ piece: Piece<S>, embedding: Tensor<S>, mask: UnsafePointer<S>
  ) -> Tensor<S>? {
    literal.addLosses(piece, embedding: embedding, mask: mask)
  }

  /// Samples each row's text and reads its values; malformed texts leave their records without
  /// values.
  package func generate<S: Scalar>(
    _ batch: GeneratedBatch<S>, embedding: Tensor<S>, rows: [Int]
  ) -> Tensor<S>? {
    let sampled = literal.model.sample(
      batch, embedding: embedding, rows: rows, stream: literal.stream, digits: nil,
      allowed: nil, isFedBack: false)
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
