/// The StringLiteral's decoder, shared by all strings of a model (paper, App. B.1):
///
///     h = celu(dense(e)); repeat: sample a code from softmax(dense(h)); stop at `StringCode.end`;
///     h = gru(x: embedding[code], h: h)
///
/// `StringCode.unknown` is never sampled; the codes from `StringCode.first` on are the alphabet's
/// characters, then subword pieces: the *spelled* codes.
package final class StringDecoder: Sendable {
  /// What strings feed back to the Tuple's decoder.
  package enum Summary: Sendable {
    /// The string encoder's embedding of the sampled codes.
    case encoder(StringEncoder)
    /// celu(dense(h)) of the state after the last emitted code.
    case dense(Dense)
  }

  /// Unicode scalar values of the first spelled codes.
  package let alphabet: Numbers<UInt32>
  /// Texts of the codes after the alphabet's, each two or more characters.
  package let pieces: TextTable
  /// Most characters that a string may have.
  package let maximumLength: Int
  /// `[inputs, n]` with CELU.
  package let input: Dense
  /// The cell's input, for the spelled codes.
  package let codeInput: CodeInput
  /// The GRU that spells.
  package let cell: RecurrentCell
  /// `[n, codes]`, to logits; the outputs are places of `clusters` if there are any, else codes.
  package let softmax: Dense
  /// Nil for one softmax over all codes.
  package let clusters: SoftmaxClusters?
  /// Nil if elements' own embeddings are fed back.
  package let summary: Summary?
  /// Texts of the spelled codes.
  private let texts: TextTable
  /// Characters of the spelled codes.
  private let lengths: [Int]
  /// Per code, what it may be in a `.digits` string.
  let digitKinds: [DigitString.Kind]
  /// Per cluster, whether it has a code that a number may hold.
  let clusterHasNumber: [Bool]
  /// The cluster of which `StringCode.unknown` is all, if there is one.
  let textlessCluster: Int?
  /// The place of `StringCode.unknown`; -1 without clusters.
  let unknownPlace: Int

  /// Creates the decoder of all strings.
  ///
  /// - Parameters:
  ///   - alphabet: Unicode scalar values of the first spelled codes.
  ///   - pieces: texts of the codes after the alphabet's, each two or more characters.
  ///   - maximumLength: most characters that a string may have.
  ///   - input: `[inputs, n]` with CELU.
  ///   - codeInput: the cell's input, for the spelled codes.
  ///   - cell: the GRU that spells.
  ///   - softmax: `[n, codes]`, to logits; the outputs are places of `clusters` if there are any.
  ///   - clusters: nil for one softmax over all codes.
  ///   - summary: nil if elements' own embeddings are fed back.
  /// - Precondition: `alphabet` holds Unicode scalar values; an encoder in `summary` has the
  ///   embedding of `codeInput`, or a table if that is one.
  package init(
    alphabet: Numbers<UInt32>, pieces: TextTable = TextTable(), maximumLength: Int,
    input: Dense, codeInput: CodeInput, cell: RecurrentCell, softmax: Dense,
    clusters: SoftmaxClusters? = nil, summary: Summary? = nil
  ) {
    self.alphabet = alphabet
    self.pieces = pieces
    self.maximumLength = maximumLength
    self.input = input
    self.codeInput = codeInput
    if case .encoder(let encoder) = summary {
      precondition(encoder.codeInput.embedding == codeInput.embedding)
    }
    self.cell = cell
    self.softmax = softmax
    self.clusters = clusters
    self.summary = summary
    var texts = TextTable()
    for value in alphabet {
      guard let scalar = Unicode.Scalar(value), let units = UTF8.encode(scalar) else {
        preconditionFailure("not a Unicode scalar value")
      }
      texts.add(utf8: units)
    }
    for piece in 0..<pieces.count { texts.add(utf8: pieces[piece]) }
    self.texts = texts
    lengths = (0..<texts.count).map { texts.scalarCount($0) }
    let kinds =
      [.end, .other] + alphabet.map(DigitString.Kind.init)
      + (0..<pieces.count).map { _ in .other }
    digitKinds = kinds
    var hasNumber: [Bool] = []
    var textless: Int?
    if let clusters {
      for cluster in 0..<clusters.count {
        let codes = clusters.order[clusters.places(cluster)]
        if !codes.contains(where: { $0 != UInt32(StringCode.unknown) }) { textless = cluster }
        hasNumber.append(codes.contains { kinds[Int($0)] != .other })
      }
    }
    clusterHasNumber = hasNumber
    textlessCluster = textless
    unknownPlace = clusters?.order.firstIndex(of: UInt32(StringCode.unknown)) ?? -1
  }

  private var encoder: StringEncoder? {
    if case .encoder(let encoder) = summary { encoder } else { nil }
  }

  /// Number of codes.
  package var codeCount: Int { StringCode.first + alphabet.count + pieces.count }
  /// Width of the cell's state.
  package var width: Int { cell.width }

  /// Decodes the strings of `rows` from `e` and sets their leaf. Writes their feedback vectors
  /// (width) if asked.
  ///
  /// - Parameters:
  ///   - codes: what they are spelled with; nil for all codes.
  ///   - batch: its first `rows.count` strings are at their start.
  func decode(
    _ e: Vectors, rows: RowList, leaf: Int, codes allowed: CodeSet?, tables: ActivationTables,
    scratch: borrowing Scratch, feedback: Vectors? = nil, into batch: inout DecodedBatch
  ) {
    var scratch = copy scratch
    let count = rows.count
    let states = scratch.takeNarrow(width, rows: count)
    let encoder = feedback == nil ? nil : self.encoder
    let encoderWidth = encoder?.cell.width ?? 0
    let encoderStates = scratch.takeNarrow(encoderWidth, rows: count)
    // What is summarized of each string, by its row's place.
    let summarized = encoder == nil ? states : encoderStates
    let summarizedWidth = encoder == nil ? width : encoderWidth
    let finals = scratch.takeNarrow(summarizedWidth, rows: feedback == nil ? 0 : count)
    let lastCodes = scratch.takeWide(1, rows: count).base
    let codes = scratch.takeWide(1, rows: count).base

    input.applyCELU(e, count: count, into: states, tables: tables, scratch: scratch)
    if let encoder {
      for row in 0..<count { encoder.start(encoderStates[row]) }
    }
    batch.codes.removeAll(keepingCapacity: true)
    for place in 0..<count { batch.strings[place].place = place }
    // The strings that go on come first; their states, codes and entries of `batch.strings` lie in
    // the same order.
    var active = count
    func finish(_ slot: Int) {
      let place = batch.strings[slot].place
      lastCodes[place] = Int32(truncatingIfNeeded: batch.strings[slot].lastCode)
      if feedback != nil { finals[place].update(from: summarized[slot], count: summarizedWidth) }
      active -= 1
      if slot == active { return }
      batch.strings[slot] = batch.strings[active]
      codes[slot] = codes[active]
      states[slot].update(from: states[active], count: width)
      encoderStates[slot].update(from: encoderStates[active], count: encoderWidth)
    }
    while active > 0 {
      sampleCodes(
        states, strings: &batch.strings, count: active, allowed: allowed, tables: tables,
        scratch: scratch, into: codes)
      for slot in (0..<active).reversed()
      where !take(Int(codes[slot]), of: &batch.strings[slot], links: &batch.codes) {
        finish(slot)
      }
      advance(
        states, encoder: encoder, encoderStates: encoderStates, codes: codes, count: active,
        tables: tables, scratch: scratch)
      for slot in (0..<active).reversed() where batch.strings[slot].length == maximumLength {
        finish(slot)
      }
    }
    batch.stringCount += count
    batch.codeCount += batch.codes.count
    for place in 0..<count {
      setText(lastCode: Int(lastCodes[place]), row: rows[place], leaf: leaf, in: &batch)
    }
    guard let feedback, let summary else { return }
    let layer =
      switch summary {
      case .encoder(let encoder): encoder.output
      case .dense(let dense): dense
      }
    layer.applyCELU(finals, count: count, into: feedback, tables: tables, scratch: scratch)
  }

  /// Adds a code to a string; false if the string ends before it.
  private func take(
    _ code: Int, of string: inout StringState, links: inout [CodeLink]
  ) -> Bool {
    if code == StringCode.end { return false }
    string.length += lengths[code - StringCode.first]
    if string.length > maximumLength { return false }
    string.number?.append(digitKinds[code])
    let link = CodeLink(
      code: Int32(truncatingIfNeeded: code),
      previous: Int32(truncatingIfNeeded: string.lastCode))
    string.lastCode = links.count
    links.append(link)
    return true
  }

  /// Sets a row's leaf to the text of the codes that end with the link `lastCode`.
  private func setText(lastCode: Int, row: Int, leaf: Int, in batch: inout DecodedBatch) {
    var count = 0
    var position = lastCode
    while position >= 0 {
      let link = batch.codes[position]
      count += texts[Int(link.code) - StringCode.first].count
      position = Int(link.previous)
    }
    let start = batch.text.count
    batch.text.append(contentsOf: repeatElement(0, count: count))
    var end = start + count
    position = lastCode
    while position >= 0 {
      let link = batch.codes[position]
      for byte in texts[Int(link.code) - StringCode.first].reversed() {
        end -= 1
        batch.text[end] = byte
      }
      position = Int(link.previous)
    }
    batch.set(.text(start: start, count: count), row: row, leaf: leaf)
  }

  /// Advances the states, and the encoder's, by one code each, for `count` rows.
  private func advance(
    _ states: Vectors, encoder: StringEncoder?, encoderStates: Vectors,
    codes: UnsafePointer<Int32>, count: Int, tables: ActivationTables,
    scratch: borrowing Scratch
  ) {
    cell.step(
      codes: codes, count: count, input: codeInput, states: states, tables: tables,
      scratch: scratch)
    if let encoder {
      encoder.cell.step(
        codes: codes, count: count, input: encoder.codeInput, states: encoderStates,
        tables: tables, scratch: scratch)
    }
  }

  /// The scratch that decoding needs for each string.
  package var scratchSize: ScratchSize {
    var parts = cell.codeScratchSize(codeInput) | ScratchSize(wide: input.outputs)
    if let clusters {
      let places =
        ScratchSize(wide: clusters.size) + softmax.segmentScratchSize(of: clusters.size)
      parts = parts | ScratchSize(narrow: clusters.count, wide: clusters.count) | places
    } else {
      parts = parts | ScratchSize(narrow: codeCount, wide: codeCount)
    }
    switch summary {
    case .encoder(let encoder): parts = parts | encoder.scratchSize
    case .dense(let dense): parts = parts | ScratchSize(wide: dense.outputs)
    case nil: break
    }
    var held = ScratchSize(narrow: width, wide: 1) + ScratchSize(wide: 1)
    if let encoder {
      let states = ScratchSize(narrow: encoder.cell.width)
      held = held + states + states
    } else if summary != nil {
      held = held + ScratchSize(narrow: width)
    }
    return held + parts
  }

  var parameterCount: Int {
    var count =
      input.parameterCount + codeInput.parameterCount + cell.parameterCount
      + softmax.parameterCount + (codeInput.embedding?.parameterCount ?? 0)
    if let clusters { count += clusters.dense.parameterCount }
    switch summary {
    case .encoder(let encoder): count += encoder.parameterCount
    case .dense(let dense): count += dense.parameterCount
    case nil: break
    }
    return count
  }

  /// Multiply-adds of a string of no codes: its first state, the sampling of its end, its feedback.
  var multiplyAdds: Int {
    let summary =
      switch summary {
      case .encoder(let encoder): encoder.output.multiplyAdds
      case .dense(let dense): dense.multiplyAdds
      case nil: 0
      }
    return input.multiplyAdds + sampleMultiplyAdds + summary
  }

  /// Multiply-adds of one more code.
  var codeMultiplyAdds: Int {
    var count = cell.multiplyAdds + codeInput.multiplyAdds + sampleMultiplyAdds
    if let encoder { count += encoder.cell.multiplyAdds + encoder.codeInput.multiplyAdds }
    return count
  }

  private var sampleMultiplyAdds: Int {
    guard let clusters else { return softmax.multiplyAdds }
    return clusters.dense.multiplyAdds + clusters.size * softmax.inputs
  }
}
