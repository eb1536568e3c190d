import FakeGen
import FloatModel
import Quantize
import Schema

/// A small model file with every option: the synthetic checkpoint in integers, with a filter.
package enum SyntheticModel {
  package static let values = ["", "dead cañe", "a-b"]
  package static let constant = "VT"
  package static let digits = -200...4000 as ClosedRange<Int64>
  package static let maximumLength = 9

  /// - Parameters:
  ///   - kind: what is fed back to the tuples.
  ///   - codeWidth: the width of the codes' embedding; nil for tables of sums, which is what
  ///     quantization takes for an alphabet as small as this.
  ///   - isFactored: whether the vocabulary is one of 40 values in clusters.
  package static func bytes(
    feedback kind: FeedbackFormat.Kind, codeWidth: Int? = nil, isFactored: Bool = false
  ) throws -> [UInt8] {
    try content(feedback: kind, codeWidth: codeWidth, isFactored: isFactored).encoded()
  }

  /// A model of a table whose vocabulary and numbers have factored softmaxes.
  package static func factoredTable() throws -> [UInt8] {
    try quantize(SyntheticCheckpoint.table(seed: 6).withFactoredClasses().checkpoint, metrics: "")
      .bytes
  }

  /// The same before it is encoded.
  package static func content(
    feedback kind: FeedbackFormat.Kind, codeWidth: Int? = nil, isFactored: Bool = false
  ) throws -> ModelContent {
    var synthetic = SyntheticCheckpoint(
      seed: 4, options: .every(kind == .state ? .state : .reencoded), widths: (12, 10, 14))
    synthetic.description.maximumStringLength = maximumLength
    synthetic.description.schema.leaves[1].typeRange = IntegerRange(
      minimum: digits.lowerBound, maximum: digits.upperBound)
    if isFactored { synthetic = synthetic.withFactoredClasses() }
    let bytes = try quantize(synthetic.checkpoint, metrics: "").bytes
    var content = try Model(bytes: bytes).content
    var draws = RandomStream(seed: 5, row: 0, stream: 99)
    // Fingerprints of nothing: one key in 256 is found.
    content.filters = [
      ExclusionFilter(
        columns: [3, 0, 6], entries: 20, seed: 2, segmentLength: 8,
        fingerprints: Numbers((0..<32).map { _ in UInt8(truncatingIfNeeded: draws.next()) }))
    ]
    if let codeWidth { content.network = content.network.embeddingCodes(codeWidth, &draws) }
    return content
  }
}

extension Network {
  /// This network with another decoder of strings.
  package func replacing(strings: StringDecoder) -> Network {
    Network(
      tables: tables, gaussian: gaussian, latent: latent, feedback: feedback, strings: strings,
      root: root)
  }

  /// This network with a drawn embedding of codes instead of tables of sums.
  fileprivate func embeddingCodes(_ width: Int, _ draws: inout RandomStream) -> Network {
    guard let strings else { return self }
    func weights(_ count: Int) -> Numbers<Int8> {
      Numbers((0..<count).map { _ in Int8(Int(draws.next() % 255) - 127) })
    }
    let codes = strings.alphabet.count + strings.pieces.count
    let embedding = CodeEmbedding(
      width: width, scales: Numbers((0..<codes).map { _ in Int16(42 + draws.next() % 217) }),
      vectors: weights(codes * width))
    func input(_ cell: RecurrentCell) -> CodeInput {
      let rows = 3 * cell.width
      return .embedding(
        embedding, weights: WeightMatrix(rows: rows, columns: width, weights: weights(rows * width))
      )
    }
    return replacing(
      strings: strings.replacing(
        codeInput: input(strings.cell),
        summary: strings.summary.map { summary in
          switch summary {
          case .dense: summary
          case .encoder(let encoder):
            .encoder(
              StringEncoder(
                codeInput: input(encoder.cell), cell: encoder.cell, output: encoder.output))
          }
        }))
  }
}

extension StringDecoder {
  /// This decoder with another input of its cell.
  package func replacing(codeInput: CodeInput, summary: Summary?) -> StringDecoder {
    StringDecoder(
      alphabet: alphabet, pieces: pieces, maximumLength: maximumLength, input: input,
      codeInput: codeInput, cell: cell, softmax: softmax, clusters: clusters, summary: summary)
  }
}
