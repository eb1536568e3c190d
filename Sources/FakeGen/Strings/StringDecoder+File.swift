extension StringDecoder {
  /// Reads the section of the StringLiteral.
  ///
  /// - Returns: the decoder.
  /// - Throws: `ModelError` if the section is not what it must be.
  static func read(from reader: inout NetworkReader) throws(ModelError) -> StringDecoder {
    try reader.sections.begin(.stringLiteral, name: "string")
    let maximumLength = try reader.sections.readShape(1...ModelFormat.maximumStringLength)
    let count = try reader.sections.readShape(1...ModelFormat.maximumWidth - StringCode.first)
    let alphabet = try reader.sections.readNumbers(UInt32.self, count: count)
    for (index, value) in alphabet.enumerated() where Unicode.Scalar(value) == nil {
      throw reader.sections.invalid("character \(index) is no Unicode scalar value")
    }
    let pieces =
      reader.sections.nextType() == .pieces
      ? try readPieces(from: &reader.sections, alphabetCount: count) : TextTable()
    let input = try reader.readCELU(name: "input", input: nil)
    let state = reader.celuOutput(input)
    let spelled = count + pieces.count
    let codes = StringCode.first + spelled
    let embedding: CodeEmbedding? =
      reader.sections.nextType() == .codeEmbedding
      ? try .read(from: &reader.sections, count: spelled) : nil
    let codeInput = try CodeInput.read(
      from: &reader, embedding: embedding, count: spelled, width: state.width)
    let cell = try reader.readCell(codeInput: codeInput, width: state.width, state: state)
    let unpacked = try reader.readLogits(
      name: "softmax", input: state, classes: codes...codes, isPacked: false)
    let clusters: SoftmaxClusters? =
      reader.sections.nextType() == .clusters
      ? try .read(from: &reader, codes: codes, state: state) : nil
    let softmax = unpacked.packed(
      segmentSize: clusters?.size ?? codes, isWidened: !reader.sections.isLasting,
      kernels: reader.kernels)
    let summary: Summary? =
      switch reader.feedback?.kind {
      case .reencoded: .encoder(try .read(from: &reader, embedding: embedding, count: spelled))
      case .state: .dense(try reader.readFeedbackLayer(name: "summary", input: state))
      case nil: nil
      }
    try reader.sections.finish()
    return StringDecoder(
      alphabet: alphabet, pieces: pieces, maximumLength: maximumLength, input: input,
      codeInput: codeInput, cell: cell, softmax: softmax, clusters: clusters, summary: summary)
  }

  private static func readPieces(
    from sections: inout SectionReader, alphabetCount: Int
  ) throws(ModelError) -> TextTable {
    try sections.begin(.pieces, name: "pieces")
    let left = ModelFormat.maximumWidth - StringCode.first - alphabetCount
    let count = try sections.readShape(1...max(1, left))
    guard count <= left else {
      throw sections.invalid("there are more than \(ModelFormat.maximumWidth) codes")
    }
    let pieces = try sections.readTexts(count)
    for index in 0..<count {
      guard (2...ModelFormat.maximumStringLength).contains(pieces.scalarCount(index)) else {
        throw sections.invalid(
          "piece \(index) should have 2 to \(ModelFormat.maximumStringLength) characters")
      }
    }
    try sections.finish()
    return pieces
  }

  func write(to writer: inout SectionWriter) {
    writer.begin(.stringLiteral, name: "string")
    writer.writeShape(maximumLength)
    writer.writeShape(alphabet.count)
    writer.write(alphabet)
    if pieces.count > 0 {
      writer.begin(.pieces, name: "pieces")
      writer.writeShape(pieces.count)
      writer.write(pieces)
      writer.end()
    }
    writer.write(input, name: "input")
    codeInput.embedding?.write(to: &writer)
    codeInput.write(to: &writer)
    writer.write(cell)
    writer.write(softmax, name: "softmax")
    clusters?.write(to: &writer)
    switch summary {
    case .encoder(let encoder): encoder.write(to: &writer)
    case .dense(let dense): writer.write(dense, name: "summary")
    case nil: break
    }
    writer.end()
  }
}
