import FakeGen

extension SyntheticModel {
  static let pieces = ["ab", "é-漢", "012"]
  static let values = ["", "STOWE", "WEST HAVEN", "Küste"]
  static let constant = "VT"

  /// A tiny model with every option: feedback of the given kind, pieces, a factored softmax, a
  /// vocabulary, a constant, a mixture, a filter.
  ///
  /// - Parameter codeWidth: the width of the codes' embedding; nil for tables of sums.
  static func bytes(feedback kind: FeedbackFormat.Kind, codeWidth: Int? = nil) -> [UInt8] {
    var model = SyntheticModel()
    return model.content(feedback: kind, codeWidth: codeWidth).encoded()
  }

  private mutating func table(_ rows: Int) -> EmbeddingTable {
    EmbeddingTable(
      width: Self.embedding,
      vectors: Numbers((0..<rows * Self.embedding).map { _ in Int16(integer(8000)) }))
  }

  private static func texts(_ texts: [String]) -> TextTable {
    var table = TextTable()
    for text in texts { table.add(utf8: text.utf8) }
    return table
  }

  private mutating func codeEmbedding(_ codes: Int, _ width: Int) -> CodeEmbedding {
    CodeEmbedding(
      width: width, scales: Numbers((0..<codes).map { _ in Int16(150 + integer(108)) }),
      vectors: Numbers(weights(codes * width)))
  }

  /// Of the order of the state's sums, as the synthetic cells' multipliers want it.
  private mutating func codeInput(
    _ codes: Int, _ width: Int, _ embedding: CodeEmbedding?
  ) -> CodeInput {
    guard let embedding else {
      return .sums(Numbers((0..<codes * 3 * width).map { _ in Int16(integer(30_000)) }))
    }
    return .embedding(
      embedding,
      weights: WeightMatrix(
        rows: 3 * width, columns: embedding.width,
        weights: Numbers(weights(3 * width * embedding.width))))
  }

  private mutating func strings(_ kind: FeedbackFormat.Kind, codeWidth: Int?) -> StringDecoder {
    let known = Self.alphabet.count + Self.pieces.count
    let codes = StringCode.first + known
    // Any permutation will do; 7 has no divisor in common with the number of codes.
    precondition(codes % 7 != 0)
    let clusters = SoftmaxClusters(
      order: Numbers((0..<codes).map { UInt32($0 * 7 % codes) }),
      dense: dense(Self.stringState, 5, Format.logit))
    let embedding = codeWidth.map { codeEmbedding(known, $0) }
    let summary: StringDecoder.Summary =
      switch kind {
      case .reencoded:
        .encoder(
          StringEncoder(
            codeInput: codeInput(known, 6, embedding), cell: cell(6),
            output: dense(6, Self.embedding, 11)))
      case .state: .dense(dense(Self.stringState, Self.embedding, 11))
      }
    return StringDecoder(
      alphabet: Numbers(Self.alphabet), pieces: Self.texts(Self.pieces),
      maximumLength: Self.maximumLength, input: dense(Self.embedding, Self.stringState, 11),
      codeInput: codeInput(known, Self.stringState, embedding), cell: cell(Self.stringState),
      softmax: dense(Self.stringState, codes, Format.logit), clusters: clusters,
      summary: summary)
  }

  /// - Parameter optional: per leaf, whether it is.
  private mutating func mixture(
    _ leaves: [(leaf: Int, isOptional: Bool)], stream: UInt32, hasEncoder: Bool
  ) -> DecoderModule {
    let count = leaves.count
    let optional = leaves.count { $0.isOptional }
    let encoder = ScalarEncoder(
      distances: optional == 0
        ? nil
        : WideDense(
          inputs: count, outputs: optional,
          weights: Numbers((0..<count * optional).map { _ in Int16(integer(32767)) }),
          bias: Numbers([Int64](repeating: 0, count: optional)),
          multiplier: Numbers([Int32](repeating: 1 << 29, count: optional)), shift: 44,
          inputFractionBits: 10, outputFractionBits: 10),
      dense: dense(count + 2 * optional, Self.embedding, 11, inputBits: 10), fractionBits: 12)
    return .scalars(
      ScalarDecoder(
        stream: stream,
        head: .mixture(
          MixtureDecoder(
            count: count, logits: dense(Self.embedding, 3, Format.logit),
            components: wide(
              Self.embedding, 3 * MixtureDecoder.parameterCount(count), Format.whitened))),
        presence: optional == 0 ? nil : dense(Self.embedding, optional, 11),
        outputs: leaves.map { leaf, isOptional in
          ScalarDecoder.Output(
            leaf: leaf, offset: Int64(integer(1_000_000_000)) << 16,
            factors: Numbers(leaves.map { _ in Int64(integer(2_000_000_000)) }), shift: 32,
            minimum: -50_000, maximum: 60_000, isOptional: isOptional)
        }, encoder: hasEncoder ? encoder : nil))
  }

