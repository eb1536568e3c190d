import Autodiff
import FakeGen
import FloatModel

extension Vocabulary: QuantizableModule {
  func quantized(
    by quantizer: inout NetworkQuantizer, input: Int
  ) throws(QuantizationError) -> DecoderModule {
    var texts = TextTable()
    for value in values { texts.add(utf8: value.utf8) }
    var layer = quantizer.weights(decoder)
    if isClosed { layer = layer.selecting(1..<layer.outputs, name: layer.name) }
    return .vocabulary(
      VocabularyDecoder(
        stream: stream, leaf: leaf, softmax: try quantizer.logits(layer, input: input),
        factored: try quantizer.classes(factored, input: input),
        values: texts, codes: isClosed ? nil : quantizer.description.codeSet(leaf),
        embedding: isFedBack ? quantizer.feedbackTable(embedding) : nil))
  }

  var decodesString: Bool { !isClosed }
  var feedbackTables: [ParameterSlot] { isFedBack ? [embedding] : [] }
}
