/// A list's decoder: an RNN that makes one element after the other with the same weights, until it
/// stops or the list is as long as lists may be (docs/ModelOptions.md):
///
///     h = celu(dense(e)); repeat: unless the list may not end here yet, stop with probability
///     1 - sigmoid(dense(h) + bias of the length); e_t = celu(dense(h)); decode the element from e_t;
///     h = gru(x: f_t, h: h)
///
/// f_t is the element's feedback vector.
package final class RepeatedDecoder: Sendable {
  /// What decides whether a list goes on.
  package struct Continuation: Sendable {
    /// `[n, 1]`, to Q4.11.
    package let head: Dense
    /// Added to the head's output, Q4.11: one for each length from the least on at which the list may
    /// end or go on.
    package let bias: Numbers<Int16>

    /// Creates what decides whether a list goes on.
    ///
    /// - Parameters:
    ///   - head: `[n, 1]`, to Q4.11.
    ///   - bias: added to the head's output, for each length from the least on but the greatest.
    package init(head: Dense, bias: Numbers<Int16>) {
      self.head = head
      self.bias = bias
    }
  }

  /// Stream number of the draws that end lists.
  package let stream: UInt32
  /// The leaf that it makes.
  package let leaf: Int
  /// Which of the batch's lists these are.
  let place: Int
  /// Elements, their leaves, how many there may be.
  package let kind: ListKind
  /// What follows from other leaves in an element.
  package let rules: RowRules
  /// `[inputs, n]` with CELU.
  package let input: Dense
  /// Nil if all lists have one length.
  package let continuation: Continuation?
  /// `[n, embedding]` with CELU.
  package let embedding: Dense
  /// The decoder of an element.
  package let child: DecoderModule
  /// Takes the state past an element.
  package let gru: GRU
  /// `[n, width]` with CELU: the list's feedback vector; nil if nothing asks for it.
  package let summary: Dense?

  /// Creates a list's decoder.
  ///
  /// - Parameters:
  ///   - stream: stream number of the draws that end lists.
  ///   - leaf: the leaf that it makes.
  ///   - schema: of the rows, in which the leaf is a list.
  ///   - rules: what follows from other leaves in an element.
  ///   - input: `[inputs, n]` with CELU.
  ///   - continuation: nil if all lists have one length.
  ///   - embedding: `[n, embedding]` with CELU.
  ///   - child: the decoder of an element.
  ///   - gru: takes the state past an element.
  ///   - summary: `[n, width]` with CELU; nil if nothing asks for the list's feedback.
  package init?(
    stream: UInt32, leaf: Int, schema: RowSchema, rules: RowRules, input: Dense,
    continuation: Continuation?, embedding: Dense, child: DecoderModule, gru: GRU, summary: Dense?
  ) {
    guard case .list(let kind) = schema.leaves[leaf].kind else { return nil }
    self.stream = stream
    self.leaf = leaf
    place = schema.listPlace(leaf)
    self.kind = kind
    self.rules = rules
    self.input = input
    self.continuation = continuation
    self.embedding = embedding
    self.child = child
    self.gru = gru
    self.summary = summary
  }
}

extension RowSchema {
  /// Number of lists among the leaves before one.
  func listPlace(_ leaf: Int) -> Int {
    var place = 0
    for other in leaves[..<leaf] { if case .list = other.kind { place += 1 } }
    return place
  }
}

