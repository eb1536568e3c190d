/// A string field with few distinct values: class 0 of softmax(dense(e)) is the escape to the
/// StringLiteral, class 1 + k the known value k (docs/ModelOptions.md).
package final class VocabularyDecoder: Sendable {
  package let stream: UInt32
  package let leaf: Int
  /// `[inputs, 1 + n]`, to logits.
  package let softmax: Dense
  /// The n known values.
  package let values: TextTable
  /// `[n, width]`; nil if nothing asks for the field's feedback.
  package let embedding: EmbeddingTable?

  package init(
    stream: UInt32, leaf: Int, softmax: Dense, values: TextTable, embedding: EmbeddingTable?
  ) {
    self.stream = stream
    self.leaf = leaf
    self.softmax = softmax
    self.values = values
    self.embedding = embedding
  }

  /// Decodes the vectors of `rows`.
  package func decode(
    _ e: Vectors, rows: RowList, decoding: borrowing Decoding, scratch: borrowing Scratch,
    feedback: Vectors?, into batch: inout DecodedBatch
  ) {
    var scratch = copy scratch
    var escaped = RowSubset(rows: rows.count, scratch: &scratch)
    var softmaxScratch = copy scratch
    let logits = softmaxScratch.takeNarrow(softmax.outputs, rows: rows.count)
    softmax.apply(e, count: rows.count, into: logits, scratch: softmaxScratch)
    let weights = softmaxScratch.takeWide(softmax.outputs).base
    for place in 0..<rows.count {
      var draws = decoding.draws(stream: stream, position: rows[place])
      let sampled = sampledClass(
        logits: logits[place], count: softmax.outputs, weights: weights, draw: draws.next(),
        tables: decoding.tables)
      if sampled == 0 {
        batch.strings[escaped.count] = StringState(draws: draws)
        escaped.add(place, of: rows)
      } else {
        batch.setText(values[sampled - 1], row: rows[place], leaf: leaf)
        if let feedback { embedding?.copy(row: sampled - 1, into: feedback[place]) }
      }
    }
    guard escaped.count > 0, let strings = decoding.strings else { return }
    let inputs = scratch.takeNarrow(softmax.inputs, rows: escaped.count)
    escaped.gather(e, width: softmax.inputs, into: inputs)
    let width = embedding?.width ?? 0
    let stringFeedback = feedback == nil ? nil : scratch.takeNarrow(width, rows: escaped.count)
    strings.decode(
      inputs, rows: escaped.rows, leaf: leaf, tables: decoding.tables, scratch: scratch,
      feedback: stringFeedback, into: &batch)
    if let feedback, let stringFeedback {
      escaped.scatter(stringFeedback, width: width, into: feedback)
    }
  }

  /// The scratch that `decode` needs, where a string needs `strings`.
  package func scratchSize(strings: ScratchSize) -> ScratchSize {
    RowSubset.scratchSize
      + (ScratchSize(narrow: softmax.outputs, wide: softmax.outputs)
        | (ScratchSize(narrow: softmax.inputs) + ScratchSize(narrow: embedding?.width ?? 0)
          + strings))
  }

  package var parameterCount: Int {
    softmax.parameterCount + (embedding?.vectors.count ?? 0)
  }
}
