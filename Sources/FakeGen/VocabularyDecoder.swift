/// A string field with few distinct values: class 0 of softmax(dense(e)) is the escape to the
/// StringLiteral, class 1 + k the known value k (docs/ModelOptions.md).
package struct VocabularyDecoder: Sendable, Hashable {
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

  package func decode(
    _ e: UnsafePointer<Int16>, decoding: borrowing Decoding, scratch: borrowing Scratch,
    feedback: UnsafeMutablePointer<Int16>?, into row: inout DecodedRow
  ) {
    var softmaxScratch = copy scratch
    let logits = softmaxScratch.takeNarrow(softmax.outputs)
    softmax.apply(e, into: logits, scratch: softmaxScratch)
    var draws = decoding.draws(stream: stream)
    let sampled = sampledClass(
      logits: logits, count: softmax.outputs, draw: draws.next(), tables: decoding.tables
    ) { _ in true }
    guard sampled == 0 else {
      row.setText(values[sampled - 1], leaf: leaf)
      if let feedback { embedding?.copy(row: sampled - 1, into: feedback) }
      return
    }
    let start = row.text.count
    decoding.strings?.decode(
      e, digits: nil, draws: draws, tables: decoding.tables, scratch: scratch, feedback: feedback,
      into: &row.text)
    row.values[leaf] = .text(start: start, count: row.text.count - start)
  }

  /// The scratch that `decode` needs, where a string needs `strings`.
  package func scratchSize(strings: ScratchSize) -> ScratchSize {
    ScratchSize(narrow: softmax.outputs, wide: softmax.outputs) | strings
  }

  package var parameterCount: Int {
    softmax.parameterCount + (embedding?.vectors.count ?? 0)
  }
}