extension RepeatedDecoder: DecoderKind {
  static func read(
    from reader: inout NetworkReader, at place: ModulePlace
  ) throws(ModelError) -> RepeatedDecoder {
    try reader.sections.begin(.repeated, name: place.name)
    let leaf = try reader.readLeaf()
    guard case .list(let kind) = reader.schema.leaves[leaf].kind else {
      throw reader.sections.invalid("leaf \(leaf) is not a list")
    }
    guard reader.feedback?.kind == .state, let vector = reader.feedbackVector else {
      throw reader.sections.invalid("lists need feedback of the decoder's state")
    }
    let stream = try reader.readStream()
    let rules =
      reader.sections.nextType() == .rules
      ? try RowRules.read(from: &reader.sections, schema: kind.schema) : RowRules()
    let input = try reader.readCELU(name: "input", input: place.input)
    let state = reader.celuOutput(input)
    var continuation: Continuation?
    if kind.minimumCount < kind.maximumCount {
      let head = try reader.readPresence(name: "continuation", input: state, heads: 1...1)
      let lengths = kind.maximumCount - kind.minimumCount
      continuation = Continuation(
        head: head, bias: try reader.readTable(name: "length", rows: lengths, width: 1).vectors)
    }
    let embedding = try reader.readCELU(name: "embedding", input: state)
    let outer = try reader.enter(kind, rules: rules)
    let child = try DecoderModule.read(
      from: &reader,
      at: ModulePlace(
        name: "element", input: reader.celuOutput(embedding), feedback: vector,
        depth: place.depth + 1))
    try reader.leave(outer)
    let gru = try reader.readGRU(name: "gru", input: vector, state: state)
    let summary =
      place.feedback == nil ? nil : try reader.readFeedbackLayer(name: "summary", input: state)
    guard
      let decoder = RepeatedDecoder(
        stream: stream, leaf: leaf, schema: reader.schema, rules: rules, input: input,
        continuation: continuation, embedding: embedding, child: child, gru: gru, summary: summary)
    else { throw reader.sections.invalid("leaf \(leaf) is not a list") }
    try reader.sections.finish()
    return decoder
  }

  func write(to writer: inout SectionWriter, name: UTF8Text) {
    writer.begin(.repeated, name: name)
    writer.writeShape(leaf)
    writer.write(stream)
    rules.write(to: &writer)
    writer.write(input, name: "input")
    if let continuation {
      writer.write(continuation.head, name: "continuation")
      writer.write(EmbeddingTable(width: 1, vectors: continuation.bias), name: "length")
    }
    writer.write(embedding, name: "embedding")
    child.write(to: &writer, name: "element")
    writer.write(gru, name: "gru")
    if let summary { writer.write(summary, name: "summary") }
    writer.end()
  }

  func decode(
    _ e: Vectors, rows: RowList, decoding: borrowing Decoding, scratch: borrowing Scratch,
    feedback: Feedback?, into batch: inout DecodedBatch
  ) {
    var scratch = copy scratch
    let (n, capacity, tables) = (input.outputs, kind.maximumCount, decoding.tables)
    let elements = decoding.ofElements(capacity: capacity)
    let state = scratch.takeNarrow(n, rows: rows.count)
    let finals = scratch.takeNarrow(n, rows: feedback == nil ? 0 : rows.count)
    let vectors = scratch.takeNarrow(gru.input.columns, rows: rows.count)
    let memory = scratch.takeWide(2, rows: rows.count).base
    // The lists that go on come first: their places in `rows`, and the slots of their next elements.
    let (places, slots) = (memory, memory + rows.count)
    for place in 0..<rows.count { places[place] = Int32(truncatingIfNeeded: place) }
    input.applyCELU(e, count: rows.count, into: state, tables: tables, scratch: scratch)

    var active = rows.count
    for length in 0...capacity {
      let kept = keep(
        active, of: length, rows: rows, places: places, state: state, finals: finals,
        keepsFinals: feedback != nil, decoding: elements, scratch: scratch, into: &batch)
      active = kept
      if active == 0 { break }
      for index in 0..<active {
        let slot = rows[Int(places[index])] &* capacity &+ length
        slots[index] = Int32(truncatingIfNeeded: slot)
      }
      let list = RowList(positions: slots, count: active)
      decodeElements(
        state, rows: list, decoding: elements, scratch: scratch, feedback: vectors,
        into: &batch.lists[place].elements)
      if !kind.rules.distinct.isEmpty, length > 0 {
        active = removeRepeated(
          list, length: length, rows: rows, places: places, state: state, finals: finals,
          keepsFinals: feedback != nil, vectors: vectors, decoding: elements, scratch: scratch,
          into: &batch)
        if active == 0 { break }
      }
      gru.step(vectors, state: state, count: active, tables: tables, scratch: scratch)
    }
    sort(rows, in: &batch)
    if let feedback = feedback?.vectors, let summary {
      summary.applyCELU(finals, count: rows.count, into: feedback, tables: tables, scratch: scratch)
    }
  }

