import FakeGen
import FloatModel

extension StringLiteral: QuantizableModule {
  func quantized(
    by quantizer: inout NetworkQuantizer, input: Int
  ) throws(QuantizationError) -> FakeGen.Module {
    let digits = quantizer.description.schema.leaves[leaf].digitRange
    return .string(leaf: leaf, digits: digits, stream: stream)
  }

  var decodesString: Bool { true }
}
