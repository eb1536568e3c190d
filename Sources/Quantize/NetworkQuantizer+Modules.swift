import FakeGen
import Foundation
import Schema

extension NetworkQuantizer {
  mutating func quantizeStrings(
    _ strings: FloatStringDecoder, _ elementFormat: Int
  ) throws(QuantizationError) -> StringDecoder {
    let description = float.description
    let stateFormat = format(of: strings.input.name)
    let input = try celuLayer(strings.input, input: elementFormat, output: stateFormat)
    var grus = [strings.gru]
    if case .encoder(let gru, _) = strings.summary { grus.append(gru) }
    let codes = try layers.codes(strings, count: description.codeCount, grus: grus)
    let (codeInput, cell) = try layers.codeCell(
      strings.gru, strings, count: description.codeCount, codes: codes,
      stateFractionBits: stateFormat)
    var pieces = TextTable()
    for piece in description.pieces { pieces.add(utf8: piece.utf8) }
    let softmax = try logits(strings.softmax, input: stateFormat)
    var clusters: SoftmaxClusters?
    if let real = strings.clusters {
      clusters = SoftmaxClusters(
        order: Numbers(real.order.map { UInt32($0) }),
        dense: try logits(real.dense, input: stateFormat))
    }
    return StringDecoder(
      alphabet: Numbers(description.alphabet), pieces: pieces,
      maximumLength: description.maximumStringLength, input: input, codeInput: codeInput,
      cell: cell, softmax: softmax, clusters: clusters,
      summary: try quantizeSummary(strings, codes, stateFormat: stateFormat))
  }

  private mutating func quantizeSummary(
    _ strings: FloatStringDecoder, _ codes: LayerQuantizer.Codes?, stateFormat: Int
  ) throws(QuantizationError) -> StringDecoder.Summary? {
    switch strings.summary {
    case nil: return nil
    case .dense(let dense): return .dense(try feedbackLayer(dense, input: stateFormat))
    case .encoder(let gru, let output):
      // The state starts at 0, and candidates lie between -3 and 6.
      let format = Format.activation
      let (codeInput, cell) = try layers.codeCell(
        gru, strings, count: float.description.codeCount, codes: codes,
        stateFractionBits: format)
      return .encoder(
        StringEncoder(
          codeInput: codeInput, cell: cell, output: try feedbackLayer(output, input: format)))
    }
  }

  /// A layer with CELU that gives feedback vectors.
  private mutating func feedbackLayer(
    _ layer: FloatDense, input: Int
  ) throws(QuantizationError) -> Dense {
    try layers.dense(
      layer, inputFractionBits: input,
      outputFractionBits: (feedback?.fractionBits ?? Format.activation) - 1)
  }

  /// A table of feedback vectors, rounded to their format.
  private mutating func quantize(
    _ table: FloatEmbedding?
  ) throws(QuantizationError) -> EmbeddingTable? {
    guard let table, let feedback else { return nil }
    let one = exp2(Double(feedback.fractionBits))
    return EmbeddingTable(
      width: table.width,
      vectors: Numbers(table.vectors.map { Int16(min(max(($0 * one).rounded(), -32768), 32767)) }))
  }

  mutating func quantize(
    _ tuple: FloatTuple, input: Int
  ) throws(QuantizationError) -> TupleDecoder {
    let stateFormat = format(of: tuple.input.name)
    let dense = try celuLayer(tuple.input, input: input, output: stateFormat)
    var elements: [TupleDecoder.Element] = []
    for element in tuple.elements {
      let name = element.embedding.name
      let isString = element.child.isString
      let vectorFormat = isString ? commonStringFormat() : format(of: name)
      let embedding = try celuLayer(
        element.embedding, input: stateFormat, output: vectorFormat)
      let child = try quantize(element.child, input: vectorFormat)
      var gru: GRU?
      if let cell = element.gru {
        gru = try layers.gru(
          cell, inputFractionBits: feedback?.fractionBits ?? vectorFormat,
          stateFractionBits: stateFormat)
      }
      elements.append(.init(embedding: embedding, gru: gru, child: child))
    }
    var summary: TupleDecoder.Summary?
    switch tuple.summary {
    case nil: break
    case .dense(let layer): summary = .dense(try feedbackLayer(layer, input: stateFormat))
    case .encoder(let encoder): summary = .encoder(try quantize(encoder))
    }
    return TupleDecoder(
      input: dense, elements: elements,
      constants: tuple.constants.map {
        ConstantDecoder(leaf: $0.leaf, text: Array($0.value.utf8))
      }, feedbackWidth: feedback?.width, summary: summary)
  }

  private mutating func quantize(
    _ encoder: FloatTupleEncoder
  ) throws(QuantizationError) -> TupleEncoder {
    // States lie between the initial state and the candidates, which every format holds.
    let greatest = encoder.initialState.reduce(0) { max($0, abs($1)) }
    let format = format(holding: greatest)
    layers.account(
      .init(
        layer: "\(encoder.name)/initial_state", greatest: greatest, fractionBits: format,
        limit: exp2(Double(15 - format))))
    let input = feedback?.fractionBits ?? Format.activation
    func cells(_ grus: [FloatGRU]) throws(QuantizationError) -> [GRU] {
      var cells: [GRU] = []
      for gru in grus {
        cells.append(
          try layers.gru(gru, inputFractionBits: input, stateFractionBits: format))
      }
      return cells
    }
    return TupleEncoder(
      initialState: Numbers(
        encoder.initialState.map {
          Int16(min(max(($0 * exp2(Double(format))).rounded(), -32768), 32767))
        }),
      forward: try cells(encoder.forward), backward: try cells(encoder.backward),
      output: try feedbackLayer(encoder.output, input: format))
  }

  private mutating func quantize(
    _ module: FloatModule, input: Int
  ) throws(QuantizationError) -> DecoderModule {
    switch module {
    case .string(let leaf, let stream):
      let digits = float.description.schema.leaves[leaf].digitRange
      return .string(StringField(stream: stream, leaf: leaf, digits: digits))
    case .vocabulary(let vocabulary):
      var values = TextTable()
      for value in vocabulary.values { values.add(utf8: value.utf8) }
      return .vocabulary(
        VocabularyDecoder(
          stream: vocabulary.stream, leaf: vocabulary.leaf,
          softmax: try logits(vocabulary.softmax, input: input), values: values,
          embedding: try quantize(vocabulary.embedding)))
    case .scalars(let scalars):
      return .scalars(try quantize(scalars, input: input))
    case .categorical(let leaf, let stream, let softmax, let embedding):
      return .categorical(
        CategoricalDecoder(
          stream: stream, leaf: leaf, softmax: try logits(softmax, input: input),
          embedding: try quantize(embedding)))
    case .optional(let head, let stream, let child, let absent):
      return .optional(
        OptionalDecoder(
          stream: stream, presence: try presence(head, input: input),
          child: try quantize(child, input: input), absent: try quantize(absent)))
    case .tuple(let tuple):
      return .tuple(try quantize(tuple, input: input))
    }
  }
}
