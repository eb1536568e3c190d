import Autodiff
import FakeGen
import FloatModel
import Foundation

extension Tuple: QuantizableModule {
  func quantized(
    by quantizer: inout NetworkQuantizer, input: Int
  ) throws(QuantizationError) -> DecoderModule {
    .tuple(try decoder(by: &quantizer, input: input))
  }

  /// Brings the message's decoder into fixed point.
  func decoder(
    by quantizer: inout NetworkQuantizer, input: Int
  ) throws(QuantizationError) -> TupleDecoder {
    let stateFormat = quantizer.format(of: decoderInput)
    let dense = try quantizer.celuLayer(decoderInput, input: input, output: stateFormat)
    var decoded: [TupleDecoder.Element] = []
    for (index, element) in elements.enumerated() {
      let child = element.child.quantizable
      let vectorFormat =
        child.decodesString
        ? quantizer.commonStringFormat()
        : quantizer.format(of: [element.embedding.name] + child.inputs)
      let embedding = try quantizer.celuLayer(
        element.embedding, input: stateFormat, output: vectorFormat)
      let decoder = try child.quantized(by: &quantizer, input: vectorFormat)
      var gru: GRU?
      if let cell = element.decoder, takesStep(after: index) {
        gru = try quantizer.layers.gru(
          quantizer.weights(cell),
          inputFractionBits: quantizer.feedback?.fractionBits ?? vectorFormat,
          stateFractionBits: stateFormat)
      }
      decoded.append(.init(embedding: embedding, gru: gru, child: decoder))
    }
    return TupleDecoder(
      input: dense, elements: decoded,
      constants: constants.map { ConstantDecoder(leaf: $0.leaf, text: Array($0.value.utf8)) },
      feedbackWidth: quantizer.feedback?.width,
      summary: try fedBackSummary(by: &quantizer, stateFormat: stateFormat))
  }

  private func fedBackSummary(
    by quantizer: inout NetworkQuantizer, stateFormat: Int
  ) throws(QuantizationError) -> TupleDecoder.Summary? {
    guard isFedBack else { return nil }
    switch feedback {
    case .own: return nil
    case .reencoded:
      return try encoder.map { encoder throws(QuantizationError) in
        .encoder(try quantized(encoder, by: &quantizer))
      }
    case .state:
      return try summary.map { layer throws(QuantizationError) in
        .dense(try quantizer.feedbackLayer(layer, input: stateFormat))
      }
    }
  }

  private func quantized(
    _ encoder: Encoder, by quantizer: inout NetworkQuantizer
  ) throws(QuantizationError) -> TupleEncoder {
    let state = quantizer.values(encoder.initialState)
    // States lie between the initial state and the candidates, which every format holds.
    let greatest = state.reduce(0) { max($0, abs($1)) }
    let format = quantizer.format(holding: greatest)
    let layer = encoder.output.name.dropLast("/output".count)
    quantizer.layers.account(
      .init(
        layer: "\(layer)/initial_state", greatest: greatest, fractionBits: format,
        limit: exp2(Double(15 - format))))
    let input = quantizer.feedback?.fractionBits ?? Format.activation
    func cells(_ grus: [GRUSlots]) throws(QuantizationError) -> [GRU] {
      var cells: [GRU] = []
      for gru in grus {
        cells.append(
          try quantizer.layers.gru(
            quantizer.weights(gru), inputFractionBits: input, stateFractionBits: format))
      }
      return cells
    }
    return TupleEncoder(
      initialState: quantizer.rounded(state, fractionBits: format),
      forward: try cells(encoder.forward), backward: try cells(encoder.backward),
      output: try quantizer.feedbackLayer(encoder.output, input: format))
  }

  var feedbackTables: [ParameterSlot] {
    elements.flatMap { $0.child.quantizable.feedbackTables }
  }

  var stringLayers: [DenseSlots] {
    elements.flatMap { element in
      let child = element.child.quantizable
      return (child.decodesString ? [element.embedding] : []) + child.stringLayers
    }
  }
}