  private mutating func tuple(
    _ children: [DecoderModule], feedback kind: FeedbackFormat.Kind?,
    constants: [ConstantDecoder] = []
  ) -> TupleDecoder {
    let summary: TupleDecoder.Summary? =
      switch kind {
      case nil: nil
      case .state: .dense(dense(Self.state, Self.embedding, 11))
      case .reencoded:
        .encoder(
          TupleEncoder(
            initialState: Numbers((0..<Self.state).map { _ in Int16(integer(4000)) }),
            forward: children.map { _ in gru() }, backward: children.map { _ in gru() },
            output: dense(2 * Self.state, Self.embedding, 11)))
      }
    return TupleDecoder(
      input: dense(Self.embedding, Self.state, 11),
      elements: children.enumerated().map { index, child in
        TupleDecoder.Element(
          embedding: dense(Self.state, Self.embedding, 11),
          gru: index < children.count - 1 || kind == .state ? gru() : nil, child: child)
      }, constants: constants, feedbackWidth: Self.embedding, summary: summary)
  }

  mutating func content(feedback kind: FeedbackFormat.Kind, codeWidth: Int?) -> ModelContent {
    var content = self.content()
    content.schema.leaves += [
      Column(name: "CITY", kind: .text, path: "city", isOptional: false),
      Column(name: "STATE", kind: .text, path: "state", isOptional: false),
      Column(name: "TOWN", kind: .text, path: "owner.town", isOptional: false),
    ]
    content.schema.columns += [9, 10, 11]
    // Fingerprints of nothing: one key in 256 is found.
    content.filter = ExclusionFilter(
      columns: [3, 0, 6], entries: 20, seed: 2, segmentLength: 8,
      fingerprints: Numbers((0..<32).map { _ in UInt8(truncatingIfNeeded: draws.next()) }))
    let inner = tuple(
      [
        .string(StringField(stream: 4, leaf: 4)),
        mixture([(5, false)], stream: 5, hasEncoder: true),
      ], feedback: kind, constants: [ConstantDecoder(leaf: 11, text: Array("".utf8))])
    let root = tuple(
      [
        .vocabulary(
          VocabularyDecoder(
            stream: 20, leaf: 9,
            softmax: dense(Self.embedding, 1 + Self.values.count, Format.logit),
            values: Self.texts(Self.values), embedding: table(Self.values.count))),
        mixture([(7, false), (8, true)], stream: 17, hasEncoder: true),
        .string(StringField(stream: 11, leaf: 1, digits: -200...4000)),
        .optional(
          OptionalDecoder(
            stream: 12, presence: dense(Self.embedding, 1, 11),
            child: .string(StringField(stream: 13, leaf: 2)), absent: table(1))),
        .categorical(
          CategoricalDecoder(
            stream: 14, leaf: 3, softmax: dense(Self.embedding, 3, Format.logit),
            embedding: table(3))),
        .optional(
          OptionalDecoder(
            stream: 15, presence: dense(Self.embedding, 1, 11), child: .tuple(inner),
            absent: table(1))),
        .categorical(
          CategoricalDecoder(
            stream: 16, leaf: 6, softmax: dense(Self.embedding, 2, Format.logit),
            embedding: table(2))),
        .string(StringField(stream: 10, leaf: 0)),
      ], feedback: nil, constants: [ConstantDecoder(leaf: 10, text: Array(Self.constant.utf8))])
    content.network = Network(
      tables: content.network.tables, gaussian: content.network.gaussian,
      latent: content.network.latent,
      feedback: FeedbackFormat(kind: kind, width: Self.embedding, fractionBits: 12),
      strings: strings(kind, codeWidth: codeWidth), root: root)
    return content
  }
}
