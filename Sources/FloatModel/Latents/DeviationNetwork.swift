import Autodiff
import Schema

/// The standard-deviation network (paper, App. B.4): three fully connected layers and a sigmoid
/// layer that starts near zero.
package struct DeviationNetwork: Sendable {
  /// The sigmoid layer's bias at first.
  package static let initialBias = -5.0

  /// The three hidden layers.
  package let hidden: [DenseSlots]
  /// The sigmoid layer.
  package let output: DenseSlots
  /// Number of hidden layers, from the first, with a further input.
  package let conditionedLayers: Int

  /// Adds the parameters `deviation/<index>/<layer 0...3>`.
  ///
  /// - Parameters:
  ///   - index: number of the network.
  ///   - widths: the model's.
  ///   - conditionedLayers: number of hidden layers, from the first, with a further input.
  ///   - manifest: takes the tensors.
  package init(
    index: Int, widths: Widths, conditionedLayers: Int = 0, manifest: inout TensorManifest
  ) {
    self.conditionedLayers = conditionedLayers
    hidden = (0..<3).map { layer in
      manifest.dense(
        "deviation/\(index)/\(layer)",
        inputs: (layer == 0 ? widths.embedding : widths.deviation)
          + (layer < conditionedLayers ? 1 : 0),
        outputs: widths.deviation, .training)
    }
    output = manifest.dense(
      "deviation/\(index)/3", inputs: widths.deviation, outputs: widths.embedding, .training,
      weight: .constant(0), bias: Self.initialBias)
  }

  /// Computes standard deviations from mean vectors.
  ///
  /// - Parameters:
  ///   - mean: `[rows, latent]`.
  ///   - tape: what records the operations.
  ///   - view: the parameters.
  ///   - condition: `[rows, 1]`, the conditioned layers' further input.
  /// - Returns: `[rows, latent]`, each in (0, 1).
  package func deviation<S: Scalar>(
    _ mean: Tensor<S>, _ tape: Tape<S>, _ view: ParameterView<S>, condition: Tensor<S>? = nil
  ) -> Tensor<S> {
    var x = mean
    for (index, layer) in hidden.enumerated() {
      if index < conditionedLayers, let condition { x = tape.concatenateColumns(x, condition) }
      x = tape.dense(x, view[layer], .celu)
    }
    return tape.dense(x, view[output], .sigmoid)
  }
}
