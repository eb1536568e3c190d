import FakeGen

/// A tiny model of numbers in bins, its weights drawn from integers alone: a real, an integer of
/// every size that may be null, another integer, a flag.
package struct NumberModel {
  /// What the number of each leaf may be, in bins and cells.
  package static let numbers: [[[ClosedRange<Int64>]]] = [
    [[-50...(-50)], [-49...(-40), -30...(-29), 0...999], [1_000...999_999]],
    [[.min ... .min, -5...5_000], [1 << 40...(.max)]],
    [[3...3], [5...50], [80...12_000]],
  ]
  package static let embedding = 12

  private let feedback: FeedbackFormat.Kind?
  private var layers = HandMadeLayers(
    embedding: embedding, state: 10, draws: RandomStream(seed: 6, row: 0, stream: 99))

  /// - Parameter feedback: what is fed back to the tuple.
  package init(feedback: FeedbackFormat.Kind?) { self.feedback = feedback }

  package static func bytes(feedback: FeedbackFormat.Kind? = .state) -> [UInt8] {
    var model = NumberModel(feedback: feedback)
    return model.content().encoded()
  }

  /// The model with numbers that are spelled in ways of their own.
  package static var spelledBytes: [UInt8] {
    var model = NumberModel(feedback: .state)
    var content = model.content()
    content.schema.leaves[0].spelling = NumberSpelling(
      prefix: Array("$".utf8), group: Array(",".utf8))
    content.schema.leaves[2].spelling = NumberSpelling(
      suffix: Array(" %".utf8), sign: .inner, scientific: .init(decimals: 2))
    return content.encoded()
  }

  /// - Parameter bound: so great that sums of two saturate now and then.
  private mutating func table(_ rows: Int, bound: Int = 25_000) -> EmbeddingTable {
    EmbeddingTable(
      width: Self.embedding,
      vectors: Numbers((0..<rows * Self.embedding).map { _ in Int16(layers.integer(bound)) }))
  }

  /// - Parameter softmax: the layer of the bins; nil for a drawn one.
  package mutating func number(
    _ leaf: Int, isOptional: Bool = false, isFedBack: Bool, softmax: Dense? = nil
  ) -> NumberDecoder {
    let bins = Self.numbers[leaf]
    let size = bins.map(\.count).max() ?? 0
    let classes = bins.count + (isOptional ? 1 : 0)
    var starts: [UInt32] = [0]
    for bin in bins { starts.append(starts[starts.count - 1] + UInt32(bin.count)) }
    return NumberDecoder(
      stream: UInt32(20 + leaf), leaf: leaf,
      softmax: softmax ?? layers.dense(Self.embedding, classes, Format.logit),
      cells: cells(bins: bins.count, size: size, isFedBack: isFedBack),
      starts: Numbers(starts),
      bounds: Numbers(bins.joined().flatMap { [$0.lowerBound, $0.upperBound] }),
      embedding: isFedBack ? table(classes) : nil)
  }

  /// What chooses the cell; nil for bins of one.
  package mutating func cells(bins: Int, size: Int, isFedBack: Bool) -> NumberDecoder.Cells? {
    guard size > 1 else { return nil }
    return NumberDecoder.Cells(
      bin: table(bins, bound: 4_000), hidden: layers.dense(Self.embedding, 9, 11),
      softmax: layers.dense(9, size, Format.logit), embedding: isFedBack ? table(size) : nil)
  }

  /// - Parameter first: in place of the first number.
  package mutating func content(replacing first: NumberDecoder? = nil) -> ModelContent {
    let isFedBack = feedback != nil
    let flag = CategoricalDecoder(
      stream: 10, leaf: 3, softmax: layers.dense(Self.embedding, 2, Format.logit),
      embedding: isFedBack ? table(2) : nil)
    let root = layers.tuple(
      [
        .number(first ?? number(0, isFedBack: isFedBack)),
        .number(number(1, isOptional: true, isFedBack: isFedBack)),
        .categorical(flag),
        // Nothing follows the last one.
        .number(number(2, isFedBack: false)),
      ], feedbackWidth: isFedBack ? Self.embedding : nil)
    var provenance = ModelProvenance()
    provenance.attribution = "Nobody"
    return ModelContent(
      provenance: provenance,
      schema: RowSchema(
        messageName: "test.Numbers",
        leaves: [
          Column(name: "PRICE", kind: .real(decimals: 2), path: "price", isOptional: false),
          Column(name: "WIDE", kind: .integer, path: "wide", isOptional: true),
          Column(name: "COUNT", kind: .integer, path: "count", isOptional: false),
          Column(name: "FLAG", kind: .boolean, path: "flag", isOptional: false),
        ], columns: [0, 1, 2, 3]),
      network: layers.network(
        strings: nil, root: root,
        feedback: feedback.map {
          FeedbackFormat(kind: $0, width: Self.embedding, fractionBits: 12)
        }))
  }
}
