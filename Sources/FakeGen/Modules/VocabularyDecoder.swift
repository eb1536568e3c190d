/// A string field with few distinct values: class 0 of softmax(dense(e)) is the escape to the
/// StringLiteral, class 1 + k the known value k (docs/ModelOptions.md). A closed vocabulary has no
/// escape: class k is the known value k. Where the softmax is factored its classes are clusters of
/// values, and a second one chooses the value.
package final class VocabularyDecoder: Sendable {
  /// Stream number of its draws.
  package let stream: UInt32
  /// The leaf that it makes.
  package let leaf: Int
  /// `[inputs, 1 + n]`, or `[inputs, n]` if the vocabulary is closed; to logits. Of a factored one
  /// the number of clusters stands for n.
  package let softmax: Dense
  /// What chooses the value in a cluster; nil if the softmax is not factored.
  package let factored: FactoredClasses?
  /// The n known values.
  package let values: TextTable
  /// What texts of no known value are spelled with; nil for all codes.
  package let codes: CodeSet?
  /// `[n, width]`; nil if nothing asks for the field's feedback.
  package let embedding: EmbeddingTable?

  /// Creates the decoder of a field with few distinct values.
  ///
  /// - Parameters:
  ///   - stream: stream number of its draws.
  ///   - leaf: the leaf that it makes.
  ///   - softmax: `[inputs, 1 + n]`, or `[inputs, n]` if the vocabulary is closed; to logits. Of a
  ///     factored one the number of clusters stands for n.
  ///   - factored: what chooses the value in a cluster; nil if the softmax is not factored.
  ///   - values: the n known values.
  ///   - codes: what texts of no known value are spelled with; nil for all codes.
  ///   - embedding: `[n, width]`; nil if nothing asks for the field's feedback.
  package init(
    stream: UInt32, leaf: Int, softmax: Dense, factored: FactoredClasses? = nil,
    values: TextTable, codes: CodeSet? = nil, embedding: EmbeddingTable?
  ) {
    self.stream = stream
    self.leaf = leaf
    self.softmax = softmax
    self.factored = factored
    self.values = values
    self.codes = codes
    self.embedding = embedding
  }

  /// Whether only the known values are made.
  package var isClosed: Bool { escapes == 0 }

  /// Number of classes before those of the known values, or their clusters: the escape, if there is
  /// one.
  var escapes: Int { softmax.outputs &- (factored?.clusters.count ?? values.count) }
}

extension VocabularyDecoder: DecoderKind {
  static func read(
    from reader: inout NetworkReader, at place: ModulePlace
  ) throws(ModelError) -> VocabularyDecoder {
    let isClosed = reader.sections.nextType() == .closedVocabulary
    try reader.sections.begin(isClosed ? .closedVocabulary : .vocabulary, name: place.name)
    if !isClosed { try reader.useStrings(input: place.input) }
    let leaf = try reader.readTextLeaf()
    let stream = try reader.readStream()
    let count = try reader.sections.readShape(1...ModelFormat.maximumWidth - 1)
    let values = try reader.sections.readTexts(count, name: "value")
    let codes: CodeSet? = isClosed ? nil : try .readIfPresent(from: &reader)
    let factored = try FactoredClasses.readIfPresent(
      from: &reader, count: count, input: place.input)
    let known = factored?.clusters.count ?? count
    let classes = isClosed ? known : 1 + known
    let softmax = try reader.readLogits(
      name: "softmax", input: place.input, classes: classes...classes)
    let embedding = try reader.readEmbedding(
      name: "embedding", rows: count, feedback: place.feedback)
    try reader.sections.finish()
    return VocabularyDecoder(
      stream: stream, leaf: leaf, softmax: softmax, factored: factored, values: values,
      codes: codes, embedding: embedding)
  }

  func write(to writer: inout SectionWriter, name: UTF8Text) {
    writer.begin(isClosed ? .closedVocabulary : .vocabulary, name: name)
    writer.writeShape(leaf)
    writer.write(stream)
    writer.writeShape(values.count)
    writer.write(values)
    codes?.write(to: &writer)
    factored?.write(to: &writer)
    writer.write(softmax, name: "softmax")
    writer.write(embedding, name: "embedding")
    writer.end()
  }

