import Autodiff
import Schema

/// An encoder-decoder pair of the module tree (paper, 2.3 and App. B).
///
/// Encoders turn a piece's rows into embeddings `[rows, embedding]`, decoders turn embeddings into
/// losses when training and into values when generating.
protocol Module: Sendable {
  /// Weight of the module's own reconstruction losses: 1 a field, 1 a Bernoulli head.
  var weight: Double { get }

  /// Encodes the piece's rows.
  func encode<S: Scalar>(_ piece: Piece<S>) -> Tensor<S>

  /// Adds the losses of reconstructing the piece's rows from `embedding [rows, embedding]`.
  ///
  /// - Parameter mask: `[rows]` 1, or 0 where the module's record is absent.
  /// - Returns: for feedback `state`, what the Tuple's decoder is told about the rows' values,
  ///   `[rows, embedding]`, where it differs from the encoder's embedding; else nil.
  func addLosses<S: Scalar>(
    _ piece: Piece<S>, embedding: Tensor<S>, mask: UnsafePointer<S>
  ) -> Tensor<S>?

  /// Decodes values by sampling.
  ///
  /// - Parameters:
  ///   - embedding: `[rows, embedding]`.
  ///   - rows: which records of the batch the embedding's rows are.
  /// - Returns: what the Tuple's decoder is told about the sampled values, `[rows, embedding]`; nil
  ///   for feedback `own`.
  func generate<S: Scalar>(
    _ batch: GeneratedBatch<S>, embedding: Tensor<S>, rows: [Int]
  ) -> Tensor<S>?
}

/// Names of the losses that a model reports, and their weights.
struct LossComponents: Sendable {
  struct Component: Sendable {
    var name: String
    var weight: Double
  }

  private(set) var components: [Component] = []

  mutating func add(_ name: String, weight: Double) -> Int {
    components.append(Component(name: name, weight: weight))
    return components.count - 1
  }
}
