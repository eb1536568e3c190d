import Autodiff

/// A classifier of two kinds of latent vectors: shaped like the standard-deviation network, with a
/// two-way softmax in place of its last layer (paper, App. H). H).
package struct DiscriminatorNetwork: Sendable {
  /// Class of vectors from the prior, or of training examples.
  package static let real: Int32 = 0
  /// Class of vectors from the encoder, or of generated variants.
  package static let fake: Int32 = 1

  /// Where its parameters lie in a flat vector.
  package let layout: ParameterLayout
  private let hidden: [DenseSlots]
  private let output: DenseSlots

  /// Creates the network with parameters `training/discriminator/<layer 0...3>`.
  ///
  /// - Parameter widths: the model's.
  package init(widths: Widths) {
    var layout = ParameterLayout()
    hidden = (0..<3).map { layer in
      DenseSlots(
        "training/discriminator/\(layer)",
        inputs: layer == 0 ? widths.embedding : widths.deviation, outputs: widths.deviation,
        in: &layout)
    }
    output = DenseSlots(
      "training/discriminator/3", inputs: widths.deviation, outputs: 2, in: &layout)
    self.layout = layout
  }

  /// Computes the logits of both classes.
  ///
  /// - Parameters:
  ///   - vectors: `[rows, latent]`.
  ///   - tape: what records the operations.
  ///   - view: the parameters.
  /// - Returns: `[rows, 2]`.
  package func logits<S: Scalar>(
    _ vectors: Tensor<S>, _ tape: Tape<S>, _ view: ParameterView<S>
  ) -> Tensor<S> {
    var x = vectors
    for layer in hidden { x = tape.dense(x, view[layer], .celu) }
    return tape.dense(x, view[output], .linear)
  }
}
