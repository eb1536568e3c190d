extension DecoderModule {
  /// Decodes as `decode(_:rows:decoding:scratch:feedback:into:)` does, but draws only values that a
  /// restriction lets through, each as likely among these as the module has it.
  ///
  /// - Parameters:
  ///   - restriction: made by `restriction(to:)` of this module.
  ///   - chances: for each position of the batch, multiplied by the chance that the module gives the
  ///     row such a value; where that is 0 the value means nothing.
  func decode(
    _ e: Vectors, rows: RowList, decoding: borrowing Decoding, scratch: borrowing Scratch,
    feedback: Feedback?, into batch: inout DecodedBatch, restrictedTo restriction: Restriction,
    chances: UnsafeMutablePointer<Chance>
  ) {
    switch (self, restriction) {
    case (.categorical(let decoder), .classes(let classes)):
      decoder.decode(
        e, rows: rows, decoding: decoding, scratch: scratch, feedback: feedback, into: &batch,
        among: classes, chances: chances)
    case (.vocabulary(let decoder), .classes(let classes)):
      decoder.decode(
        e, rows: rows, decoding: decoding, scratch: scratch, feedback: feedback, into: &batch,
        among: classes, chances: chances)
    case (.number(let decoder), .numbers(let bins, let numbers)):
      decoder.decode(
        e, rows: rows, decoding: decoding, scratch: scratch, feedback: feedback, into: &batch,
        amongBins: bins, numbers, chances: chances)
    case (.optional(let decoder), .present(let child)):
      decoder.decode(
        e, rows: rows, decoding: decoding, scratch: scratch, feedback: feedback, into: &batch,
        present: child, chances: chances)
    case (.optional(let decoder), .absent):
      decoder.decode(
        e, rows: rows, decoding: decoding, scratch: scratch, feedback: feedback, into: &batch,
        present: nil, chances: chances)
    default: preconditionFailure("a restriction is of the module that it was made for")
    }
  }
}

extension ActivationTables {
  /// Samples a class as `sampledClass` does, among some.
  ///
  /// - Parameters:
  ///   - classes: which, ascending and not none.
  ///   - chance: multiplied by the chance of these classes.
  /// - Returns: the class; one of them even if all have no chance.
  fileprivate func sampledClass(
    logits: UnsafePointer<Int16>, count: Int, weights: UnsafeMutablePointer<Int32>, draw: UInt32,
    among classes: [Int], chance: inout Chance
  ) -> Int {
    let total = kernels.exponentials(logits, count: count, tables: self, into: weights)
    var part: UInt64 = 0
    for index in classes { part &+= UInt64(truncatingIfNeeded: weights[index]) }
    chance = chance * Chance(part, of: total)
    let threshold = Chance.share(draw, of: part)
    var cumulative: UInt64 = 0
    for index in classes {
      cumulative &+= UInt64(truncatingIfNeeded: weights[index])
      if cumulative > threshold { return index }
    }
    return classes[0]
  }
}

extension CategoricalDecoder {
  fileprivate func decode(
    _ e: Vectors, rows: RowList, decoding: borrowing Decoding, scratch: borrowing Scratch,
    feedback: Feedback?, into batch: inout DecodedBatch, among classes: [Int],
    chances: UnsafeMutablePointer<Chance>
  ) {
    var scratch = copy scratch
    let logits = scratch.takeNarrow(softmax.outputs, rows: rows.count)
    softmax.apply(e, count: rows.count, into: logits, scratch: scratch)
    let weights = scratch.takeWide(softmax.outputs).base
    for place in 0..<rows.count {
      var draws = decoding.draws(stream: stream, position: rows[place])
      let sampled = decoding.tables.sampledClass(
        logits: logits[place], count: softmax.outputs, weights: weights, draw: draws.next(),
        among: classes, chance: &chances[rows[place]])
      batch.set(.number(Int64(sampled)), row: rows[place], leaf: leaf)
      feedback?.set(place, to: embedding, row: sampled)
    }
  }
}

