/// A value of one alternative of several: its child's in rows in which an integer that was drawn
/// before says so, else null.
package final class ChosenDecoder: Sendable {
  /// The integer leaf that says which alternative a row has.
  package let leaf: Int
  /// What it is in rows with the value.
  package let choice: Int64
  /// Width of the vectors that the value is decoded from.
  package let inputs: Int
  /// The decoder of the value.
  package let child: DecoderModule
  /// `[1, width]`: what absence feeds back; nil if nothing asks for the module's feedback.
  package let absent: EmbeddingTable?
  /// Code of absence among what the module feeds back (`FeedbackCodes`).
  let absentCode: Int

  /// Creates the decoder of a value of one alternative.
  ///
  /// - Parameters:
  ///   - leaf: the integer leaf that says which alternative a row has.
  ///   - choice: what it is in rows with the value.
  ///   - inputs: width of the vectors that the value is decoded from.
  ///   - child: the decoder of the value.
  ///   - absent: `[1, width]`: what absence feeds back; nil if nothing asks for the module's
  ///     feedback.
  package init(
    leaf: Int, choice: Int64, inputs: Int, child: DecoderModule, absent: EmbeddingTable? = nil
  ) {
    self.leaf = leaf
    self.choice = choice
    self.inputs = inputs
    self.child = child
    self.absent = absent
    absentCode = child.feedbackCodes?.count ?? 0
  }
}

extension ChosenDecoder: DecoderKind {
  static func read(
    from reader: inout NetworkReader, at place: ModulePlace
  ) throws(ModelError) -> ChosenDecoder {
    try reader.sections.begin(.chosen, name: place.name)
    let leaf = try reader.readMadeLeaf()
    let choice = try reader.sections.readNumber(Int64.self)
    let inputs = try reader.sections.readShape(1...ModelFormat.maximumWidth)
    guard place.input.width == inputs else {
      throw reader.sections.invalid(
        "expected inputs of width \(place.input.width), found width \(inputs)")
    }
    let child = try DecoderModule.read(
      from: &reader,
      at: ModulePlace(
        name: "value", input: place.input, feedback: place.feedback, depth: place.depth + 1))
    let absent = try reader.readEmbedding(name: "absent", rows: 1, feedback: place.feedback)
    try reader.sections.finish()
    return ChosenDecoder(leaf: leaf, choice: choice, inputs: inputs, child: child, absent: absent)
  }

  func write(to writer: inout SectionWriter, name: UTF8Text) {
    writer.begin(.chosen, name: name)
    writer.writeShape(leaf)
    writer.write(choice)
    writer.writeShape(inputs)
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
    for place in 0..<rows.count {
      if batch.value(row: rows[place], leaf: leaf) == .number(choice) {
        present.add(place, of: rows)
      } else {
        feedback?.set(place, to: absent, row: 0, code: absentCode)
      }
    }
    if present.count == 0 { return }
    let vectors = scratch.takeNarrow(inputs, rows: present.count)
    present.gather(e, width: inputs, into: vectors)
    let width = absent?.width ?? 0
    let childFeedback = feedback?.taken(rows: present.count, width: width, scratch: &scratch)
    child.decode(
      vectors, rows: present.rows, decoding: decoding, scratch: scratch, feedback: childFeedback,
      into: &batch)
    if let feedback, let childFeedback {
      present.scatter(childFeedback, width: width, into: feedback)
    }
  }

  func scratchSize(strings: ScratchSize) -> ScratchSize {
    RowSubset.scratchSize + ScratchSize(narrow: inputs) + ScratchSize(narrow: absent?.width ?? 0)
      + Feedback.codesSize + child.scratchSize(strings: strings)
  }

  var parameterCount: Int { child.parameterCount + (absent?.vectors.count ?? 0) }

  var multiplyAdds: Int { child.multiplyAdds }

  func markLeaves(in mayBeNull: inout [Bool], isOptional: Bool) {
    child.markLeaves(in: &mayBeNull, isOptional: true)
  }
}
