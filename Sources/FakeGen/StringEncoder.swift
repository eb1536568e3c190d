/// The StringLiteral's encoder, for feedback of the codes that were sampled (paper, App. B.1):
///
///     h = 0; for each code: h = gru(x: embedding[code], h: h); celu(dense(h))
package final class StringEncoder: Sendable {
  /// The cell's input, from the decoder's embedding with weights of its own.
  package let codeInput: CodeInput
  package let cell: RecurrentCell
  /// `[n, width]` with CELU, in the feedback format.
  package let output: Dense

  package init(codeInput: CodeInput, cell: RecurrentCell, output: Dense) {
    self.codeInput = codeInput
    self.cell = cell
    self.output = output
  }

  /// The state before the first code.
  package func start(_ state: UnsafeMutablePointer<Int16>) {
    state.update(repeating: 0, count: cell.width)
  }

  /// The state after `code`, which is 2 or more.
  package func advance(
    _ state: UnsafeMutablePointer<Int16>, code: Int, tables: ActivationTables,
    scratch: borrowing Scratch
  ) {
    cell.step(code: code, input: codeInput, state: state, tables: tables, scratch: scratch)
  }

  package var scratchSize: ScratchSize {
    ScratchSize(narrow: cell.width)
      + (cell.codeScratchSize(codeInput) | ScratchSize(wide: output.outputs))
  }

  package var parameterCount: Int {
    codeInput.parameterCount + cell.parameterCount + output.parameterCount
  }
}