extension VocabularyDecoder {
  /// - Parameter allowed: known values.
  fileprivate func decode(
    _ e: Vectors, rows: RowList, decoding: borrowing Decoding, scratch: borrowing Scratch,
    feedback: Feedback?, into batch: inout DecodedBatch, among allowed: [Int],
    chances: UnsafeMutablePointer<Chance>
  ) {
    var scratch = copy scratch
    let logits = scratch.takeNarrow(softmax.outputs, rows: rows.count)
    softmax.apply(e, count: rows.count, into: logits, scratch: scratch)
    let weights = scratch.takeWide(softmax.outputs).base
    let classes = allowed.map { escapes &+ $0 }
    for place in 0..<rows.count {
      var draws = decoding.draws(stream: stream, position: rows[place])
      let value: Int
      if let factored {
        let total = decoding.tables.kernels.exponentials(
          logits[place], count: softmax.outputs, tables: decoding.tables, into: weights)
        let parts = factored.chances(
          of: allowed, e.from(place), weights: weights + escapes, total: total,
          tables: decoding.tables, scratch: scratch)
        let (index, sum) = Chance.choice(parts[...], draw: draws.next())
        chances[rows[place]] = chances[rows[place]] * sum
        value = allowed[index]
      } else {
        value =
          decoding.tables.sampledClass(
            logits: logits[place], count: softmax.outputs, weights: weights, draw: draws.next(),
            among: classes, chance: &chances[rows[place]]) &- escapes
      }
      batch.setText(values[value], row: rows[place], leaf: leaf)
      feedback?.set(place, to: embedding, row: value)
    }
  }
}

extension OptionalDecoder {
  /// - Parameter restriction: what the value may be; nil if it is absent.
  fileprivate func decode(
    _ e: Vectors, rows: RowList, decoding: borrowing Decoding, scratch: borrowing Scratch,
    feedback: Feedback?, into batch: inout DecodedBatch, present restriction: Restriction?,
    chances: UnsafeMutablePointer<Chance>
  ) {
    var headScratch = copy scratch
    let logits = headScratch.takeNarrow(1, rows: rows.count)
    presence.apply(e, count: rows.count, into: logits, scratch: headScratch)
    for place in 0..<rows.count {
      let present = UInt64(truncatingIfNeeded: decoding.tables.sigmoid(logits[place][0]))
      let part = restriction == nil ? 32_768 &- present : present
      chances[rows[place]] = chances[rows[place]] * Chance(part, of: 32_768)
      if restriction == nil { feedback?.set(place, to: absent, row: 0, code: absentCode) }
    }
    if let restriction {
      child.decode(
        e, rows: rows, decoding: decoding, scratch: scratch, feedback: feedback, into: &batch,
        restrictedTo: restriction, chances: chances)
    }
  }
}

extension NumberDecoder {
  fileprivate func decode(
    _ e: Vectors, rows: RowList, decoding: borrowing Decoding, scratch: borrowing Scratch,
    feedback: Feedback?, into batch: inout DecodedBatch, amongBins allowed: [Int],
    _ numbers: NumberSet, chances: UnsafeMutablePointer<Chance>
  ) {
    var scratch = copy scratch
    let bins = starts.count &- 1
    let logits = scratch.takeNarrow(softmax.outputs, rows: rows.count)
    softmax.apply(e, count: rows.count, into: logits, scratch: scratch)
    let weights = scratch.takeWide(max(softmax.outputs, cells?.softmax.outputs ?? 0)).base
    // For each row and allowed bin, the chance of the numbers in it.
    var parts = [Chance](repeating: .certain, count: rows.count * allowed.count)
    for (index, bin) in allowed.enumerated() where bin < bins && !isWhole(bin, numbers) {
      let bins = [Int](repeating: bin, count: rows.count)
      forEachRow(of: rows, e, bins: bins, decoding: decoding, scratch: scratch) {
        place, cellLogits in
        parts[place * allowed.count + index] = chance(
          of: numbers, bin: bin, cellLogits, weights: weights, tables: decoding.tables)
      }
    }
    var chosen: [Int] = []
    for place in 0..<rows.count {
      var draws = decoding.draws(stream: stream, position: rows[place])
      let total = decoding.tables.kernels.exponentials(
        logits[place], count: softmax.outputs, tables: decoding.tables, into: weights)
      let first = place * allowed.count
      let found = chancesOfBins(
        allowed, e.from(place), weights: weights, total: total, tables: decoding.tables,
        scratch: scratch)
      for index in allowed.indices { parts[first + index] = parts[first + index] * found[index] }
      let (index, sum) = Chance.choice(
        parts[first..<first + allowed.count], draw: draws.next())
      chances[rows[place]] = chances[rows[place]] * sum
      chosen.append(allowed[index])
      feedback?.set(place, to: embedding, row: allowed[index])
    }
    forEachRow(of: rows, e, bins: chosen, decoding: decoding, scratch: scratch) {
      place, cellLogits in
      let bin = chosen[place]
      if bin == bins { return }
      var draws = decoding.draws(stream: stream, position: rows[place])
      _ = draws.next()
      let cell = sampledCell(
        of: numbers, bin: bin, cellLogits, weights: weights, tables: decoding.tables,
        draws: &draws)
      if let cells { feedback?.add(place, cells.embedding, row: cell) }
      let limits = limits(Int(truncatingIfNeeded: starts[bin]) &+ cell)
      let last = numbers.count(in: limits) &- 1
      let index = Self.value(from: 0, through: Int64(bitPattern: last), draw: draws.next())
      let value = numbers.number(UInt64(bitPattern: index), in: limits)
      batch.set(.number(value), row: rows[place], leaf: leaf)
    }
  }

