/// A message's decoder (paper, App. B.3):
///
///     h = celu(dense(e)); for each element i: e_i = celu(dense_i(h)); decode the child from e_i;
///     unless i is the last: h = gru_i(x: e_i, h: h)
package struct TupleDecoder: Sendable {
  package struct Element: Sendable {
    /// `[n, embedding]` with CELU.
    package let embedding: Dense
    /// Nil for the last element.
    package let gru: GRU?
    package let child: Module

    package init(embedding: Dense, gru: GRU?, child: Module) {
      self.embedding = embedding
      self.gru = gru
      self.child = child
    }
  }

  /// `[inputs, n]` with CELU.
  package let input: Dense
  package let elements: [Element]

  package init(input: Dense, elements: [Element]) {
    self.input = input
    self.elements = elements
  }

  package func decode(
    _ e: UnsafePointer<Int16>, decoding: borrowing Decoding, scratch: borrowing Scratch,
    into row: inout DecodedRow
  ) {
    var scratch = copy scratch
    let state = scratch.takeNarrow(input.outputs)
    input.applyCELU(e, into: state, tables: decoding.tables, scratch: scratch)
    for element in elements {
      var elementScratch = copy scratch
      let embedding = elementScratch.takeNarrow(element.embedding.outputs)
      element.embedding.applyCELU(
        state, into: embedding, tables: decoding.tables, scratch: elementScratch)
      element.child.decode(embedding, decoding: decoding, scratch: elementScratch, into: &row)
      element.gru?.step(
        embedding, state: state, tables: decoding.tables, scratch: elementScratch)
    }
  }

  package func scratchSize(strings: ScratchSize) -> ScratchSize {
    var largest = ScratchSize(wide: input.outputs)
    for element in elements {
      let outputs = element.embedding.outputs
      let parts =
        element.child.scratchSize(strings: strings)
        | (element.gru?.scratchSize ?? ScratchSize())
        | ScratchSize(wide: outputs)
      largest = largest | (ScratchSize(narrow: outputs) + parts)
    }
    return ScratchSize(narrow: input.outputs) + largest
  }
}
