extension RecurrentCell {
  /// Takes one step of `count` rows under the codes that were sampled.
  ///
  /// - Parameters:
  ///   - codes: `[count]`, spelled ones.
  ///   - count: number of rows.
  ///   - input: gives the sums of the codes.
  ///   - states: `[count, n]`, replaced by the next states.
  ///   - tables: the non-linear functions.
  ///   - scratch: working memory.
  package func step(
    codes: UnsafePointer<Int32>, count: Int, input: CodeInput, states: Vectors,
    tables: ActivationTables, scratch: borrowing Scratch
  ) {
    var scratch = copy scratch
    let sums = scratch.takeWide(
      3 &* ScratchSize.padded(width), rows: min(count, Batch.tileRows))
    var start = 0
    while start < count {
      let rows = min(Batch.tileRows, count &- start)
      input.apply(
        codes: codes + start, count: rows, width: width, into: sums, scratch: scratch)
      step(
        inputs: InputSums(rows: sums), state: states.from(start), count: rows, tables: tables,
        scratch: scratch)
      start &+= rows
    }
  }

  /// Gives the scratch that a step under a code needs.
  func codeScratchSize(_ input: CodeInput) -> ScratchSize {
    inputSumsSize + (input.scratchSize | scratchSize)
  }
}
