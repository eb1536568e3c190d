import Autodiff
import Schema

/// The standard-deviation network (paper, App. B.4): three fully connected layers and a sigmoid
/// layer that starts near zero.
struct DeviationNetwork: Sendable {
  let hidden: [DenseSlots]
  let output: DenseSlots

  /// Adds `deviation/<index>/<layer 0...3>`.
  init(index: Int, widths: Widths, layout: inout ParameterLayout) {
    hidden = (0..<3).map { layer in
      DenseSlots(
        "deviation/\(index)/\(layer)", inputs: layer == 0 ? widths.embedding : widths.deviation,
        outputs: widths.deviation, in: &layout)
    }
    output = DenseSlots(
      "deviation/\(index)/3", inputs: widths.deviation, outputs: widths.embedding,
      weight: .constant(0), bias: -5, in: &layout)
  }

  /// `mean [rows, latent] -> deviation [rows, latent]` in (0, 1).
  func deviation<S: Scalar>(
    _ mean: Tensor<S>, _ tape: Tape<S>, _ view: ParameterView<S>
  ) -> Tensor<S> {
    var x = mean
    for layer in hidden { x = tape.dense(x, view[layer], .celu) }
    return tape.dense(x, view[output], .sigmoid)
  }
}
