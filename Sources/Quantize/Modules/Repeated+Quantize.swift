import Autodiff
import FakeGen
import FloatModel
import Schema

extension Repeated: QuantizableModule {
  func quantized(
    by quantizer: inout NetworkQuantizer, input: Int
  ) throws(QuantizationError) -> DecoderModule {
    let stateFormat = quantizer.format(of: decoderInput)
    let dense = try quantizer.celuLayer(decoderInput, input: input, output: stateFormat)
    let continuation = try continuation.map { continuation throws(QuantizationError) in
      RepeatedDecoder.Continuation(
        head: try quantizer.presence(continuation.head, input: stateFormat),
        bias: quantizer.rounded(
          quantizer.values(continuation.length), fractionBits: Format.preactivation))
    }
    let element = child.quantizable
    let vectorFormat =
      element.decodesString
      ? quantizer.commonStringFormat()
      : quantizer.format(of: [embedding.name] + element.inputs)
    let vectors = try quantizer.celuLayer(embedding, input: stateFormat, output: vectorFormat)
    let decoded = try quantizer.withElements(of: type) { quantizer throws(QuantizationError) in
      try element.quantized(by: &quantizer, input: vectorFormat)
    }
    let gru = try quantizer.layers.gru(
      quantizer.weights(decoder),
      inputFractionBits: quantizer.feedback?.fractionBits ?? vectorFormat,
      stateFractionBits: stateFormat)
    let summary = try summary.map { layer throws(QuantizationError) in
      try quantizer.feedbackLayer(layer, input: stateFormat)
    }
    guard
      let decoder = RepeatedDecoder(
        stream: stream, leaf: leaf, schema: quantizer.description.schema.rowSchema,
        rules: type.elements.rowRules(ofElementsOf: type.elements.messageName), input: dense,
        continuation: continuation,
        embedding: vectors, child: decoded, gru: gru, summary: summary)
    else { preconditionFailure("a checked description has lists where Repeated is") }
    return .repeated(decoder)
  }

  var feedbackTables: [ParameterSlot] { child.quantizable.feedbackTables }

  var stringLayers: [DenseSlots] {
    let element = child.quantizable
    return (element.decodesString ? [embedding] : []) + element.stringLayers
  }
}
