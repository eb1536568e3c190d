/// A node of a network's tree, which decodes one embedding vector into leaves of a row.
package indirect enum Module: Sendable {
  /// A `.text` leaf, or a `.digits` leaf with the range of its values, by the network's
  /// StringDecoder.
  case string(leaf: Int, digits: ClosedRange<Int64>?, stream: UInt32)
  case vocabulary(VocabularyDecoder)
  case scalars(ScalarDecoder)
  case categorical(CategoricalDecoder)
  /// The child with probability sigmoid(presence(e)), else null; `absent` (one row) is what absence
  /// feeds back, nil if nothing asks for it.
  case optional(presence: Dense, stream: UInt32, child: Module, absent: EmbeddingTable? = nil)
  case tuple(TupleDecoder)

  /// Decodes the vectors of `rows` into `batch`, where their leaves below this module are null before,
  /// and writes the module's feedback vectors (width) if asked.
  package func decode(
    _ e: Vectors, rows: RowList, decoding: borrowing Decoding, scratch: borrowing Scratch,
    feedback: Vectors?, into batch: inout DecodedBatch
  ) {
    switch self {
    case .string(let leaf, let digits, let stream):
      guard let strings = decoding.strings else { return }
      let number = digits.map {
        DigitString(range: $0, maximumLength: strings.maximumLength)
      }
      for place in 0..<rows.count {
        batch.strings[place] = StringState(
          draws: decoding.draws(stream: stream, position: rows[place]), number: number)
      }
      strings.decode(
        e, rows: rows, leaf: leaf, tables: decoding.tables, scratch: scratch,
        feedback: feedback, into: &batch)
    case .vocabulary(let decoder):
      decoder.decode(
        e, rows: rows, decoding: decoding, scratch: scratch, feedback: feedback, into: &batch)
    case .scalars(let decoder):
      decoder.decode(
        e, rows: rows, decoding: decoding, scratch: scratch, feedback: feedback, into: &batch)
    case .categorical(let decoder):
      decoder.decode(
        e, rows: rows, decoding: decoding, scratch: scratch, feedback: feedback, into: &batch)
    case .optional(let presence, let stream, let child, let absent):
      Self.decodeOptional(
        e, presence: presence, stream: stream, child: child, absent: absent, rows: rows,
        decoding: decoding, scratch: scratch, feedback: feedback, into: &batch)
    case .tuple(let decoder):
      decoder.decode(
        e, rows: rows, decoding: decoding, scratch: scratch, feedback: feedback, into: &batch)
    }
  }

  private static func decodeOptional(
    _ e: Vectors, presence: Dense, stream: UInt32, child: Module, absent: EmbeddingTable?,
    rows: RowList, decoding: borrowing Decoding, scratch: borrowing Scratch,
    feedback: Vectors?, into batch: inout DecodedBatch
  ) {
    var scratch = copy scratch
    var present = RowSubset(rows: rows.count, scratch: &scratch)
    var headScratch = copy scratch
    let logits = headScratch.takeNarrow(1, rows: rows.count)
    presence.apply(e, count: rows.count, into: logits, scratch: headScratch)
    for place in 0..<rows.count {
      var draws = decoding.draws(stream: stream, position: rows[place])
      if sampledPresence(logits[place][0], draw: draws.next(), tables: decoding.tables) {
        present.add(place, of: rows)
      } else if let feedback {
        absent?.copy(row: 0, into: feedback[place])
      }
    }
    if present.count == 0 { return }
    let inputs = scratch.takeNarrow(presence.inputs, rows: present.count)
    present.gather(e, width: presence.inputs, into: inputs)
    let width = absent?.width ?? 0
    let childFeedback = feedback == nil ? nil : scratch.takeNarrow(width, rows: present.count)
    child.decode(
      inputs, rows: present.rows, decoding: decoding, scratch: scratch, feedback: childFeedback,
      into: &batch)
    if let feedback, let childFeedback {
      present.scatter(childFeedback, width: width, into: feedback)
    }
  }

  /// The scratch that `decode` needs, where a string needs `strings`.
  package func scratchSize(strings: ScratchSize) -> ScratchSize {
    switch self {
    case .string: strings
    case .vocabulary(let decoder): decoder.scratchSize(strings: strings)
    case .scalars(let decoder): decoder.scratchSize
    case .categorical(let decoder): decoder.scratchSize
    case .optional(let presence, _, let child, let absent):
      RowSubset.scratchSize
        + (ScratchSize(narrow: 1, wide: 1)
          | (ScratchSize(narrow: presence.inputs) + ScratchSize(narrow: absent?.width ?? 0)
            + child.scratchSize(strings: strings)))
    case .tuple(let decoder): decoder.scratchSize(strings: strings)
    }
  }

  package var parameterCount: Int {
    switch self {
    case .string: 0
    case .vocabulary(let decoder): decoder.parameterCount
    case .scalars(let decoder): decoder.parameterCount
    case .categorical(let decoder): decoder.parameterCount
    case .optional(let presence, _, let child, let absent):
      presence.parameterCount + child.parameterCount + (absent?.vectors.count ?? 0)
    case .tuple(let decoder): decoder.parameterCount
    }
  }
}