  /// Decodes an element of each list from its state, and what follows by rules.
  ///
  /// - Parameters:
  ///   - state: of the lists.
  ///   - rows: the elements' slots.
  ///   - decoding: of elements.
  ///   - scratch: working memory.
  ///   - feedback: gets the elements' feedback vectors.
  ///   - batch: of elements.
  private func decodeElements(
    _ state: Vectors, rows: RowList, decoding: borrowing Decoding, scratch: borrowing Scratch,
    feedback: Vectors, into batch: inout DecodedBatch
  ) {
    var scratch = copy scratch
    for index in 0..<rows.count { batch.reset(row: rows[index]) }
    let vector = scratch.takeNarrow(embedding.outputs, rows: rows.count)
    embedding.applyCELU(
      state, count: rows.count, into: vector, tables: decoding.tables, scratch: scratch)
    child.decode(
      vector, rows: rows, decoding: decoding, scratch: scratch, feedback: .vectors(feedback),
      into: &batch)
    rules.decode(
      rows, first: decoding.firstElement, seed: decoding.seed, schema: kind.schema, into: &batch)
  }

  /// Draws elements anew whose values their lists have already, and ends lists for which no other
  /// element is found.
  ///
  /// - Parameters:
  ///   - list: slots of the lists' last elements.
  ///   - length: of all lists, without these.
  ///   - rows: the rows of the batch.
  ///   - places: of the lists in `rows`; those that go on come first afterwards, in the same order.
  ///   - state: of the lists, which move with them.
  ///   - finals: the states of lists that have ended, by their places.
  ///   - keepsFinals: whether anybody asks for these.
  ///   - vectors: the elements' feedback vectors, which move with the lists.
  ///   - decoding: of elements.
  ///   - scratch: working memory.
  ///   - batch: gets the lengths of lists that end.
  /// - Returns: number of lists that go on.
  private func removeRepeated(
    _ list: RowList, length: Int, rows: RowList, places: UnsafeMutablePointer<Int32>,
    state: Vectors, finals: Vectors, keepsFinals: Bool, vectors: Vectors,
    decoding: borrowing Decoding, scratch: borrowing Scratch, into batch: inout DecodedBatch
  ) -> Int {
    let (n, width) = (input.outputs, gru.input.columns)
    var retry: UInt32 = 0
    while true {
      var scratch = copy scratch
      var repeated = RowSubset(rows: list.count, scratch: &scratch)
      for index in 0..<list.count
      where kind.rules.isRepeated(list[index], index: length, in: batch.lists[place].elements) {
        repeated.add(index, of: list)
      }
      if repeated.count == 0 { return list.count }
      if retry == ListRules.maximumRetries(within: decoding.redraws) {
        var (kept, next) = (0, 0)
        for index in 0..<list.count {
          let place = Int(places[index])
          if next < repeated.count, repeated[next] == index {
            next &+= 1
            batch.set(.list(count: length), row: rows[place], leaf: leaf)
            if keepsFinals { finals[place].update(from: state[index], count: n) }
            continue
          }
          if kept < index {
            places[kept] = places[index]
            state[kept].update(from: state[index], count: n)
            vectors[kept].update(from: vectors[index], count: width)
          }
          kept &+= 1
        }
        return kept
      }
      retry &+= 1
      let states = scratch.takeNarrow(n, rows: repeated.count)
      let told = scratch.takeNarrow(width, rows: repeated.count)
      repeated.gather(state, width: n, into: states)
      decodeElements(
        states, rows: repeated.rows, decoding: decoding.again(retry), scratch: scratch,
        feedback: told, into: &batch.lists[place].elements)
      repeated.scatter(told, width: width, into: vectors)
    }
  }

