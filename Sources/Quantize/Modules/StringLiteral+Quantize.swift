import FakeGen
import FloatModel

extension StringLiteral: QuantizableModule {
  func quantized(
    by quantizer: inout NetworkQuantizer, input: Int
  ) throws(QuantizationError) -> DecoderModule {
    let digits = quantizer.description.digitRange(leaf)
    return .string(StringField(stream: stream, leaf: leaf, digits: digits))
  }

  var decodesString: Bool { true }
}
