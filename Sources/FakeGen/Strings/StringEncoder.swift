/// The StringLiteral's encoder, for feedback of the codes that were sampled (paper, App. B.1):
///
///     h = 0; for each code: h = gru(x: embedding[code], h: h); celu(dense(h))
package final class StringEncoder: Sendable {
  /// The cell's input, from the decoder's embedding with weights of its own.
  package let codeInput: CodeInput
  /// The GRU that reads the codes.
  package let cell: RecurrentCell
  /// `[n, width]` with CELU, in the feedback format.
  package let output: Dense

  /// Creates the encoder of all strings.
  ///
  /// - Parameters:
  ///   - codeInput: the cell's input, from the decoder's embedding with weights of its own.
  ///   - cell: the GRU that reads the codes.
  ///   - output: `[n, width]` with CELU, in the feedback format.
  package init(codeInput: CodeInput, cell: RecurrentCell, output: Dense) {
    self.codeInput = codeInput
    self.cell = cell
    self.output = output
  }

  /// Sets the state before the first code.
  func start(_ state: UnsafeMutablePointer<Int16>) {
    state.update(repeating: 0, count: cell.width)
  }

  var scratchSize: ScratchSize {
    ScratchSize(narrow: cell.width)
      + (cell.codeScratchSize(codeInput) | ScratchSize(wide: output.outputs))
  }

  var parameterCount: Int {
    codeInput.parameterCount + cell.parameterCount + output.parameterCount
  }
}

extension StringEncoder {
  /// Reads the section of the encoder.
  ///
  /// - Parameters:
  ///   - embedding: the spelled codes' vectors; nil if each cell has a table of its own.
  ///   - count: number of spelled codes.
  /// - Returns: the encoder.
  /// - Throws: `ModelError` if the section is not what it must be.
  static func read(
    from reader: inout NetworkReader, embedding: CodeEmbedding?, count: Int
  ) throws(ModelError) -> StringEncoder {
    try reader.sections.begin(.stringEncoder, name: "encoder")
    let width = try reader.sections.readShape(1...ModelFormat.maximumWidth)
    let codeInput = try CodeInput.read(
      from: &reader, embedding: embedding, count: count, width: width)
    let cell = try reader.readCell(codeInput: codeInput, width: width, state: nil)
    let output = try reader.readFeedbackLayer(
      name: "output", input: VectorFormat(width: width, fractionBits: cell.stateFractionBits))
    try reader.sections.finish()
    return StringEncoder(codeInput: codeInput, cell: cell, output: output)
  }

  func write(to writer: inout SectionWriter) {
    writer.begin(.stringEncoder, name: "encoder")
    writer.writeShape(cell.width)
    codeInput.write(to: &writer)
    writer.write(cell)
    writer.write(output, name: "output")
    writer.end()
  }
}
