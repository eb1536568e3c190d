/// An enum or bool: one class sampled from softmax(dense(e)).
package final class CategoricalDecoder: Sendable {
  /// Stream number of its draws.
  package let stream: UInt32
  /// The leaf that it makes.
  package let leaf: Int
  /// `[inputs, classes]`, to logits.
  package let softmax: Dense
  /// `[classes, width]`; nil if nothing asks for the field's feedback.
  package let embedding: EmbeddingTable?

  /// Creates the decoder of an enum or bool.
  ///
  /// - Parameters:
  ///   - stream: stream number of its draws.
  ///   - leaf: the leaf that it makes.
  ///   - softmax: `[inputs, classes]`, to logits.
  ///   - embedding: `[classes, width]`; nil if nothing asks for the field's feedback.
  package init(stream: UInt32, leaf: Int, softmax: Dense, embedding: EmbeddingTable? = nil) {
    self.stream = stream
    self.leaf = leaf
    self.softmax = softmax
    self.embedding = embedding
  }
}

extension CategoricalDecoder: DecoderKind {
  static func read(
    from reader: inout NetworkReader, at place: ModulePlace
  ) throws(ModelError) -> CategoricalDecoder {
    try reader.sections.begin(.categorical, name: place.name)
    let leaf = try reader.readLeaf()
    let stream = try reader.readStream()
    let classes: Int
    switch reader.schema.leaves[leaf].kind {
    case .boolean: classes = 2
    case .enumeration(let names): classes = names.count
    default:
      throw reader.sections.invalid("leaf \(leaf) is neither a boolean nor an enumeration")
    }
    let softmax = try reader.readLogits(
      name: "softmax", input: place.input, classes: classes...classes)
    let embedding = try reader.readEmbedding(
      name: "embedding", rows: classes, feedback: place.feedback)
    try reader.sections.finish()
    return CategoricalDecoder(stream: stream, leaf: leaf, softmax: softmax, embedding: embedding)
  }

  func write(to writer: inout SectionWriter, name: UTF8Text) {
    writer.begin(.categorical, name: name)
    writer.writeShape(leaf)
    writer.write(stream)
    writer.write(softmax, name: "softmax")
    writer.write(embedding, name: "embedding")
    writer.end()
  }

  func decode(
    _ e: Vectors, rows: RowList, decoding: borrowing Decoding, scratch: borrowing Scratch,
    feedback: Feedback?, into batch: inout DecodedBatch
  ) {
    var scratch = copy scratch
    let chosen = scratch.takeWide(1, rows: rows.count).base
    let draws = decoding.firstDraws(stream: stream, rows: rows, scratch: &scratch)
    choice.sample(
      e, count: rows.count, draws: draws, tables: decoding.tables, scratch: scratch, into: chosen)
    put(chosen, rows: rows, feedback: feedback, into: &batch)
  }

  /// What chooses the class.
  var choice: ClassChoice {
    ClassChoice(stream: stream, softmax: softmax, classes: softmax.outputs)
  }

  /// Gives rows their classes (`[rows]`).
  func put(
    _ chosen: UnsafePointer<Int32>, rows: RowList, feedback: Feedback?,
    into batch: inout DecodedBatch
  ) {
    batch.set(leaf: leaf, of: rows) { .number(Int64(chosen[$0])) }
    for place in 0..<rows.count { feedback?.set(place, to: embedding, row: Int(chosen[place])) }
  }

  func scratchSize(strings: ScratchSize) -> ScratchSize {
    ScratchSize(wide: 1) + FirstDraws.scratchSize + choice.scratchSize
  }

  var parameterCount: Int { softmax.parameterCount + (embedding?.vectors.count ?? 0) }

  var multiplyAdds: Int { softmax.multiplyAdds }

  func markLeaves(in mayBeNull: inout [Bool], isOptional: Bool) { mayBeNull[leaf] = isOptional }
}
