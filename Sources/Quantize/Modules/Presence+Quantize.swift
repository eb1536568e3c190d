import Autodiff
import FakeGen
import FloatModel

extension Presence: QuantizableModule {
  func quantized(
    by quantizer: inout NetworkQuantizer, input: Int
  ) throws(QuantizationError) -> DecoderModule {
    .optional(
      OptionalDecoder(
        stream: stream, presence: try quantizer.presence(head, input: input),
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
