import FakeGen

/// A tiny model of lists in lists, each of two elements whose numbers may not be alike though there is
/// one number alone: the second one is drawn anew until the list ends.
package enum NestedSetModel {
  private static let depth = 5
  private static let embedding = ListModel.embedding

  private static func schema(_ depth: Int) -> RowSchema {
    let number = Column(name: "number", kind: .integer, path: "number", isOptional: false)
    guard depth > 0 else {
      return RowSchema(messageName: "", leaves: [number], columns: [0])
    }
    let list = ListKind(
      schema: schema(depth - 1), minimumCount: 2, maximumCount: 2, isMessage: true,
      rules: ListRules(distinct: [0]))
    let lists = Column(name: "lists", kind: .list(list), path: "lists", isOptional: false)
    return RowSchema(messageName: "test.Nested", leaves: [number, lists], columns: [0, 1])
  }

  private static func modules(_ depth: Int, _ maker: inout ListModel) -> [DecoderModule] {
    let stream = UInt32(20 + 2 * depth)
    let number = maker.number(0, stream: stream, [1...1])
    guard depth > 0 else { return [number] }
    let inner = modules(depth - 1, &maker)
    let summary = TupleDecoder.Summary.dense(maker.layers.dense(ListModel.width, embedding, 11))
    let tuple = maker.layers.tuple(inner, feedbackWidth: embedding, summary: summary)
    return [maker.list(1, of: schema(depth), stream: stream + 1, .tuple(tuple)), number]
  }

  /// The model as it is in a file.
  package static var bytes: [UInt8] {
    var maker = ListModel()
    // Nobody asks the last module for what it made.
    let last = NumberDecoder(
      stream: 10, leaf: 0, softmax: maker.layers.dense(embedding, 1, Format.logit), cells: nil,
      starts: [0, 1], bounds: [1, 1])
    let root = maker.layers.tuple(
      modules(depth, &maker).dropLast() + [.number(last)], feedbackWidth: embedding)
    var provenance = ModelProvenance()
    provenance.attribution = "Nobody"
    return ModelContent(
      provenance: provenance, schema: schema(depth),
      network: maker.layers.network(
        strings: nil, root: root,
        feedback: FeedbackFormat(kind: .state, width: embedding, fractionBits: 12))
    ).encoded()
  }
}
