/// What rows must meet, by the element of the record that decides it: so that a row is given up as
/// soon as an element has another value than asked for.
///
/// Where few rows meet the conditions a plan has *bounds*. Then a row that fails at an element with a
/// restriction gets another value there, drawn among those that are asked for, and goes on with a
/// chance a. With w the chance that the element gives the row such a value, and b the bound,
///
///     a = (min(1, w / b) - w) / (1 - w)
///
/// so that of all rows that come to the element with the same w, min(1, w / b) go on in place of w. As
/// long as no w exceeds b these are 1 / b times as many for any w: what rows come how often is what
/// comes how often without bounds.
package struct ConditionPlan: Sendable {
  /// What the leaves of one element must have.
  struct Element: Sendable {
    var conditions: [LeafCondition]
    /// What the element's values can be drawn among; nil if only among all.
    var restriction: Restriction?
    /// The bound; nil if rows that fail get no other values.
    var bound: Chance?
  }

  /// One for each element of the record.
  var elements: [Element]

  /// What is added to an attempt's number for the draws of restricted values; and, with one more, for
  /// those that decide which rows go on.
  static let restricted = ExclusionFilter.maximumAttempts
  /// The attempt's number of rows that are made to find the bounds.
  static let pilotAttempt = restricted + 2

  /// Creates a plan without bounds; nil if no element of the record decides any of the conditions.
  ///
  /// - Parameters:
  ///   - conditions: what rows must meet; of leaves that follow from others nothing is known before
  ///     the row is whole, and theirs are not looked at.
  ///   - model: the model that makes the rows.
  package init?(_ conditions: [LeafCondition], model: Model) {
    let leafCount = model.content.schema.leaves.count
    var isUsed = false
    elements = model.content.network.root.elements.map { element in
      var isMade = [Bool](repeating: false, count: leafCount)
      element.child.markLeaves(in: &isMade, isOptional: true)
      let decided = conditions.filter { isMade[$0.leaf] }
      if decided.isEmpty { return Element(conditions: []) }
      isUsed = true
      let restriction = element.child.restriction(to: decided)
      return Element(
        conditions: decided, restriction: restriction?.isEmpty == false ? restriction : nil)
    }
    if !isUsed { return nil }
  }

  /// Whether rows that fail get other values.
  package var isBounded: Bool {
    for element in elements where element.bound != nil { return true }
    return false
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
  ///   - end: for rows that are made to find bounds, the element with a restriction that ends them;
  ///     all that come to it are left.
  ///   - chances: working memory for each row of the batch; at the end the chances of the rows that
  ///     are left that the element gives them what the conditions ask for. Nil if the plan has no
  ///     bounds.
  ///   - first: number of the batch's first row.
  ///   - seed: of the rows' draws.
  ///   - scratch: working memory, `scratchSize` for each row.
  ///   - batch: where the rows' values are put.
  /// - Returns: the number of rows that meet the conditions.
  func decode(
    _ positions: UnsafeMutablePointer<Int32>, count: Int, where plan: ConditionPlan,
    end: Int? = nil, chances: UnsafeMutablePointer<Chance>?, first: UInt64, seed: UInt64,
    scratch: borrowing Scratch, into batch: inout DecodedBatch
  ) -> Int {
    var scratch = copy scratch
    let rows = RowList(positions: positions, count: count)
    let vectors = scratch.takeNarrow(start.width, rows: count)
    let decoding = Decoding(
      tables: tables, gaussian: gaussian, strings: strings, seed: seed, row: first,
      attempt: end == nil ? 0 : ConditionPlan.pilotAttempt)
    latent?.sample(rows, decoding: decoding, scratch: scratch, into: vectors)
    for place in 0..<count {
      if latent == nil { vectors[place][0] = 0 }
      batch.reset(row: rows[place])
    }
    return root.decode(
      vectors, positions: positions, count: count, where: plan, end: end, chances: chances,
      decoding: decoding, scratch: scratch, into: &batch)
  }
}

extension TupleDecoder {
  /// Decodes the record, as `decode(_:rows:decoding:scratch:feedback:into:)` does, of the rows that
  /// are left after each element.
  fileprivate func decode(
    _ e: Vectors, positions: UnsafeMutablePointer<Int32>, count: Int, where plan: ConditionPlan,
    end: Int?, chances: UnsafeMutablePointer<Chance>?, decoding: borrowing Decoding,
    scratch: borrowing Scratch, into batch: inout DecodedBatch
  ) -> Int {
    var scratch = copy scratch
    var count = count
    let state = scratch.takeNarrow(input.outputs, rows: count)
    let vectors = scratch.takeNarrow(feedbackWidth ?? 0, rows: count)
    let codes = scratch.takeWide(2, rows: count).base
    let tables = decoding.tables
    input.applyCELU(e, count: count, into: state, tables: tables, scratch: scratch)
    for (index, element) in elements.enumerated() where count > 0 {
      let planned = plan.elements[index]
      var elementScratch = copy scratch
      let embedding = elementScratch.takeNarrow(element.embedding.outputs, rows: count)
      element.embedding.applyCELU(
        state, count: count, into: embedding, tables: tables, scratch: elementScratch)
      let feedback = self.feedback(
        of: index, vectors: vectors, codes: codes, isBrief: decoding.isBrief)
      if index == end, let chances {
        planned.decode(
          element.child, embedding, rows: RowList(positions: positions, count: count),
          decoding: decoding, scratch: elementScratch, feedback: feedback, into: &batch,
          chances: chances)
        return count
      }
      element.child.decode(
        embedding, rows: RowList(positions: positions, count: count), decoding: decoding,
        scratch: elementScratch, feedback: feedback, into: &batch)
      if !planned.conditions.isEmpty {
        if planned.bound != nil, let chances {
          planned.replace(
            element.child, embedding, rows: RowList(positions: positions, count: count),
            decoding: decoding, scratch: elementScratch, feedback: feedback, into: &batch,
            chances: chances)
        }
        let fedBack = feedback ?? .vectors(embedding)
        let width = feedbackWidth ?? element.embedding.outputs
        var kept = 0
        for place in 0..<count {
          let row = Int(positions[place])
          if !planned.hold(row, of: batch) { continue }
          if let bound = planned.bound, let chances,
            !decoding.goesOn(chances[row], bound: bound, element: index, position: row)
          {
            continue
          }
          if kept < place {
            positions[kept] = positions[place]
            state[kept].update(from: state[place], count: input.outputs)
            if element.gru != nil { fedBack.move(from: place, to: kept, width: width) }
          }
          kept &+= 1
        }
        count = kept
      }
      if count > 0 {
        step(
          after: index, feedback ?? .vectors(embedding), state: state, count: count,
          tables: tables, scratch: elementScratch)
      }
    }
    let rows = RowList(positions: positions, count: count)
    for constant in constants { constant.decode(rows: rows, into: &batch) }
    return count
  }
}

extension ConditionPlan.Element {
  /// Tells whether a row meets the conditions.
  fileprivate func hold(_ row: Int, of batch: borrowing DecodedBatch) -> Bool {
    for condition in conditions where !condition.holds(row, of: batch) { return false }
    return true
  }

  /// Gives those of the rows that fail other values, as `decode` does, whose chances are written; of
  /// the others the chance is 1.
  fileprivate func replace(
    _ module: DecoderModule, _ e: Vectors, rows: RowList, decoding: borrowing Decoding,
    scratch: borrowing Scratch, feedback: Feedback?, into batch: inout DecodedBatch,
    chances: UnsafeMutablePointer<Chance>
  ) {
    var start = 0
    // Rows are taken as they lie, so that nothing has to be gathered: most fail.
    for place in 0...rows.count {
      if place < rows.count, !hold(rows[place], of: batch) { continue }
      if start < place {
        decode(
          module, e.from(start),
          rows: RowList(positions: rows.positions + start, count: place &- start),
          decoding: decoding, scratch: scratch, feedback: feedback?.from(start), into: &batch,
          chances: chances)
      }
      if place < rows.count { chances[rows[place]] = .certain }
      start = place &+ 1
    }
  }

  /// Decodes values among those of the restriction, and writes their chances.
  fileprivate func decode(
    _ module: DecoderModule, _ e: Vectors, rows: RowList, decoding: borrowing Decoding,
    scratch: borrowing Scratch, feedback: Feedback?, into batch: inout DecodedBatch,
    chances: UnsafeMutablePointer<Chance>
  ) {
    guard let restriction else { return }
    for place in 0..<rows.count {
      chances[rows[place]] = .certain
      for condition in conditions { batch.set(.null, row: rows[place], leaf: condition.leaf) }
    }
    let restricted = Decoding(
      tables: decoding.tables, gaussian: decoding.gaussian, strings: decoding.strings,
      seed: decoding.seed, row: decoding.row,
      attempt: decoding.attempt &+ ConditionPlan.restricted)
    module.decode(
      e, rows: rows, decoding: restricted, scratch: scratch, feedback: feedback, into: &batch,
      restrictedTo: restriction, chances: chances)
  }
}

extension Decoding {
  /// Tells whether a row goes on whose value was drawn among those that are asked for; `chance` is the
  /// chance of these.
  fileprivate func goesOn(_ chance: Chance, bound: Chance, element: Int, position: Int) -> Bool {
    let share = chance.share(of: bound)
    if share == 1 &<< 32 { return true }
    // The chance is below the bound, and so its share of 1 the smaller one.
    let common = chance.share(of: .certain)
    var draws = RandomStream(
      seed: seed, row: row &+ UInt64(truncatingIfNeeded: position),
      stream: UInt32(truncatingIfNeeded: element),
      attempt: attempt &+ ConditionPlan.restricted &+ 1)
    return UInt64(draws.next()) &* ((1 &<< 32) &- common) < (share &- common) &<< 32
  }
}
