import Autodiff
import Schema

/// The standard-deviation network (paper, App. B.4): three fully connected layers and a sigmoid
/// layer that starts near zero.
package struct DeviationNetwork: Sendable {
  /// The sigmoid layer's bias at first.
  package static let initialBias = -5.0

  package let hidden: [DenseSlots]
  package let output: DenseSlots
  /// Hidden layers, from the first, with a further input.
  package let conditionedLayers: Int

  /// Adds `deviation/<index>/<layer 0...3>`.
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

  /// `mean [rows, latent] -> deviation [rows, latent]` in (0, 1).
  ///
  /// - Parameter condition: `[rows, 1]`, the conditioned layers' further input.
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
