/// An enum or bool: one class sampled from softmax(dense(e)).
package final class CategoricalDecoder: Sendable {
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

  /// Decodes the vectors of `rows`.
  package func decode(
    _ e: Vectors, rows: RowList, decoding: borrowing Decoding, scratch: borrowing Scratch,
    feedback: Vectors?, into batch: inout DecodedBatch
  ) {
    var scratch = copy scratch
    let logits = scratch.takeNarrow(softmax.outputs, rows: rows.count)
    softmax.apply(e, count: rows.count, into: logits, scratch: scratch)
    let weights = scratch.takeWide(softmax.outputs).base
    for place in 0..<rows.count {
      var draws = decoding.draws(stream: stream, position: rows[place])
      let sampled = sampledClass(
        logits: logits[place], count: softmax.outputs, weights: weights, draw: draws.next(),
        tables: decoding.tables)
      batch.set(.number(Int64(sampled)), row: rows[place], leaf: leaf)
      if let feedback { embedding?.copy(row: sampled, into: feedback[place]) }
    }
  }

  package var scratchSize: ScratchSize {
    ScratchSize(narrow: softmax.outputs, wide: softmax.outputs)
  }

  package var parameterCount: Int {
    softmax.parameterCount + (embedding?.vectors.count ?? 0)
  }
}
