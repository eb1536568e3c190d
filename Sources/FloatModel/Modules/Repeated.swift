import Autodiff
import FakeGen
import Records
import Schema

/// A list (docs/ModelOptions.md): a decoder RNN that makes the embedding of one element after the
/// other with the same weights, told each element before the next, until it stops.
package struct Repeated: Module {
  /// The leaf that it models.
  package let leaf: Int
  /// Elements, and how many there may be.
  package let type: ListType
  /// The module of an element.
  package let child: any Module
  /// `[embedding, state]`: to the first state.
  package let decoderInput: DenseSlots
  /// What decides whether a list goes on; nil if all have one length.
  package let continuation: Continuation?
  /// From the state to an element's embedding.
  package let embedding: DenseSlots
  /// The cell that takes the state past an element.
  package let decoder: GRUSlots
  /// What the Tuple is told, from the last state; nil if it does not ask.
  package let summary: DenseSlots?
  /// Number of its stream of draws.
  package let stream: UInt32

  /// What decides whether a list goes on.
  package struct Continuation: Sendable {
    /// `[state, 1]`: the Bernoulli head.
    package let head: DenseSlots
    /// `[lengths, 1]`, added to the head's logit: one row for each length that may be the last, but the
    /// greatest.
    package let length: ParameterSlot
    /// Index of its loss.
    package let component: Int
  }

  init(leaf: Int, place: ModulePlace, builder: inout ModuleBuilder) {
    guard case .list(let type) = builder.schema.leaves[leaf].kind else {
      preconditionFailure("a checked description has lists where Repeated is")
    }
    self.leaf = leaf
    self.type = type
    let (path, widths, prefix) = (builder.path(leaf), builder.widths, place.prefix)
    stream = builder.streams.take("\(path)[]")
    var inner = place
    inner.prefix += "/element"
    inner.isFedBack = true
    child = builder.elementModule(type, leaf: leaf, place: inner)
    decoderInput = builder.manifest.dense(
      "\(prefix)/decoder/input", inputs: widths.embedding, outputs: widths.tupleState, .generation)
    embedding = builder.manifest.dense(
      "\(prefix)/decoder/embedding", inputs: widths.tupleState, outputs: widths.embedding,
      .generation)
    decoder = builder.manifest.gru(
      "\(prefix)/decoder", inputs: widths.embedding, width: widths.tupleState, .generation)
    let lengths = type.counts.count - 1
    continuation =
      lengths > 0
      ? Continuation(
        head: builder.manifest.dense(
          "\(prefix)/continuation", inputs: widths.tupleState, outputs: 1, .generation),
        length: builder.manifest.matrix(
          "\(prefix)/length", rows: lengths, columns: 1, .constant(0), .generation),
        component: builder.components.add("\(path)[]", weight: 1)) : nil
    summary =
      place.isFedBack
      ? builder.manifest.dense(
        "\(prefix)/summary", inputs: widths.tupleState, outputs: widths.embedding, .generation)
      : nil
  }

  /// Weight of its head's losses and of an element's.
  package var weight: Double { child.weight + (continuation == nil ? 0 : 1) }

  /// Models with lists have no encoder.
  package func encode<S: Scalar>(_ piece: Piece<S>) -> Tensor<S> {
    preconditionFailure("the model has no encoder")
  }

  /// The logits of going on at a length, `[rows, 1]`.
  private func logits<S: Scalar>(
    _ state: Tensor<S>, _ continuation: Continuation, length: Int, _ tape: Tape<S>,
    _ view: ParameterView<S>
  ) -> Tensor<S> {
    let biases = view[continuation.length]
    let bias = tape.gather(rows: state.rows, columns: 1) { _ in
      biases.row(length - type.counts.lowerBound)
    }
    return tape.sum(tape.dense(state, view[continuation.head], .linear), bias)
  }

  /// Adds the losses of the elements, and of each decision to go on or stop.
  package func addLosses<S: Scalar>(
    _ piece: Piece<S>, embedding: Tensor<S>, mask: UnsafePointer<S>
  ) -> Tensor<S>? {
    guard let lists = piece.table.columns[leaf].lists else {
      preconditionFailure("an encoded list has elements")
    }
    let (tape, view) = (piece.tape, piece.view)
    let elements = piece.elements(of: lists, leaf: leaf)
    let lengths = piece.rows.map { lists.elements(of: Int($0)).count }
    // The longest first, so that those with another element come first.
    let order = piece.rows.indices.filter { mask[$0] != 0 }
      .sorted { (lengths[$1], $0) < (lengths[$0], $1) }
    guard let longest = order.first.map({ lengths[$0] }) else {
      return summary == nil ? nil : embedding
    }
    let first = tape.gather(rows: order.count, columns: embedding.columns) {
      embedding.row(order[$0])
    }
    // After so many elements, of the lists that have as many.
    var states = [tape.dense(first, view[decoderInput], .celu)]
    for length in 0...longest {
      addDecision(length, states[length], order: order, lengths: lengths, piece)
      let active = order.prefix { lengths[$0] > length }
      if active.isEmpty { break }
      let state = states[length].rows(0..<active.count)
      let decoded = piece.dropout(tape.dense(piece.dropout(state), view[self.embedding], .celu))
      elements.setElements(
        active.map { lists.elements(of: Int(piece.rows[$0])).lowerBound + Int32(length) })
      let present = tape.scratch(S.self, count: active.count)
      present.update(repeating: 1, count: active.count)
      let told = child.addLosses(elements, embedding: decoded, mask: present)
      if piece.keepsRowNats {
        for (index, position) in active.enumerated() {
          piece.rowNats[position] += elements.rowNats[index]
        }
      }
      states.append(
        tape.gruCell(input: told ?? child.encode(elements), state: state, view[decoder]))
    }
    piece.take(elements)
    guard let summary else { return nil }
    let last = tape.gather(rows: order.count, columns: states[0].columns) { index in
      states[lengths[order[index]]].row(index)
    }
    let summaries = tape.dense(last, view[summary], .celu)
    if order.count == piece.rows.count, order == Array(piece.rows.indices) { return summaries }
    var places = [Int?](repeating: nil, count: piece.rows.count)
    for (index, position) in order.enumerated() { places[position] = index }
    // An absent record's value is never looked at; its own embedding fills the row.
    return tape.gather(rows: piece.rows.count, columns: embedding.columns) { row in
      places[row].map { summaries.row($0) } ?? embedding.row(row)
    }
  }

  /// Adds the losses of the decision whether lists of a length or more go on after it.
  private func addDecision<S: Scalar>(
    _ length: Int, _ state: Tensor<S>, order: [Int], lengths: [Int], _ piece: Piece<S>
  ) {
    guard let continuation, type.counts.contains(length), length < type.counts.upperBound else {
      return
    }
    let tape = piece.tape
    let logits = logits(state, continuation, length: length, tape, piece.view)
    let targets = tape.scratch(S.self, count: state.rows)
    let weights = tape.scratch(S.self, count: state.rows)
    for row in 0..<state.rows {
      targets[row] = lengths[order[row]] > length ? 1 : 0
      weights[row] = S(piece.coefficient)
    }
    let nats = piece.keepsRowNats ? tape.scratch(S.self, count: state.rows) : nil
    let value = tape.bernoulliCrossEntropy(
      logits: logits, targets: targets, weights: weights, rowLosses: nats)
    piece.count(value, component: continuation.component, weight: 1)
    if let nats {
      for row in 0..<state.rows { piece.rowNats[order[row]] += Double(nats[row]) }
    }
  }

  /// Samples one element after the other, until each list has stopped.
  package func generate<S: Scalar>(
    _ batch: GeneratedBatch<S>, embedding: Tensor<S>, rows: [Int]
  ) -> Tensor<S>? {
    let (tape, view) = (batch.tape, batch.view)
    let elements = batch.ofElements(type)
    let capacity = type.counts.upperBound
    var state = tape.dense(embedding, view[decoderInput], .celu)
    batch.observe(decoderInput.name, state)
    var active = Array(rows.indices)
    var last = [RowReference<S>?](repeating: nil, count: rows.count)
    for length in 0...capacity {
      var going = [Int]()
      if length < type.counts.lowerBound || type.absentCounts.contains(length) {
        going = Array(active.indices)
      } else if length < capacity, let continuation {
        let logits = logits(state, continuation, length: length, tape, view)
        batch.observe(continuation.head.name, logits)
        going = active.indices.filter {
          elements.sampleBernoulli(
            logit: logits.values[$0].widened, stream: stream,
            row: rows[active[$0]] * capacity + length)
        }
      }
      var next = 0
      for (index, place) in active.enumerated() {
        if next < going.count, going[next] == index {
          next += 1
          continue
        }
        last[place] = state.row(index)
        finish(elements, row: rows[place], length: length, into: batch)
      }
      if going.isEmpty { break }
      let kept = state
      state = tape.gather(rows: going.count, columns: kept.columns) { kept.row(going[$0]) }
      active = going.map { active[$0] }
      let decoded = tape.dense(state, view[self.embedding], .celu)
      batch.observe(self.embedding.name, decoded)
      var told = generateElements(
        elements, embedding: decoded, rows: active.map { rows[$0] * capacity + length })
      if !type.distinct.isEmpty, length > 0 {
        let repeated = active.indices.filter {
          isRepeated(elements, row: rows[active[$0]], length: length)
        }
        told = redraw(
          repeated, elements, embedding: decoded, told: told,
          rows: active.map { rows[$0] }, length: length)
        let ended = repeated.filter {
          isRepeated(elements, row: rows[active[$0]], length: length)
        }
        for index in ended {
          last[active[index]] = state.row(index)
          finish(elements, row: rows[active[index]], length: length, into: batch)
        }
        if !ended.isEmpty {
          let others = active.indices.filter { !ended.contains($0) }
          if others.isEmpty { break }
          let (before, input) = (state, told)
          state = tape.gather(rows: others.count, columns: before.columns) {
            before.row(others[$0])
          }
          told = tape.gather(rows: others.count, columns: input.columns) { input.row(others[$0]) }
          active = others.map { active[$0] }
        }
      }
      state = tape.gruCell(input: told, state: state, view[decoder])
    }
    guard let summary else { return nil }
    let final = tape.gather(rows: rows.count, columns: state.columns) { place in
      last[place] ?? state.row(0)
    }
    let summaries = tape.dense(final, view[summary], .celu)
    batch.observe(ActivationRanges.feedback, summaries)
    return summaries
  }

  /// Samples an element of each list; those of types with rules are completed.
  private func generateElements<S: Scalar>(
    _ elements: GeneratedBatch<S>, embedding: Tensor<S>, rows: [Int]
  ) -> Tensor<S> {
    let told = child.generate(elements, embedding: embedding, rows: rows) ?? embedding
    if !type.distinct.isEmpty {
      for row in rows { elements.records[row] = completed(elements, row) }
    }
    return told
  }

  private func completed<S: Scalar>(_ elements: GeneratedBatch<S>, _ slot: Int) -> Record {
    type.elements.completing(
      [elements.records[slot]], first: elements.first &+ UInt64(slot), seed: elements.seed,
      ofElementsOf: type.elements.messageName)[0]
  }

  /// Tells whether the last element of a list has a value that one before it has.
  private func isRepeated<S: Scalar>(
    _ elements: GeneratedBatch<S>, row: Int, length: Int
  ) -> Bool {
    let start = row * type.counts.upperBound
    return type.distinct.contains { leaf in
      let value = elements.records[start + length].values[leaf]
      return (start..<start + length).contains { elements.records[$0].values[leaf] == value }
    }
  }

  /// Draws elements anew until they have no value that their lists have already, or for the last
  /// time.
  ///
  /// - Parameters:
  ///   - repeated: the lists whose last elements are not as they should be.
  ///   - rows: of all lists.
  /// - Returns: what the lists are told of their last elements.
  private func redraw<S: Scalar>(
    _ repeated: [Int], _ elements: GeneratedBatch<S>, embedding: Tensor<S>, told: Tensor<S>,
    rows: [Int], length: Int
  ) -> Tensor<S> {
    let (tape, capacity) = (elements.tape, type.counts.upperBound)
    var (rest, result) = (repeated, told)
    let retries = ListRules.maximumRetries(within: elements.redraws)
    for retry in 0..<retries where !rest.isEmpty {
      elements.draw(again: retry + 1)
      let places = rest
      for place in places {
        let leaves = type.elements.leaves.count
        elements.records[rows[place] * capacity + length].values = Array(
          repeating: .null, count: leaves)
      }
      let inputs = tape.gather(rows: places.count, columns: embedding.columns) {
        embedding.row(places[$0])
      }
      let new = generateElements(
        elements, embedding: inputs, rows: places.map { rows[$0] * capacity + length })
      let before = result
      result = tape.gather(rows: before.rows, columns: before.columns) { row in
        places.firstIndex(of: row).map { new.row($0) } ?? before.row(row)
      }
      rest = places.filter { isRepeated(elements, row: rows[$0], length: length) }
    }
    elements.draw(again: 0)
    return result
  }

  /// Puts a list that has ended into its record.
  private func finish<S: Scalar>(
    _ elements: GeneratedBatch<S>, row: Int, length: Int, into batch: GeneratedBatch<S>
  ) {
    let start = row * type.counts.upperBound
    var list = (start..<start + length).map { completed(elements, $0) }
    if let order = type.order { list = order.sorted(list) }
    batch.records[row].values[leaf] = .list(list)
  }
}
