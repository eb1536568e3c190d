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
  func addLosses<S: Scalar>(
    _ piece: Piece<S>, embedding: Tensor<S>, mask: UnsafePointer<S>)

  /// Decodes values by sampling.
  ///
  /// - Parameters:
  ///   - embedding: `[rows, embedding]`.
  ///   - rows: which records of the batch the embedding's rows are.
  func generate<S: Scalar>(_ batch: GeneratedBatch<S>, embedding: Tensor<S>, rows: [Int])
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
