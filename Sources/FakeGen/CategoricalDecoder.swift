/// An enum or bool: one class sampled from softmax(dense(e)).
package struct CategoricalDecoder: Sendable, Hashable {
  package let stream: UInt32
  package let leaf: Int
  /// `[inputs, classes]`, to logits.
  package let softmax: Dense
  /// `[classes, width]`; nil if nothing asks for the field's feedback.
  package let embedding: EmbeddingTable?

  package init(stream: UInt32, leaf: Int, softmax: Dense, embedding: EmbeddingTable? = nil) {
    self.stream = stream
    self.leaf = leaf
    self.softmax = softmax
    self.embedding = embedding
  }

  package func decode(
    _ e: UnsafePointer<Int16>, decoding: borrowing Decoding, scratch: borrowing Scratch,
    feedback: UnsafeMutablePointer<Int16>?, into row: inout DecodedRow
  ) {
    var scratch = copy scratch
    let logits = scratch.takeNarrow(softmax.outputs)
    softmax.apply(e, into: logits, scratch: scratch)
    var draws = decoding.draws(stream: stream)
    let sampled = sampledClass(
      logits: logits, count: softmax.outputs, draw: draws.next(), tables: decoding.tables
    ) { _ in true }
    row.values[leaf] = .number(Int64(sampled))
    if let feedback { embedding?.copy(row: sampled, into: feedback) }
  }

  package var scratchSize: ScratchSize {
    ScratchSize(narrow: softmax.outputs, wide: softmax.outputs)
  }

  package var parameterCount: Int {
    softmax.parameterCount + (embedding?.vectors.count ?? 0)
  }
}
