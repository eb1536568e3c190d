import Autodiff
import FakeGen
import FloatModel

extension Chosen: QuantizableModule {
  func quantized(
    by quantizer: inout NetworkQuantizer, input: Int
  ) throws(QuantizationError) -> DecoderModule {
    .chosen(
      ChosenDecoder(
        leaf: leaf, choice: choice, inputs: width,
        child: try child.quantizable.quantized(by: &quantizer, input: input),
        absent: isFedBack ? quantizer.feedbackTable(absent) : nil))
  }

  var decodesString: Bool { child.quantizable.decodesString }
  var inputs: [String] { child.quantizable.inputs }
  var feedbackTables: [ParameterSlot] {
    (isFedBack ? [absent] : []) + child.quantizable.feedbackTables
  }
  var stringLayers: [DenseSlots] { child.quantizable.stringLayers }
}
