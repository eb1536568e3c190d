import Autodiff
import Schema

/// The standard-deviation network (paper, App. B.4): three fully connected layers and a sigmoid
/// layer that starts near zero.
struct DeviationNetwork: Sendable {
  /// The sigmoid layer's bias at first.
  static let initialBias = -5.0

  let hidden: [DenseSlots]
  let output: DenseSlots
  /// Hidden layers, from the first, with a further input.
  let conditionedLayers: Int

  /// Adds `deviation/<index>/<layer 0...3>`.
  init(
    index: Int, widths: Widths, conditionedLayers: Int = 0, layout: inout ParameterLayout
  ) {
    self.conditionedLayers = conditionedLayers
    hidden = (0..<3).map { layer in
      DenseSlots(
        "deviation/\(index)/\(layer)",
        inputs: (layer == 0 ? widths.embedding : widths.deviation)
          + (layer < conditionedLayers ? 1 : 0),
        outputs: widths.deviation, in: &layout)
    }
    output = DenseSlots(
      "deviation/\(index)/3", inputs: widths.deviation, outputs: widths.embedding,
      weight: .constant(0), bias: Self.initialBias, in: &layout)
  }

  /// `mean [rows, latent] -> deviation [rows, latent]` in (0, 1).
  ///
  /// - Parameter condition: `[rows, 1]`, the conditioned layers' further input.
  func deviation<S: Scalar>(
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
