/// A message's decoder (paper, App. B.3):
///
///     h = celu(dense(e)); for each element i: e_i = celu(dense_i(h)); decode the child from e_i;
///     unless i is the last: h = gru_i(x: f_i, h: h)
///
/// f_i is e_i, or the child's feedback vector (docs/ModelOptions.md).
package final class TupleDecoder: Sendable {
  /// One element of the message: a field, a message, or the numbers together.
  package struct Element: Sendable {
    /// `[n, embedding]` with CELU.
    package let embedding: Dense
    /// Nil for the last element, unless the message's own feedback is its last state.
    package let gru: GRU?
    /// The decoder of the element.
    package let child: DecoderModule

    /// Creates an element.
    ///
    /// - Parameters:
    ///   - embedding: `[n, embedding]` with CELU.
    ///   - gru: nil for the last element, unless the message's own feedback is its last state.
    ///   - child: the decoder of the element.
    package init(embedding: Dense, gru: GRU?, child: DecoderModule) {
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
  /// The elements in the order in which they are decoded.
  package let elements: [Element]
  /// Fields that always have the same value.
  package let constants: [ConstantDecoder]
  /// Width of the children's feedback vectors; nil if f_i is e_i.
  package let feedbackWidth: Int?
  /// Nil if nothing asks for the message's feedback.
  package let summary: Summary?
  /// For each element, what its GRU takes instead of vectors; nil if it takes vectors.
  let inputTables: [InputTable?]

  /// Creates a message's decoder.
  ///
  /// - Parameters:
  ///   - input: `[inputs, n]` with CELU.
  ///   - elements: the elements in the order in which they are decoded.
  ///   - constants: fields that always have the same value.
  ///   - feedbackWidth: width of the children's feedback vectors; nil if f_i is e_i.
  ///   - summary: nil if nothing asks for the message's feedback.
  package init(
    input: Dense, elements: [Element], constants: [ConstantDecoder] = [],
    feedbackWidth: Int? = nil, summary: Summary? = nil
  ) {
    self.input = input
    self.elements = elements
    self.constants = constants
    self.feedbackWidth = feedbackWidth
    self.summary = summary
    let hasTables = if case .encoder = summary { false } else { feedbackWidth != nil }
    inputTables = elements.map { element in
      guard hasTables, let gru = element.gru, let codes = element.child.feedbackCodes else {
        return nil
      }
      return .ofCodes(codes, for: gru)
    }
  }

  /// Whether the feedback vectors of all elements are kept until the last.
  private var keepsVectors: Bool {
    if case .encoder = summary { true } else { false }
  }

  /// Number of activations that the feedback vectors take.
  private var vectorCount: Int { (feedbackWidth ?? 0) * (keepsVectors ? elements.count : 1) }

}

extension TupleDecoder: DecoderKind {
  static func read(
    from reader: inout NetworkReader, at place: ModulePlace
  ) throws(ModelError) -> TupleDecoder {
    try reader.sections.begin(.tuple, name: place.name)
    let count = try reader.sections.readShape(1...ModelFormat.maximumLeaves)
    let input = try reader.readCELU(name: "input", input: place.input)
    let state = reader.celuOutput(input)
    let kind = place.feedback == nil ? nil : reader.feedback?.kind
    let feedbackVector = reader.feedbackVector
    var elements: [Element] = []
    for index in 0..<count {
      try reader.sections.begin(.element, name: "\(index)")
      let embedding = try reader.readCELU(name: "embedding", input: state)
      let vector = reader.celuOutput(embedding)
      let hasGRU = index < count - 1 || kind == .state
      let child = try DecoderModule.read(
        from: &reader,
        at: ModulePlace(
          name: "child", input: vector,
          feedback: hasGRU || kind == .reencoded ? feedbackVector : nil, depth: place.depth + 1))
      let gru =
        hasGRU
        ? try reader.readGRU(name: "gru", input: feedbackVector ?? vector, state: state) : nil
      elements.append(Element(embedding: embedding, gru: gru, child: child))
      try reader.sections.finish()
    }
    var constants: [ConstantDecoder] = []
    while reader.sections.nextType() == .constant {
      constants.append(try .read(from: &reader, name: "\(constants.count)"))
    }
    let summary: Summary? =
      switch (kind, place.feedback) {
      case (.state, _): .dense(try reader.readFeedbackLayer(name: "summary", input: state))
      case (.reencoded, let feedback?):
        .encoder(try .read(from: &reader, elements: count, vector: feedback))
      default: nil
      }
    try reader.sections.finish()
    return TupleDecoder(
      input: input, elements: elements, constants: constants,
      feedbackWidth: feedbackVector?.width, summary: summary)
  }

  func write(to writer: inout SectionWriter, name: UTF8Text) {
    writer.begin(.tuple, name: name)
    writer.writeShape(elements.count)
    writer.write(input, name: "input")
    for (index, element) in elements.enumerated() {
      writer.begin(.element, name: "\(index)")
      writer.write(element.embedding, name: "embedding")
      element.child.write(to: &writer, name: "child")
      if let gru = element.gru { writer.write(gru, name: "gru") }
      writer.end()
    }
    for (index, constant) in constants.enumerated() {
      constant.write(to: &writer, name: "\(index)")
    }
    switch summary {
    case .encoder(let encoder): encoder.write(to: &writer)
    case .dense(let dense): writer.write(dense, name: "summary")
    case nil: break
    }
    writer.end()
  }

  func decode(
    _ e: Vectors, rows: RowList, decoding: borrowing Decoding, scratch: borrowing Scratch,
    feedback: Feedback?, into batch: inout DecodedBatch
  ) {
    for constant in constants { constant.decode(rows: rows, into: &batch) }
    var scratch = copy scratch
    let state = scratch.takeNarrow(input.outputs, rows: rows.count)
    let vectors = scratch.takeNarrow(vectorCount, rows: rows.count)
    let codes = scratch.takeWide(2, rows: rows.count).base
    let tables = decoding.tables
    input.applyCELU(e, count: rows.count, into: state, tables: tables, scratch: scratch)
    decodeElements(
      from: 0, state: state, vectors: vectors, codes: codes, rows: rows, decoding: decoding,
      scratch: scratch, into: &batch)
    guard let feedback = feedback?.vectors, let summary else { return }
    switch summary {
    case .encoder(let encoder):
      encoder.encode(
        vectors, count: rows.count, tables: tables, scratch: scratch, into: feedback)
    case .dense(let dense):
      dense.applyCELU(
        state, count: rows.count, into: feedback, tables: tables, scratch: scratch)
    }
  }

  /// Decodes rows of the whole record, the first elements by the tree of their values.
  ///
  /// - Parameters:
  ///   - rows: the rows of the batch.
  ///   - decoding: what they are decoded with.
  ///   - scratch: working memory, `scratchSize` and the tree's for each row.
  ///   - prefixes: the tree, which grows.
  ///   - batch: where the rows' values are put.
  func decode(
    _ rows: RowList, decoding: borrowing Decoding, scratch: borrowing Scratch,
    prefixes: inout PrefixTree, into batch: inout DecodedBatch
  ) {
    for constant in constants { constant.decode(rows: rows, into: &batch) }
    var scratch = copy scratch
    let state = scratch.takeNarrow(input.outputs, rows: rows.count)
    let vectors = scratch.takeNarrow(vectorCount, rows: rows.count)
    let codes = scratch.takeWide(2, rows: rows.count).base
    let first = prefixes.decode(
      self, state: state, vectors: vectors, codes: codes, rows: rows, decoding: decoding,
      scratch: scratch, into: &batch)
    decodeElements(
      from: first, state: state, vectors: vectors, codes: codes, rows: rows, decoding: decoding,
      scratch: scratch, into: &batch)
  }

  /// Decodes the elements from one on, and takes the states past them.
  private func decodeElements(
    from first: Int, state: Vectors, vectors: Vectors, codes: UnsafeMutablePointer<Int32>,
    rows: RowList, decoding: borrowing Decoding, scratch: borrowing Scratch,
    into batch: inout DecodedBatch
  ) {
    let tables = decoding.tables
    let width = keepsVectors ? feedbackWidth ?? 0 : 0
    for index in first..<elements.count {
      let element = elements[index]
      var elementScratch = copy scratch
      let embedding = elementScratch.takeNarrow(element.embedding.outputs, rows: rows.count)
      element.embedding.applyCELU(
        state, count: rows.count, into: embedding, tables: tables, scratch: elementScratch)
      let own = self.feedback(
        of: index, vectors: vectors.columns(from: index &* width), codes: codes,
        isBrief: decoding.isBrief)
      element.child.decode(
        embedding, rows: rows, decoding: decoding, scratch: elementScratch, feedback: own,
        into: &batch)
      step(
        after: index, own ?? .vectors(embedding), state: state, count: rows.count,
        tables: tables, scratch: elementScratch)
    }
  }

  /// Where an element's module puts what it feeds back, in the memory given; nil if nothing asks for
  /// it.
  ///
  /// - Parameter isBrief: whether so few rows are made that no table pays.
  func feedback(
    of index: Int, vectors: Vectors, codes: UnsafeMutablePointer<Int32>, isBrief: Bool
  ) -> Feedback? {
    if !isBrief, let table = inputTables[index] { return .codes(codes, none: table.noneAdded) }
    return feedbackWidth != nil && (elements[index].gru != nil || keepsVectors)
      ? .vectors(vectors) : nil
  }

  /// Takes the states past an element, unless it is the last.
  func step(
    after index: Int, _ feedback: Feedback, state: Vectors, count: Int, tables: ActivationTables,
    scratch: borrowing Scratch
  ) {
    guard let gru = elements[index].gru else { return }
    switch feedback {
    case .vectors(let vectors):
      gru.step(vectors, state: state, count: count, tables: tables, scratch: scratch)
    case .codes(let codes, _):
      guard let table = inputTables[index] else { return }
      gru.cell.step(
        inputs: InputSums(table, codes: codes), state: state, count: count, tables: tables,
        scratch: scratch)
    }
  }

  func scratchSize(strings: ScratchSize) -> ScratchSize {
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
    return ScratchSize(narrow: input.outputs) + ScratchSize(narrow: vectorCount)
      + Feedback.codesSize + largest
  }

  var parameterCount: Int {
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

  var multiplyAdds: Int {
    let layers = elements.reduce(input.multiplyAdds) { total, element in
      total + element.embedding.multiplyAdds + (element.gru?.multiplyAdds ?? 0)
        + element.child.multiplyAdds
    }
    return switch summary {
    case .encoder(let encoder): layers + encoder.multiplyAdds
    case .dense(let dense): layers + dense.multiplyAdds
    case nil: layers
    }
  }

  func markLeaves(in mayBeNull: inout [Bool], isOptional: Bool) {
    for constant in constants { constant.markLeaves(in: &mayBeNull, isOptional: isOptional) }
    for element in elements {
      element.child.markLeaves(in: &mayBeNull, isOptional: isOptional)
    }
  }
}
