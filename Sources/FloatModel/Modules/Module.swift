import Autodiff
import Schema

/// An encoder-decoder pair of the module tree (paper, 2.3 and App. B).
///
/// Encoders turn a piece's rows into embeddings `[rows, embedding]`, decoders turn embeddings into
/// losses when training and into values when generating.
package protocol Module: Sendable {
  /// Weight of the module's own reconstruction losses: 1 a field, 1 a Bernoulli head.
  var weight: Double { get }

  /// The layers of logits of the module's own fields, where it makes them in every record.
  var heads: [SoftmaxHead] { get }

  /// Encodes the piece's rows.
  ///
  /// - Returns: `[rows, embedding]`.
  func encode<S: Scalar>(_ piece: Piece<S>) -> Tensor<S>

  /// Adds the losses of reconstructing the piece's rows from `embedding [rows, embedding]`.
  ///
  /// - Parameters:
  ///   - piece: whose rows are reconstructed.
  ///   - embedding: `[rows, embedding]`.
  ///   - mask: `[rows]` 1, or 0 where the module's record is absent.
  /// - Returns: for feedback `state`, what the Tuple's decoder is told about the rows' values,
  ///   `[rows, embedding]`, where it differs from the encoder's embedding; else nil.
  func addLosses<S: Scalar>(
    _ piece: Piece<S>, embedding: Tensor<S>, mask: UnsafePointer<S>
  ) -> Tensor<S>?

  /// Decodes values by sampling.
  ///
  /// - Parameters:
  ///   - batch: the records that are being made.
  ///   - embedding: `[rows, embedding]`.
  ///   - rows: which records of the batch the embedding's rows are.
  /// - Returns: what the Tuple's decoder is told about the sampled values, `[rows, embedding]`; nil
  ///   for feedback `own`, and where nobody asks for it.
  func generate<S: Scalar>(
    _ batch: GeneratedBatch<S>, embedding: Tensor<S>, rows: [Int]
  ) -> Tensor<S>?
}

extension Module {
  package var heads: [SoftmaxHead] { [] }
}
