/// The StringLiteral's encoder, for feedback of the codes that were sampled (paper, App. B.1):
///
///     h = 0; for each code: h = gru(x: embedding[code], h: h); celu(dense(h))
package struct StringEncoder: Sendable, Hashable {
  /// `[alphabet + pieces, 3n]`: sums of embedding[2 + k] W, as the decoder's.
  package let codeSums: Numbers<Int16>
  package let cell: RecurrentCell
  /// `[n, width]` with CELU, in the feedback format.
  package let output: Dense

  package init(codeSums: some NumberSource<Int16>, cell: RecurrentCell, output: Dense) {
    self.codeSums = codeSums.numbers
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
    cell.step(code: code, codeSums: codeSums, state: state, tables: tables, scratch: scratch)
  }

  package var scratchSize: ScratchSize {
    ScratchSize(narrow: cell.width) + (cell.codeScratchSize | ScratchSize(wide: output.outputs))
  }

  package var parameterCount: Int {
    codeSums.count + cell.parameterCount + output.parameterCount
  }
}

extension RecurrentCell {
  /// One step under `code`, 2 or more, whose input sums are row `code - 2` of `codeSums`.
  package func step(
    code: Int, codeSums: Numbers<Int16>, state: UnsafeMutablePointer<Int16>,
    tables: ActivationTables,
    scratch: borrowing Scratch
  ) {
    var scratch = copy scratch
    let rows = 3 * width
    let sums = scratch.takeWide(rows)
    let start = (code - 2) * rows
    codeSums.withUnsafeBufferPointer { codeSums in
      for row in 0..<rows { sums[row] = Int32(codeSums[start &+ row]) }
    }
    step(inputSums: sums, state: state, tables: tables, scratch: scratch)
  }

  /// The scratch that a step under a code needs.
  package var codeScratchSize: ScratchSize { ScratchSize(wide: 3 * width) + scratchSize }
}
