/// A value that may be absent: its child's with probability sigmoid(dense(e)), else null.
package final class OptionalDecoder: Sendable {
  /// Stream number of its draw.
  package let stream: UInt32
  /// `[inputs, 1]`, to Q4.11.
  package let presence: Dense
  /// The decoder of the value.
  package let child: DecoderModule
  /// `[1, width]`: what absence feeds back; nil if nothing asks for the module's feedback.
  package let absent: EmbeddingTable?
  /// Code of absence among what the module feeds back (`FeedbackCodes`).
  let absentCode: Int

  /// Creates the decoder of a value that may be absent.
  ///
  /// - Parameters:
  ///   - stream: stream number of its draw.
  ///   - presence: `[inputs, 1]`, to Q4.11.
  ///   - child: the decoder of the value.
  ///   - absent: `[1, width]`: what absence feeds back; nil if nothing asks for the module's
  ///     feedback.
  package init(
    stream: UInt32, presence: Dense, child: DecoderModule, absent: EmbeddingTable? = nil
  ) {
    self.stream = stream
    self.presence = presence
    self.child = child
    self.absent = absent
    absentCode = child.feedbackCodes?.count ?? 0
  }
}

extension OptionalDecoder: DecoderKind {
  static func read(
    from reader: inout NetworkReader, at place: ModulePlace
  ) throws(ModelError) -> OptionalDecoder {
    try reader.sections.begin(.optional, name: place.name)
    let stream = try reader.readStream()
    let presence = try reader.readPresence(name: "presence", input: place.input, heads: 1...1)
    let child = try DecoderModule.read(
      from: &reader,
      at: ModulePlace(
        name: "value", input: place.input, feedback: place.feedback, depth: place.depth + 1))
    let absent = try reader.readEmbedding(name: "absent", rows: 1, feedback: place.feedback)
    try reader.sections.finish()
    return OptionalDecoder(stream: stream, presence: presence, child: child, absent: absent)
  }

  func write(to writer: inout SectionWriter, name: UTF8Text) {
    writer.begin(.optional, name: name)
    writer.write(stream)
    writer.write(presence, name: "presence")
    child.write(to: &writer, name: "value")
    writer.write(absent, name: "absent")
    writer.end()
  }

  func decode(
    _ e: Vectors, rows: RowList, decoding: borrowing Decoding, scratch: borrowing Scratch,
    feedback: Feedback?, into batch: inout DecodedBatch
  ) {
    var scratch = copy scratch
    var present = RowSubset(rows: rows.count, scratch: &scratch)
    var headScratch = copy scratch
    let logits = headScratch.takeNarrow(1, rows: rows.count)
    presence.apply(e, count: rows.count, into: logits, scratch: headScratch)
    for place in 0..<rows.count {
      var draws = decoding.draws(stream: stream, position: rows[place])
      if decoding.tables.sampledPresence(logits[place][0], draw: draws.next()) {
        present.add(place, of: rows)
      } else {
        feedback?.set(place, to: absent, row: 0, code: absentCode)
      }
    }
    if present.count == 0 { return }
    let inputs = scratch.takeNarrow(presence.inputs, rows: present.count)
    present.gather(e, width: presence.inputs, into: inputs)
    let width = absent?.width ?? 0
    let childFeedback = feedback?.taken(rows: present.count, width: width, scratch: &scratch)
    child.decode(
      inputs, rows: present.rows, decoding: decoding, scratch: scratch, feedback: childFeedback,
      into: &batch)
    if let feedback, let childFeedback {
      present.scatter(childFeedback, width: width, into: feedback)
    }
  }

  func scratchSize(strings: ScratchSize) -> ScratchSize {
    RowSubset.scratchSize
      + (ScratchSize(narrow: 1, wide: 1)
        | (ScratchSize(narrow: presence.inputs) + ScratchSize(narrow: absent?.width ?? 0)
          + Feedback.codesSize + child.scratchSize(strings: strings)))
  }

  var parameterCount: Int {
    presence.parameterCount + child.parameterCount + (absent?.vectors.count ?? 0)
  }

  var multiplyAdds: Int { presence.multiplyAdds + child.multiplyAdds }

  func markLeaves(in mayBeNull: inout [Bool], isOptional: Bool) {
    child.markLeaves(in: &mayBeNull, isOptional: true)
  }
}
