import Autodiff
import FakeGen
import FloatModel

extension StringModel {
  /// Brings the StringLiteral's decoder into fixed point, and what it feeds back.
  ///
  /// - Parameter input: fraction bits of the vectors that strings are decoded from.
  func quantized(
    by quantizer: inout NetworkQuantizer, input: Int
  ) throws(QuantizationError) -> StringDecoder {
    let stateFormat = quantizer.format(of: decoderInput)
    let dense = try quantizer.celuLayer(decoderInput, input: input, output: stateFormat)
    let vectors = StringVectors(quantizer.values(embedding), width: embedding.columns)
    let cells = feedback == .reencoded ? [decoder, encoder] : [decoder]
    let codes = try quantizer.layers.codes(
      vectors, name: "string/embedding", grus: cells.map { quantizer.weights($0) })
    let (codeInput, cell) = try quantizer.layers.codeCell(
      quantizer.weights(decoder), vectors, codes: codes, stateFractionBits: stateFormat)
    var pieces = TextTable()
    for piece in self.codes.pieces { pieces.add(utf8: piece.utf8) }
    let logits = try quantizer.logits(softmax, input: stateFormat)
    var clusters: SoftmaxClusters?
    if let cluster {
      clusters = SoftmaxClusters(
        order: Numbers(codesOfColumns.map { UInt32($0) }),
        dense: try quantizer.logits(cluster, input: stateFormat))
    }
    return StringDecoder(
      alphabet: Numbers(self.codes.alphabet.values), pieces: pieces,
      maximumLength: maximumLength, input: dense, codeInput: codeInput, cell: cell,
      softmax: logits, clusters: clusters,
      summary: try summary(vectors, codes, by: &quantizer, stateFormat: stateFormat))
  }

  private func summary(
    _ vectors: StringVectors, _ codes: LayerQuantizer.Codes?,
    by quantizer: inout NetworkQuantizer, stateFormat: Int
  ) throws(QuantizationError) -> StringDecoder.Summary? {
    switch feedback {
    case .own: return nil
    case .state:
      return try summary.map { layer throws(QuantizationError) in
        .dense(try quantizer.feedbackLayer(layer, input: stateFormat))
      }
    case .reencoded:
      // The state starts at 0, and candidates lie between -3 and 6.
      let format = Format.activation
      let (codeInput, cell) = try quantizer.layers.codeCell(
        quantizer.weights(encoder), vectors, codes: codes, stateFractionBits: format)
      return .encoder(
        StringEncoder(
          codeInput: codeInput, cell: cell,
          output: try quantizer.feedbackLayer(encoderOutput, input: format)))
    }
  }
}

/// The embedding vectors of the codes that can be sampled, those from `Alphabet.firstCode` on.
struct StringVectors {
  /// Numbers of a vector.
  let width: Int
  /// `[codes, width]`
  let values: ArraySlice<Double>

  /// Takes the spelled codes' vectors.
  ///
  /// - Parameter all: `[codes, width]` of all codes.
  init(_ all: [Double], width: Int) {
    self.width = width
    values = all[(Int(Alphabet.firstCode) * width)...]
  }

  /// Number of vectors.
  var count: Int { values.count / width }

  /// The vector of a code that can be sampled, counted from 0.
  subscript(code: Int) -> ArraySlice<Double> {
    let start = values.startIndex + code * width
    return values[start..<start + width]
  }
}