  /// The chance of each of some bins, null the last one, of one row.
  ///
  /// - Parameters:
  ///   - weights: of the softmax's classes, from `exponentials`.
  ///   - total: their sum.
  private func chancesOfBins(
    _ allowed: [Int], _ e: Vectors, weights: UnsafePointer<Int32>, total: UInt64,
    tables: ActivationTables, scratch: borrowing Scratch
  ) -> [Chance] {
    guard let factored else {
      return allowed.map { Chance(UInt64(truncatingIfNeeded: weights[$0]), of: total) }
    }
    let bins = starts.count &- 1
    let found = factored.chances(
      of: allowed.filter { $0 < bins }, e, weights: weights, total: total, tables: tables,
      scratch: scratch)
    guard found.count < allowed.count else { return found }
    let null = UInt64(truncatingIfNeeded: weights[factored.clusters.count])
    return found + [Chance(null, of: total)]
  }

  /// Calls `body` with the place of each row and the logits of the cells of its bin, if any bin has
  /// several.
  private func forEachRow(
    of rows: RowList, _ e: Vectors, bins: [Int], decoding: borrowing Decoding,
    scratch: borrowing Scratch, _ body: (Int, UnsafeMutablePointer<Int16>?) -> Void
  ) {
    guard let cells else {
      for place in 0..<rows.count { body(place, nil) }
      return
    }
    var scratch = copy scratch
    let cellLogits = scratch.takeNarrow(cells.softmax.outputs, rows: rows.count)
    let hidden = scratch.takeNarrow(cells.hidden.outputs, rows: rows.count)
    let sums = scratch.takeNarrow(softmax.inputs, rows: rows.count)
    for place in 0..<rows.count {
      let bin = bins[place]
      cells.tell(bin == starts.count &- 1 ? 0 : bin, e[place], into: sums[place])
    }
    cells.hidden.applyCELU(
      sums, count: rows.count, into: hidden, tables: decoding.tables, scratch: scratch)
    cells.softmax.apply(hidden, count: rows.count, into: cellLogits, scratch: scratch)
    for place in 0..<rows.count { body(place, cellLogits[place]) }
  }

  /// The chances of the bin's cells that numbers in the set come from them, together with the numbers.
  private func chancesOfCells(
    _ bin: Int, _ numbers: NumberSet, _ logits: UnsafeMutablePointer<Int16>?,
    weights: UnsafeMutablePointer<Int32>, tables: ActivationTables
  ) -> [Chance] {
    let first = Int(truncatingIfNeeded: starts[bin])
    let count = Int(truncatingIfNeeded: starts[bin &+ 1]) &- first
    var total: UInt64 = 1
    if let logits {
      total = tables.kernels.exponentials(logits, count: count, tables: tables, into: weights)
    }
    return (0..<count).map { cell in
      let limits = limits(first &+ cell)
      let part = logits == nil ? 1 : UInt64(truncatingIfNeeded: weights[cell])
      return Chance(part, of: total)
        * Chance(numbers.count(in: limits), of: NumberSet.count(limits))
    }
  }

  private func chance(
    of numbers: NumberSet, bin: Int, _ logits: UnsafeMutablePointer<Int16>?,
    weights: UnsafeMutablePointer<Int32>, tables: ActivationTables
  ) -> Chance {
    let parts = chancesOfCells(bin, numbers, logits, weights: weights, tables: tables)
    return Chance.choice(parts[...], draw: 0).sum
  }

  private func sampledCell(
    of numbers: NumberSet, bin: Int, _ logits: UnsafeMutablePointer<Int16>?,
    weights: UnsafeMutablePointer<Int32>, tables: ActivationTables, draws: inout RandomStream
  ) -> Int {
    if logits == nil { return 0 }
    let parts = chancesOfCells(bin, numbers, logits, weights: weights, tables: tables)
    return Chance.choice(parts[...], draw: draws.next()).index
  }

  private func isWhole(_ bin: Int, _ numbers: NumberSet) -> Bool {
    for cell in Int(truncatingIfNeeded: starts[bin])..<Int(truncatingIfNeeded: starts[bin &+ 1]) {
      let limits = limits(cell)
      if numbers.count(in: limits) < NumberSet.count(limits) { return false }
    }
    return true
  }

  private func limits(_ cell: Int) -> ClosedRange<Int64> {
    bounds[2 &* cell]...bounds[2 &* cell &+ 1]
  }
}
