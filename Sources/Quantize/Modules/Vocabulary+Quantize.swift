import Autodiff
import FakeGen
import FloatModel

extension Vocabulary: QuantizableModule {
  func quantized(
    by quantizer: inout NetworkQuantizer, input: Int
  ) throws(QuantizationError) -> DecoderModule {
    var texts = TextTable()
    for value in values { texts.add(utf8: value.utf8) }
    return .vocabulary(
      VocabularyDecoder(
        stream: stream, leaf: leaf, softmax: try quantizer.logits(decoder, input: input),
        values: texts,
        embedding: isFedBack ? quantizer.feedbackTable(embedding) : nil))
  }

  var decodesString: Bool { true }
  var feedbackTables: [ParameterSlot] { isFedBack ? [embedding] : [] }
}
