import FakeGen

extension SyntheticModel {
  /// What the number of each leaf in bins may be, in bins and cells.
  static let numbers: [[[ClosedRange<Int64>]]] = [
    [[-50...(-50)], [-49...(-40), -30...(-29), 0...999], [1_000...999_999]],
    [[.min ... .min, -5...5_000], [1 << 40...(.max)]],
    [[3...3], [5...50], [80...12_000]],
  ]

  /// A tiny model of numbers in bins: a real, an integer of every size that may be null, a flag,
  /// another integer.
  static func numberBytes(feedback kind: FeedbackFormat.Kind? = .state) -> [UInt8] {
    var model = SyntheticModel()
    return model.numberContent(feedback: kind).encoded()
  }

  mutating func number(
    _ bins: [[ClosedRange<Int64>]], leaf: Int, isOptional: Bool, isFedBack: Bool,
    softmax: Dense? = nil
  ) -> NumberDecoder {
    let size = bins.map(\.count).max() ?? 0
    let classes = bins.count + (isOptional ? 1 : 0)
    var starts: [UInt32] = [0]
    for bin in bins { starts.append(starts[starts.count - 1] + UInt32(bin.count)) }
    func table(_ rows: Int) -> EmbeddingTable {
      EmbeddingTable(
        width: Self.embedding,
        // Sums of two saturate now and then.
        vectors: Numbers((0..<rows * Self.embedding).map { _ in Int16(integer(25_000)) }))
    }
    return NumberDecoder(
      stream: UInt32(20 + leaf), leaf: leaf,
      softmax: softmax ?? dense(Self.embedding, classes, Format.logit),
      cells: dense(Self.embedding, bins.count * size, Format.logit), starts: Numbers(starts),
      bounds: Numbers(bins.joined().flatMap { [$0.lowerBound, $0.upperBound] }),
      embedding: isFedBack ? table(classes) : nil, cellEmbedding: isFedBack ? table(size) : nil)
  }

  mutating func numberContent(
    feedback kind: FeedbackFormat.Kind?, replacing first: NumberDecoder? = nil
  ) -> ModelContent {
    let flag = CategoricalDecoder(
      stream: 10, leaf: 3, softmax: dense(Self.embedding, 2, Format.logit),
      embedding: kind == nil
        ? nil
        : EmbeddingTable(
          width: Self.embedding,
          vectors: Numbers((0..<2 * Self.embedding).map { _ in Int16(integer(8000)) })))
    let children: [DecoderModule] = [
      .number(
        first
          ?? number(Self.numbers[0], leaf: 0, isOptional: false, isFedBack: kind != nil)),
      .number(number(Self.numbers[1], leaf: 1, isOptional: true, isFedBack: kind != nil)),
      .categorical(flag),
      .number(number(Self.numbers[2], leaf: 2, isOptional: false, isFedBack: false)),
    ]
    var content = self.content()
    content.schema = RowSchema(
      messageName: "test.Numbers",
      leaves: [
        Column(name: "PRICE", kind: .real(decimals: 2), path: "price", isOptional: false),
        Column(name: "WIDE", kind: .integer, path: "wide", isOptional: true),
        Column(name: "COUNT", kind: .integer, path: "count", isOptional: false),
        Column(name: "FLAG", kind: .boolean, path: "flag", isOptional: false),
      ], columns: [0, 1, 2, 3])
    let network = content.network
    content.network = Network(
      tables: network.tables, gaussian: network.gaussian, latent: network.latent,
      feedback: kind.map { FeedbackFormat(kind: $0, width: Self.embedding, fractionBits: 12) },
      strings: nil,
      root: TupleDecoder(
        input: dense(Self.embedding, Self.state, 11),
        elements: children.enumerated().map { index, child in
          TupleDecoder.Element(
            embedding: dense(Self.state, Self.embedding, 11),
            gru: index < children.count - 1 ? gru() : nil, child: child)
        }, feedbackWidth: kind == nil ? nil : Self.embedding))
    return content
  }
}
