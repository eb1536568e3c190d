import FakeGen
import FloatModel

extension ModelDescription {
  /// The codes that a leaf's texts are spelled with; nil for all.
  func codeSet(_ leaf: Int) -> CodeSet? {
    guard let isAllowed = allowedCodes(leaf) else { return nil }
    var words = [UInt32](repeating: 0, count: (isAllowed.count + 31) / 32)
    for code in isAllowed.indices where isAllowed[code] || code == Alphabet.endCode {
      words[code / 32] |= 1 << UInt32(code % 32)
    }
    return CodeSet(
      words: Numbers(words), mayBeEmpty: isAllowed[Int(Alphabet.endCode)], clusters: nil)
  }
}

extension StringLiteral: QuantizableModule {
  func quantized(
    by quantizer: inout NetworkQuantizer, input: Int
  ) throws(QuantizationError) -> DecoderModule {
    let digits = quantizer.description.digitRange(leaf)
    return .string(
      StringField(
        stream: stream, leaf: leaf, digits: digits,
        codes: digits == nil ? quantizer.description.codeSet(leaf) : nil))
  }

  var decodesString: Bool { true }
}
