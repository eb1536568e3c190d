import FakeGen
import Schema

/// The StringLiteral's decoder, and what it feeds back.
struct FloatStringDecoder {
  enum Summary {
    /// celu(dense(h)) of a GRU over the sampled codes.
    case encoder(FloatGRU, output: FloatDense)
    /// celu(dense(h)) of the decoder's last state.
    case dense(FloatDense)
  }

  /// The first half of a factored softmax.
  struct Clusters {
    /// `[state, clusters]`
    let dense: FloatDense
    /// Codes by place.
    let order: [Int]

    /// The places of a cluster.
    func places(_ cluster: Int) -> Range<Int> {
      let size = (order.count + dense.outputs - 1) / dense.outputs
      return cluster * size..<min((cluster + 1) * size, order.count)
    }
  }

  /// `[codes, characters]`
  let embedding: [Double]
  let embeddingWidth: Int
  let input: FloatDense
  let gru: FloatGRU
  /// `[state, codes]`, the outputs in the order of `clusters` if there are any.
  let softmax: FloatDense
  let clusters: Clusters?
  let summary: Summary?

  init(
    _ description: ModelDescription, _ reader: inout TensorReader
  ) throws(QuantizationError) {
    let widths = description.widths
    embeddingWidth = widths.character
    embedding = try reader.read(
      "string/embedding", shape: [description.codeCount, widths.character])
    input = try reader.readDense(
      "string/decoder/input", inputs: widths.embedding, outputs: widths.stringState)
    gru = try reader.readGRU(
      "string/decoder", inputs: widths.character, width: widths.stringState)
    softmax = try reader.readDense(
      "string/decoder/softmax", inputs: widths.stringState, outputs: description.codeCount)
    let clusterCount = description.options.softmaxClusters
    clusters =
      clusterCount == 0
      ? nil
      : Clusters(
        dense: try reader.readDense(
          "string/decoder/cluster", inputs: widths.stringState, outputs: clusterCount),
        order: description.softmaxOrder)
    switch description.options.feedback {
    case .own: summary = nil
    case .reencoded:
      summary = .encoder(
        try reader.readGRU(
          "string/encoder", inputs: widths.character, width: widths.stringState),
        output: try reader.readDense(
          "string/encoder/output", inputs: widths.stringState, outputs: widths.embedding))
    case .state:
      summary = .dense(
        try reader.readDense(
          "string/summary", inputs: widths.stringState, outputs: widths.embedding))
    }
  }

  /// The embedding (characters) of a code.
  func embedding(of code: Int) -> [Double] {
    Array(embedding[code * embeddingWidth..<(code + 1) * embeddingWidth])
  }

  /// The feedback vector (embedding) of a string, given its codes and the decoder's last state; nil
  /// for feedback `own`.
  func feedback(codes: [Int], lastState: [Double]) -> [Double]? {
    switch summary {
    case nil: return nil
    case .dense(let dense): return dense(lastState).map(RealFunction.celu)
    case .encoder(let gru, let output):
      var h = [Double](repeating: 0, count: gru.width)
      for code in codes { h = gru(embedding(of: code), state: h) }
      return output(h).map(RealFunction.celu)
    }
  }
}

/// A string field with few distinct values.
struct FloatVocabulary {
  let leaf: Int
  let stream: UInt32
  /// `[embedding, 1 + values]`
  let softmax: FloatDense
  let values: [String]
  /// `[values, embedding]`; nil if nothing asks for the field's feedback.
  let embedding: FloatEmbedding?
}

/// A table of feedback vectors.
struct FloatEmbedding {
  /// Name of its tensor.
  let name: String
  let width: Int
  /// `[rows, width]`
  let vectors: [Double]

  subscript(row: Int) -> [Double] { Array(vectors[row * width..<(row + 1) * width]) }
}
