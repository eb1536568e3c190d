/// A node of a network's tree, which decodes one embedding vector into leaves of a row.
package indirect enum Module: Sendable {
  /// A `.text` leaf, or a `.digits` leaf with the range of its values, by the network's
  /// StringDecoder.
  case string(leaf: Int, digits: ClosedRange<Int64>?, stream: UInt32)
  case scalars(ScalarDecoder)
  case categorical(CategoricalDecoder)
  /// The child with probability sigmoid(presence(e)), else null.
  case optional(presence: Dense, stream: UInt32, child: Module)
  case tuple(TupleDecoder)

  /// Decodes `e` into `row`, whose leaves below this module are null before.
  package func decode(
    _ e: UnsafePointer<Int16>, decoding: borrowing Decoding, scratch: borrowing Scratch,
    into row: inout DecodedRow
  ) {
    switch self {
    case .string(let leaf, let digits, let stream):
      let start = row.text.count
      decoding.strings?.decode(
        e, digits: digits, draws: decoding.draws(stream: stream), tables: decoding.tables,
        scratch: scratch, into: &row.text)
      row.values[leaf] = .text(start: start, count: row.text.count - start)
    case .scalars(let decoder):
      decoder.decode(e, decoding: decoding, scratch: scratch, into: &row)
    case .categorical(let decoder):
      decoder.decode(e, decoding: decoding, scratch: scratch, into: &row)
    case .optional(let presence, let stream, let child):
      var headScratch = copy scratch
      let logit = headScratch.takeNarrow(1)
      presence.apply(e, into: logit, scratch: headScratch)
      var draws = decoding.draws(stream: stream)
      if sampledPresence(logit[0], draw: draws.next(), tables: decoding.tables) {
        child.decode(e, decoding: decoding, scratch: scratch, into: &row)
      }
    case .tuple(let decoder):
      decoder.decode(e, decoding: decoding, scratch: scratch, into: &row)
    }
  }

  /// The scratch that `decode` needs, where a string needs `strings`.
  package func scratchSize(strings: ScratchSize) -> ScratchSize {
    switch self {
    case .string: strings
    case .scalars(let decoder): decoder.scratchSize
    case .categorical(let decoder): decoder.scratchSize
    case .optional(_, _, let child):
      ScratchSize(narrow: 1, wide: 1) | child.scratchSize(strings: strings)
    case .tuple(let decoder): decoder.scratchSize(strings: strings)
    }
  }

  package var parameterCount: Int {
    switch self {
    case .string: 0
    case .scalars(let decoder): decoder.parameterCount
    case .categorical(let decoder): decoder.softmax.parameterCount
    case .optional(let presence, _, let child): presence.parameterCount + child.parameterCount
    case .tuple(let decoder):
      decoder.elements.reduce(decoder.input.parameterCount) { total, element in
        total + element.embedding.parameterCount + (element.gru?.parameterCount ?? 0)
          + element.child.parameterCount
      }
    }
  }
}