  /// Puts the elements of the rows' lists in order.
  private func sort(_ rows: RowList, in batch: inout DecodedBatch) {
    if kind.rules.order == nil { return }
    for index in 0..<rows.count {
      guard case .list(let count) = batch.value(row: rows[index], leaf: leaf) else { continue }
      kind.rules.sort(
        from: rows[index] &* kind.maximumCount, count: count, in: &batch.lists[place].elements)
    }
  }

  /// Ends lists of a length, some or all.
  ///
  /// - Parameters:
  ///   - active: number of lists.
  ///   - length: of all of them.
  ///   - rows: the rows of the batch.
  ///   - places: of the lists in `rows`; those that go on come first afterwards, in the same order.
  ///   - state: of the lists, which move with them.
  ///   - finals: the states of lists that have ended, by their places.
  ///   - keepsFinals: whether anybody asks for these.
  ///   - decoding: of elements.
  ///   - scratch: working memory.
  ///   - batch: gets the lengths of lists that end.
  /// - Returns: number of lists that go on.
  private func keep(
    _ active: Int, of length: Int, rows: RowList, places: UnsafeMutablePointer<Int32>,
    state: Vectors, finals: Vectors, keepsFinals: Bool, decoding: borrowing Decoding,
    scratch: borrowing Scratch, into batch: inout DecodedBatch
  ) -> Int {
    if length < kind.minimumCount || kind.rules.absentCounts.contains(length) { return active }
    var scratch = copy scratch
    let capacity = kind.maximumCount
    let logits = scratch.takeNarrow(1, rows: active)
    let head = length < capacity ? continuation : nil
    head?.head.apply(state, count: active, into: logits, scratch: scratch)
    var kept = 0
    for index in 0..<active {
      let place = Int(places[index])
      if let head {
        var draws = decoding.draws(stream: stream, position: rows[place] &* capacity &+ length)
        let logit = saturated(
          Int32(logits[index][0]) &+ Int32(head.bias[length &- kind.minimumCount]))
        if decoding.tables.sampledPresence(logit, draw: draws.next()) {
          if kept < index {
            places[kept] = places[index]
            state[kept].update(from: state[index], count: input.outputs)
          }
          kept &+= 1
          continue
        }
      }
      batch.set(.list(count: length), row: rows[place], leaf: leaf)
      if keepsFinals { finals[place].update(from: state[index], count: input.outputs) }
    }
    return kept
  }

  func scratchSize(strings: ScratchSize) -> ScratchSize {
    let (n, width) = (input.outputs, embedding.outputs)
    let parts =
      child.scratchSize(strings: strings) | gru.scratchSize | ScratchSize(wide: width)
    var largest =
      (ScratchSize(narrow: width) + parts)
      | ScratchSize(wide: max(n, summary?.outputs ?? 0))
    if !kind.rules.distinct.isEmpty {
      largest =
        largest
        | (RowSubset.scratchSize + ScratchSize(narrow: n) + ScratchSize(narrow: gru.input.columns)
          + ScratchSize(narrow: width) + parts)
    }
    if continuation != nil { largest = largest | ScratchSize(narrow: 1, wide: 1) }
    return ScratchSize(narrow: n) + ScratchSize(narrow: n) + ScratchSize(narrow: gru.input.columns)
      + ScratchSize(wide: 2) + largest
  }

  var parameterCount: Int {
    let head = continuation.map { $0.head.parameterCount + $0.bias.count } ?? 0
    return input.parameterCount + head + embedding.parameterCount + child.parameterCount
      + gru.parameterCount + (summary?.parameterCount ?? 0)
  }

  /// Those of the longest list.
  var multiplyAdds: Int {
    let element =
      (continuation?.head.multiplyAdds ?? 0) + embedding.multiplyAdds + child.multiplyAdds
      + gru.multiplyAdds
    return input.multiplyAdds + kind.maximumCount * element + (summary?.multiplyAdds ?? 0)
  }

  func markLeaves(in mayBeNull: inout [Bool], isOptional: Bool) { mayBeNull[leaf] = isOptional }
}
