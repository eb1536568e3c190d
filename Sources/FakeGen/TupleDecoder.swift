/// A message's decoder (paper, App. B.3):
///
///     h = celu(dense(e)); for each element i: e_i = celu(dense_i(h)); decode the child from e_i;
///     unless i is the last: h = gru_i(x: f_i, h: h)
///
/// f_i is e_i, or the child's feedback vector (docs/ModelOptions.md).
package final class TupleDecoder: Sendable {
  package struct Element: Sendable {
    /// `[n, embedding]` with CELU.
    package let embedding: Dense
    /// Nil for the last element, unless the message's own feedback is its last state.
    package let gru: GRU?
    package let child: Module

    package init(embedding: Dense, gru: GRU?, child: Module) {
      self.embedding = embedding
      self.gru = gru
      self.child = child
    }
  }

  /// What the message feeds back to the one around it.
  package enum Summary: Sendable {
    /// Its encoder's embedding of its elements' feedback vectors.
    case encoder(TupleEncoder)
    /// celu(dense(h)) of the state after all elements.
    case dense(Dense)
  }

  /// `[inputs, n]` with CELU.
  package let input: Dense
  package let elements: [Element]
  /// Fields that always have the same value.
  package let constants: [ConstantDecoder]
  /// Width of the children's feedback vectors; nil if f_i is e_i.
  package let feedbackWidth: Int?
  /// Nil if nothing asks for the message's feedback.
  package let summary: Summary?

  package init(
    input: Dense, elements: [Element], constants: [ConstantDecoder] = [],
    feedbackWidth: Int? = nil, summary: Summary? = nil
  ) {
    self.input = input
    self.elements = elements
    self.constants = constants
    self.feedbackWidth = feedbackWidth
    self.summary = summary
  }

  /// Whether the feedback vectors of all elements are kept until the last.
  private var keepsVectors: Bool {
    if case .encoder = summary { true } else { false }
  }

  /// Number of activations that the feedback vectors take.
  private var vectorCount: Int { (feedbackWidth ?? 0) * (keepsVectors ? elements.count : 1) }

  /// Decodes the vectors of `rows`.
  package func decode(
    _ e: Vectors, rows: RowList, decoding: borrowing Decoding, scratch: borrowing Scratch,
    feedback: Vectors?, into batch: inout DecodedBatch
  ) {
    for constant in constants { constant.decode(rows: rows, into: &batch) }
    var scratch = copy scratch
    let state = scratch.takeNarrow(input.outputs, rows: rows.count)
    let vectors = scratch.takeNarrow(vectorCount, rows: rows.count)
    let tables = decoding.tables
    input.applyCELU(e, count: rows.count, into: state, tables: tables, scratch: scratch)
    let step = keepsVectors ? feedbackWidth ?? 0 : 0
    for (index, element) in elements.enumerated() {
      var elementScratch = copy scratch
      let embedding = elementScratch.takeNarrow(element.embedding.outputs, rows: rows.count)
      element.embedding.applyCELU(
        state, count: rows.count, into: embedding, tables: tables, scratch: elementScratch)
      let vector = feedbackWidth == nil ? nil : vectors.columns(from: index &* step)
      element.child.decode(
        embedding, rows: rows, decoding: decoding, scratch: elementScratch,
        feedback: element.gru != nil || keepsVectors ? vector : nil, into: &batch)
      element.gru?.step(
        vector ?? embedding, state: state, count: rows.count, tables: tables,
        scratch: elementScratch)
    }
    guard let feedback, let summary else { return }
    switch summary {
    case .encoder(let encoder):
      encoder.encode(
        vectors, count: rows.count, tables: tables, scratch: scratch, into: feedback)
    case .dense(let dense):
      dense.applyCELU(
        state, count: rows.count, into: feedback, tables: tables, scratch: scratch)
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
    switch summary {
    case .encoder(let encoder): largest = largest | encoder.scratchSize
    case .dense(let dense): largest = largest | ScratchSize(wide: dense.outputs)
    case nil: break
    }
    return ScratchSize(narrow: input.outputs) + ScratchSize(narrow: vectorCount) + largest
  }

  package var parameterCount: Int {
    let layers = elements.reduce(input.parameterCount) { total, element in
      total + element.embedding.parameterCount + (element.gru?.parameterCount ?? 0)
        + element.child.parameterCount
    }
    return switch summary {
    case .encoder(let encoder): layers + encoder.parameterCount
    case .dense(let dense): layers + dense.parameterCount
    case nil: layers
    }
  }
}
