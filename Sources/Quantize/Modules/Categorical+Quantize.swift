import Autodiff
import FakeGen
import FloatModel

extension Categorical: QuantizableModule {
  func quantized(
    by quantizer: inout NetworkQuantizer, input: Int
  ) throws(QuantizationError) -> DecoderModule {
    .categorical(
      CategoricalDecoder(
        stream: stream, leaf: leaf, softmax: try quantizer.logits(decoder, input: input),
        embedding: isFedBack ? quantizer.feedbackTable(embedding) : nil))
  }

  var feedbackTables: [ParameterSlot] { isFedBack ? [embedding] : [] }
}
