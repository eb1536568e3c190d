/// The values that a leaf may have in the rows that are asked for.
package struct LeafCondition: Sendable, Hashable {
  /// The leaf.
  package let leaf: Int
  /// Texts in UTF-8.
  package let texts: [[UInt8]]
  /// Units, integers or classes.
  package let numbers: [Int64]
  /// Whether null will do.
  package let acceptsNull: Bool

  /// Creates a condition.
  ///
  /// - Parameters:
  ///   - leaf: the leaf.
  ///   - texts: texts that it may have, in UTF-8.
  ///   - numbers: numbers that it may have: units, integers or classes.
  ///   - acceptsNull: whether it may be null.
  package init(leaf: Int, texts: [[UInt8]], numbers: [Int64], acceptsNull: Bool) {
    self.leaf = leaf
    self.texts = texts
    self.numbers = numbers
    self.acceptsNull = acceptsNull
  }

  fileprivate func holds(_ row: Int, of batch: borrowing DecodedBatch) -> Bool {
    switch batch.value(row: row, leaf: leaf) {
    case .null: return acceptsNull
    case .list: return false
    case .number(let number): return numbers.contains(number)
    case .text(let start, let count):
      for text in texts
      where text.count == count && batch.text[start..<start &+ count].elementsEqual(text) {
        return true
      }
      return false
    }
  }
}

/// What rows must meet, by the element of the record that decides it: so that a row is given up as
/// soon as an element has another value than asked for. All draws are those that the row has without
/// conditions.
package struct ConditionPlan: Sendable {
  /// For each element of the record, what its leaves must have.
  fileprivate let conditions: [[LeafCondition]]

  /// Creates a plan; nil if no element of the record decides any of the conditions.
  ///
  /// - Parameters:
  ///   - conditions: what rows must meet; of leaves that follow from others nothing is known before
  ///     the row is whole, and theirs are not looked at.
  ///   - model: the model that makes the rows.
  package init?(_ conditions: [LeafCondition], model: Model) {
    let leafCount = model.content.schema.leaves.count
    var isUsed = false
    self.conditions = model.content.network.root.elements.map { element in
      var isMade = [Bool](repeating: false, count: leafCount)
      element.child.markLeaves(in: &isMade, isOptional: true)
      let decided = conditions.filter { isMade[$0.leaf] }
      isUsed = isUsed || !decided.isEmpty
      return decided
    }
    if !isUsed { return nil }
  }
}

extension Network {
  /// Decodes rows as `decode` does, as far as they meet conditions.
  ///
  /// - Parameters:
  ///   - positions: the rows' positions in the batch, ascending; those that meet the conditions come
  ///     first afterwards, in the same order.
  ///   - count: number of rows.
  ///   - plan: the conditions.
  ///   - first: number of the batch's first row.
  ///   - seed: of the rows' draws.
  ///   - scratch: working memory, `scratchSize` for each row.
  ///   - batch: where the rows' values are put.
  /// - Returns: the number of rows that meet the conditions.
  func decode(
    _ positions: UnsafeMutablePointer<Int32>, count: Int, where plan: ConditionPlan,
    first: UInt64, seed: UInt64, scratch: borrowing Scratch, into batch: inout DecodedBatch
  ) -> Int {
    var scratch = copy scratch
    let rows = RowList(positions: positions, count: count)
    let vectors = scratch.takeNarrow(start.width, rows: count)
    let decoding = Decoding(
      tables: tables, gaussian: gaussian, strings: strings, seed: seed, row: first)
    latent?.sample(rows, decoding: decoding, scratch: scratch, into: vectors)
    for place in 0..<count {
      if latent == nil { vectors[place][0] = 0 }
      batch.reset(row: rows[place])
    }
    return root.decode(
      vectors, positions: positions, count: count, where: plan, decoding: decoding,
      scratch: scratch, into: &batch)
  }
}

extension TupleDecoder {
  /// Decodes the record, as `decode(_:rows:decoding:scratch:feedback:into:)` does, of the rows that
  /// are left after each element.
  fileprivate func decode(
    _ e: Vectors, positions: UnsafeMutablePointer<Int32>, count: Int, where plan: ConditionPlan,
    decoding: borrowing Decoding, scratch: borrowing Scratch, into batch: inout DecodedBatch
  ) -> Int {
    var scratch = copy scratch
    var count = count
    let state = scratch.takeNarrow(input.outputs, rows: count)
    let feedback = scratch.takeNarrow(feedbackWidth ?? 0, rows: count)
    let tables = decoding.tables
    input.applyCELU(e, count: count, into: state, tables: tables, scratch: scratch)
    for (index, element) in elements.enumerated() where count > 0 {
      var elementScratch = copy scratch
      let embedding = elementScratch.takeNarrow(element.embedding.outputs, rows: count)
      element.embedding.applyCELU(
        state, count: count, into: embedding, tables: tables, scratch: elementScratch)
      let vector = feedbackWidth == nil ? nil : feedback
      element.child.decode(
        embedding, rows: RowList(positions: positions, count: count), decoding: decoding,
        scratch: elementScratch, feedback: element.gru == nil ? nil : vector, into: &batch)
      let fedBack = vector ?? embedding
      let width = feedbackWidth ?? element.embedding.outputs
      let conditions = plan.conditions[index]
      if !conditions.isEmpty {
        var kept = 0
        for place in 0..<count {
          let row = Int(positions[place])
          var holds = true
          for condition in conditions { holds = holds && condition.holds(row, of: batch) }
          if !holds { continue }
          if kept < place {
            positions[kept] = positions[place]
            state[kept].update(from: state[place], count: input.outputs)
            if element.gru != nil { fedBack[kept].update(from: fedBack[place], count: width) }
          }
          kept &+= 1
        }
        count = kept
      }
      if count > 0 {
        element.gru?.step(
          fedBack, state: state, count: count, tables: tables, scratch: elementScratch)
      }
    }
    let rows = RowList(positions: positions, count: count)
    for constant in constants { constant.decode(rows: rows, into: &batch) }
    return count
  }
}
