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

  /// Decodes `e` into `row`, whose leaves below this module are null before, and writes the
  /// module's feedback vector (width) if asked.
  package func decode(
    _ e: UnsafePointer<Int16>, decoding: borrowing Decoding, scratch: borrowing Scratch,
    feedback: UnsafeMutablePointer<Int16>?, into row: inout DecodedRow
  ) {
    switch self {
    case .string(let leaf, let digits, let stream):
      let start = row.text.count
      decoding.strings?.decode(
        e, digits: digits, draws: decoding.draws(stream: stream), tables: decoding.tables,
        scratch: scratch, feedback: feedback, into: &row.text)
      row.values[leaf] = .text(start: start, count: row.text.count - start)
    case .vocabulary(let decoder):
      decoder.decode(e, decoding: decoding, scratch: scratch, feedback: feedback, into: &row)
    case .scalars(let decoder):
      decoder.decode(e, decoding: decoding, scratch: scratch, feedback: feedback, into: &row)
    case .categorical(let decoder):
      decoder.decode(e, decoding: decoding, scratch: scratch, feedback: feedback, into: &row)
    case .optional(let presence, let stream, let child, let absent):
      var headScratch = copy scratch
      let logit = headScratch.takeNarrow(1)
      presence.apply(e, into: logit, scratch: headScratch)
      var draws = decoding.draws(stream: stream)
      if sampledPresence(logit[0], draw: draws.next(), tables: decoding.tables) {
        child.decode(e, decoding: decoding, scratch: scratch, feedback: feedback, into: &row)
      } else if let feedback {
        absent?.copy(row: 0, into: feedback)
      }
    case .tuple(let decoder):
      decoder.decode(e, decoding: decoding, scratch: scratch, feedback: feedback, into: &row)
    }
  }

  /// The scratch that `decode` needs, where a string needs `strings`.
  package func scratchSize(strings: ScratchSize) -> ScratchSize {
    switch self {
    case .string: strings
    case .vocabulary(let decoder): decoder.scratchSize(strings: strings)
    case .scalars(let decoder): decoder.scratchSize
    case .categorical(let decoder): decoder.scratchSize
    case .optional(_, _, let child, _):
      ScratchSize(narrow: 1, wide: 1) | child.scratchSize(strings: strings)
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