  func decode(
    _ e: Vectors, rows: RowList, decoding: borrowing Decoding, scratch: borrowing Scratch,
    feedback: Feedback?, into batch: inout DecodedBatch
  ) {
    var scratch = copy scratch
    let chosen = scratch.takeWide(1, rows: rows.count).base
    let draws = decoding.firstDraws(stream: stream, rows: rows, scratch: &scratch)
    choice.sample(
      e, count: rows.count, draws: draws, tables: decoding.tables, scratch: scratch, into: chosen)
    put(
      chosen, e, rows: rows, decoding: decoding, scratch: scratch, feedback: feedback,
      into: &batch)
  }

  /// What chooses the value, or that it is spelled.
  var choice: ClassChoice {
    ClassChoice(
      stream: stream, softmax: softmax, factored: factored, escapes: escapes,
      classes: values.count)
  }

  /// Gives rows their values (`[rows]`, -1 for those that are spelled).
  func put(
    _ chosen: UnsafePointer<Int32>, _ e: Vectors, rows: RowList, decoding: borrowing Decoding,
    scratch: borrowing Scratch, feedback: Feedback?, into batch: inout DecodedBatch
  ) {
    var scratch = copy scratch
    var escaped = RowSubset(rows: rows.count, scratch: &scratch)
    var knownScratch = copy scratch
    // Where each value lies in the batch's text, -1 until some row has it: worth it for fewer values
    // than rows.
    let known = values.count <= rows.count ? knownScratch.takeWide(values.count).base : nil
    known?.update(repeating: -1, count: values.count)
    for place in 0..<rows.count {
      let value = Int(chosen[place])
      if value < 0 {
        // Those that follow the class's are the string's.
        var draws = decoding.draws(stream: stream, position: rows[place])
        _ = draws.next()
        batch.strings[escaped.count] = StringState(draws: draws)
        escaped.add(place, of: rows)
      } else {
        setText(value, row: rows[place], known: known, in: &batch)
        feedback?.set(place, to: embedding, row: value)
      }
    }
    guard escaped.count > 0, let strings = decoding.strings else { return }
    let inputs = scratch.takeNarrow(softmax.inputs, rows: escaped.count)
    escaped.gather(e, width: softmax.inputs, into: inputs)
    let width = embedding?.width ?? 0
    let vectors = feedback?.vectors
    let stringFeedback = vectors == nil ? nil : scratch.takeNarrow(width, rows: escaped.count)
    strings.decode(
      inputs, rows: escaped.rows, leaf: leaf, codes: codes, tables: decoding.tables,
      scratch: scratch, feedback: stringFeedback, into: &batch)
    if let vectors, let stringFeedback {
      escaped.scatter(stringFeedback, width: width, into: vectors)
    }
  }

  /// Sets a row's leaf to a known value.
  ///
  /// - Parameters:
  ///   - value: number of the value.
  ///   - row: the row.
  ///   - known: where values lie in the batch's text, -1 for those that do not; nil to put each there
  ///     anew.
  ///   - batch: the batch.
  private func setText(
    _ value: Int, row: Int, known: UnsafeMutablePointer<Int32>?, in batch: inout DecodedBatch
  ) {
    if let known, known[value] >= 0 {
      let text = DecodedBatch.Value.text(
        start: Int(known[value]), count: values.byteCount(value))
      batch.set(text, row: row, leaf: leaf)
      return
    }
    known?[value] = Int32(truncatingIfNeeded: batch.text.count)
    batch.setText(values[value], row: row, leaf: leaf)
  }

  func scratchSize(strings: ScratchSize) -> ScratchSize {
    let spelling =
      isClosed
      ? ScratchSize()
      : ScratchSize(narrow: softmax.inputs) + ScratchSize(narrow: embedding?.width ?? 0) + strings
    return ScratchSize(wide: 1) + FirstDraws.scratchSize
      + (choice.scratchSize
        | (RowSubset.scratchSize + (ScratchSize(wide: 1) | spelling)))
  }

  var parameterCount: Int {
    softmax.parameterCount + (factored?.softmax.parameterCount ?? 0)
      + (embedding?.vectors.count ?? 0)
  }

  var multiplyAdds: Int { softmax.multiplyAdds + (factored?.multiplyAdds ?? 0) }

  func markLeaves(in mayBeNull: inout [Bool], isOptional: Bool) { mayBeNull[leaf] = isOptional }
}
